"""What is known of a person's will, and where from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

import msgspec

from batikrfm.delivery.model import Medium, Purpose


class ConsentState(StrEnum):
    """What a person said. Nothing said is UNKNOWN, and unknown is no yes."""

    GRANTED = "granted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Means(StrEnum):
    """How we came to know."""

    OWNER = "owner"  # somebody of the shop entered it in the portal
    API = "api"
    RECIPIENT = "recipient"  # their own click, on a page of ours
    KEYWORD = "keyword"  # their own message
    VENDOR = "vendor"  # the channel's vendor reported it
    IMPORT = "import"  # declared by the owner for the customers of a file
    WITHDRAWN = "withdrawn"  # such a declaration was taken back: what held before holds again


class Proof(msgspec.Struct, frozen=True, omit_defaults=True):
    """What shows that it was so. ``address`` and ``agent`` are of the browser in which the person clicked."""

    address: str | None = None
    agent: str | None = None
    message_id: str | None = None
    file: str | None = None
    delivery_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person said about one medium and one purpose: when, where (``source``, in words), entered by whom, to which words.

    ``at`` is when it holds from. ``wording`` is the version of the words that they agreed to, None where nobody noted them.
    """

    medium: Medium
    purpose: Purpose
    state: ConsentState
    at: dt.datetime | None = None
    source: str | None = None
    by: str | None = None
    means: Means | None = None
    wording: int | None = None
    proof: Proof | None = field(default=None, repr=False)
    declaration_id: UUID | None = None


class Reason(StrEnum):
    """Why an address gets nothing any more. The later ones say more: a complaint stays a complaint when a mail bounces afterwards."""

    MANUAL = "manual"
    VENDOR = "vendor"  # on the vendor's own list
    BOUNCED = "bounced"
    ERASED = "erased"  # the person had their data erased
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody on one medium: a customer, or whoever has the address. At least one of them is given."""

    medium: Medium
    customer_id: UUID | None = None
    address: str | None = field(default=None, repr=False)
