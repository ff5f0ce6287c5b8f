"""What is known of a person's will, and where from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal
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
    """Why an address gets nothing any more. Of two reasons the later one here is kept: it stops more, or says more.

    UNSUBSCRIBED stops advertising; every other one stops everything, word of an order, too.
    """

    UNSUBSCRIBED = "unsubscribed"
    MANUAL = "manual"
    VENDOR = "vendor"  # on the vendor's own list
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"  # the person had their data erased


PERSONAL: Final = frozenset({Reason.UNSUBSCRIBED, Reason.COMPLAINED, Reason.ERASED})
"""What the person wants: nobody else takes it back."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody on one medium: a customer, or whoever has the address. At least one of them is given."""

    medium: Medium
    customer_id: UUID | None = None
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words that people agreed to. The same words have one version."""

    id: UUID
    created_at: dt.datetime
    created_by: str = field(repr=False)
    purpose: Purpose
    version: int
    words: str


@dataclass(frozen=True, slots=True)
class By:
    """Who did it, as a row keeps it. ``by`` is the name as it was then; ``kind`` ``system`` is the program itself."""

    kind: Literal["user", "api_key", "system"]
    id: UUID | None
    by: str = field(repr=False)
    at: dt.datetime


class Doing(StrEnum):
    """What is being done with a declaration, customer by customer."""

    DECLARING = "declaring"
    WITHDRAWING = "withdrawing"


@dataclass(frozen=True, slots=True)
class Work:
    """How far that is: ``done`` of ``people``. ``job_id`` is the job that does it."""

    doing: Doing
    done: int
    people: int
    job_id: UUID | None


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the owner declared of the customers of a file: they agreed, where (``source``), since when, to which words.

    ``customers`` is how many consents it wrote. ``refused`` had said no before, and are left at that. ``work`` is what is not done yet:
    until then both count those who had their turn.
    """

    id: UUID
    import_id: UUID
    medium: Medium
    purpose: Purpose
    since: dt.date
    source: str
    wording: int | None
    customers: int
    refused: int
    declared: By
    withdrawn: By | None
    work: Work | None

    @property
    def concerned(self) -> int:
        """How many it wrote down, or is about to look at."""
        return self.customers if self.work is None else self.work.people


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address that gets nothing any more. ``customer_id`` is whose it was when it was entered, None once they are erased.

    ``personal``: the person wants it so, whatever else was the matter afterwards; then only their new consent takes it back.
    """

    id: UUID
    medium: Medium
    reason: Reason
    at: dt.datetime
    by: str = field(repr=False)
    customer_id: UUID | None
    name: str | None = field(repr=False)
    personal: bool
