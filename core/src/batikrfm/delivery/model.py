"""What all of delivery speaks of: media, campaigns' states, what became of a message, and why somebody got none."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

from batikrfm.sdk.channels import Capabilities


class Medium(StrEnum):
    """Where a message arrives. Consent, suppression and caps are by medium; several channels may serve one."""

    EMAIL = "email"
    WHATSAPP = "whatsapp"


_MEDIUM_OF: Final[dict[Literal["email", "phone"], Medium]] = {"email": Medium.EMAIL, "phone": Medium.WHATSAPP}


def medium_of(capabilities: Capabilities) -> Medium:
    """The medium that a channel with these capabilities serves."""
    return _MEDIUM_OF[capabilities.addresses]


class Purpose(StrEnum):
    """What a message is for. Marketing needs consent; service speaks of an order that the person made."""

    MARKETING = "marketing"
    SERVICE = "service"


class CampaignState(StrEnum):
    """Where a campaign stands.

    ::

        draft <-> scheduled -> sending <-> paused
          |           |         | ^          |
          |           |         v |          |
          |           |      finished        |
          +-----------+---------+------------+--> cancelled

    A scheduled campaign may pause, too; paused before its audience was frozen, it goes on as ``scheduled`` or back to ``draft``. A finished
    one is sent again to those whom it failed to reach, if somebody asks for that.
    """

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    """What became of one person's message.

    ::

        left_out                     for a reason, when the audience was frozen or just before sending
        held_out                     on purpose, to compare with
        queued -> sending -> accepted -> delivered -> read
                     |         |            |
                     |         +------------+--> failed (bounced, given up by the vendor)
                     +-> unknown                 the call broke off: looked up before anything else
                     +-> queued                  the vendor said later
                     +-> failed                  the vendor refuses it for good
        queued -> cancelled                      with its campaign

    From ``accepted`` on it only moves forward: events come doubled and in any order.
    """

    LEFT_OUT = "left_out"
    HELD_OUT = "held_out"
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Deed(StrEnum):
    """What a recipient did, counted once a message, whatever its state."""

    OPENED = "opened"
    CLICKED = "clicked"
    REPLIED = "replied"
    UNSUBSCRIBED = "unsubscribed"


class LeftOut(StrEnum):
    """Why somebody of the audience gets no message. In the order in which they are looked at: the first that holds is told."""

    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"
    SUPPRESSED = "suppressed"
    REFUSED = "refused"
    NO_CONSENT = "no_consent"
    FREQUENCY_CAP = "frequency_cap"
    SAME_ADDRESS = "same_address"  # another customer of this campaign has it, too
    NO_TEXT = "no_text"  # a placeholder without value and without fallback
    COLD_NUMBER = "cold_number"  # an unofficial gateway may not write first
    NOT_REACHABLE = "not_reachable"  # not on this network


class Failure(StrEnum):
    """Why a message that was handed in reached nobody."""

    ADDRESS = "address"
    UNWANTED = "unwanted"
    CONTENT = "content"
    BOUNCED = "bounced"  # for good
    SOFT_BOUNCED = "soft_bounced"
    COMPLAINED = "complained"
    GIVEN_UP = "given_up"  # too many attempts
    NOT_FOUND = "not_found"  # unknown outcome, and the vendor does not know it: never sent again by itself
    OTHER = "other"
