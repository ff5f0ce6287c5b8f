"""The accounts that a shop sends by: which there are, how each stands, and an open one whenever somebody sends.

A program opens its channels once (:func:`open_channels`); the rest needs that. Seams for the other rooms::

    list_channels(tenant_id) -> list[ChannelInfo]             # every installed channel, as it stands; opens none
    find_channel(tenant_id, key) -> ChannelInfo               # ChannelNotFoundError
    check_channel(tenant_id, key) -> Check                    # asks the vendor; raises what is wrong
    findings_of(tenant_id, key) -> list[DomainFinding]        # reads the DNS
    channels().open(tenant_id, key) -> context manager of OpenChannel   # for calls: never inside of a scope
    pause_channel(key, reason, by=) / resume_channel(key)     # in the tenant's scope
    set_rules(key, rules) / forget_rules(key)                 # a number's limits, or those of its kind again; in the scope
    scoped_channels() -> list[ChannelInfo]                    # the same as the first, in the tenant's scope
    note_outcomes(key, bad=, good=)                           # events: what vendors report later counts, too; in the scope
"""

from batikrfm.delivery.channels.errors import ChannelNotFoundError, ChannelOffError, ChannelPausedError, ChannelsClosed
from batikrfm.delivery.channels.listing import check_channel, find_channel, findings_of, list_channels, scoped_channels
from batikrfm.delivery.channels.model import ChannelInfo, Health, Pause, PausedBy, Stand
from batikrfm.delivery.channels.opening import Channels, Means, OpenChannel, channels, open_channels, opened_channels
from batikrfm.delivery.channels.states import forget_rules, note_outcomes, pause_channel, resume_channel, set_rules, state_of

__all__ = [
    "ChannelInfo",
    "ChannelNotFoundError",
    "ChannelOffError",
    "ChannelPausedError",
    "Channels",
    "ChannelsClosed",
    "Health",
    "Means",
    "OpenChannel",
    "Pause",
    "PausedBy",
    "Stand",
    "channels",
    "check_channel",
    "find_channel",
    "findings_of",
    "forget_rules",
    "list_channels",
    "note_outcomes",
    "open_channels",
    "opened_channels",
    "pause_channel",
    "resume_channel",
    "scoped_channels",
    "set_rules",
    "state_of",
]
