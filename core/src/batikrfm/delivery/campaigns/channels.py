"""By which channel: the medium that one reaches, and those that a shop would send by. What an account needs besides, sending knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from batikrfm.content.chain.providers import providers
from batikrfm.delivery.campaigns.checking import CHANNEL, KNOWN, hold
from batikrfm.delivery.model import Medium, medium_of

if TYPE_CHECKING:
    from batikrfm.plugins import Plugins
    from batikrfm.plugins.registry import Registered

KIND: Final = "channels"
OUTBOX: Final = "outbox_"
"""What the keys of channels begin with that send nothing."""


def medium_of_channel(plugins: Plugins, key: str) -> Medium:
    """The medium of an installed channel. Raises CampaignPlanError where there is none of this key."""
    found = [one for one in plugins.objects if (one.kind, one.key) == (KIND, key)]
    hold(CHANNEL, KNOWN, good=bool(found))
    return _medium(found[0])


async def channels_now() -> dict[Medium, str]:
    """The channel that the shop would send by, for each medium that it has one for. In the tenant's scope.

    One that only keeps what would be sent counts where there is no other at all: beside a real one it would be a campaign to nobody.
    """
    standings = await providers().settings.standings(KIND)
    usable = sorted(key for key, standing in standings.items() if standing.on and standing.problem is None)
    real = [key for key in usable if not key.startswith(OUTBOX)]
    found: dict[Medium, str] = {}
    for key in real or usable:
        found.setdefault(_medium(standings[key].registered), key)
    return found


def _medium(registered: Registered) -> Medium:
    return medium_of(registered.value.capabilities)
