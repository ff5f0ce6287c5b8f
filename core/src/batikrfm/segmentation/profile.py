"""One customer: who they are, what they bought, where they stand and stood. Everything here runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from batikrfm.segmentation.consents import Consent
from batikrfm.segmentation.history import Step
from batikrfm.segmentation.notes import Note
from batikrfm.segmentation.tracing import Trace


@dataclass(frozen=True)
class Totals:
    """What a customer bought in all. ``money`` is net of what came back; ``sold`` is what was sold before anything did."""

    first_purchase_at: dt.datetime | None
    last_purchase_at: dt.datetime | None
    purchases: int
    money: Decimal
    sold: Decimal
    trace: Trace


@dataclass(frozen=True)
class Standing:
    """Where a customer stands as of the latest run; scores are None where the strategy gives none."""

    segment: str
    last_day: dt.date
    recency_days: int
    frequency: int
    monetary: Decimal
    r: int | None
    f: int | None
    m: int | None


@dataclass(frozen=True)
class ScorePoint:
    """What a past run made of the orders that we know today: scores by that run's own cut-points.

    None scores: no purchase that counted then, or a strategy without such cut-points. ``segment`` is None where that, or where the
    moves since do not tell (before a change of strategy).
    """

    run_id: UUID
    as_of: dt.date
    recency_days: int | None
    frequency: int
    monetary: Decimal
    r: int | None
    f: int | None
    m: int | None
    segment: str | None


@dataclass(frozen=True)
class Item:
    """A line of an order, and the row of the file that it came from."""

    product: str | None
    quantity: Decimal | None
    amount: Decimal
    net: Decimal
    status: str | None
    file: str | None
    line: int


@dataclass(frozen=True)
class OrderEntry:
    """An order on a customer's timeline. ``money`` is net of what came back, ``sold`` what was sold."""

    id: UUID
    key: str
    ordered_at: dt.datetime
    channel: str | None
    money: Decimal
    sold: Decimal
    import_id: UUID
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Timeline:
    """Orders, the latest first; ``next`` is the cursor of the page after, None on the last."""

    orders: tuple[OrderEntry, ...]
    next: str | None


@dataclass(frozen=True)
class Profile:
    """One customer. ``history`` and ``moves`` begin with the earliest run. ``standing`` is None for those the latest run did not place."""

    id: UUID
    key: str
    name: str | None
    phone: str | None
    email: str | None
    totals: Totals
    standing: Standing | None
    history: tuple[ScorePoint, ...]
    moves: tuple[Step, ...]
    timeline: Timeline
    notes: tuple[Note, ...]
    consents: tuple[Consent, ...]


async def customer_profile(customer_id: UUID, *, runs: int = 24) -> Profile:
    """Everything about one customer, with the first page of their timeline and scores of the last ``runs`` runs.

    Raises :class:`~batikrfm.segmentation.errors.CustomerNotFoundError`.
    """
    raise NotImplementedError


async def timeline(customer_id: UUID, after: str | None = None, limit: int = 20) -> Timeline:
    """A page of a customer's orders with their items."""
    raise NotImplementedError


async def score_history(customer_id: UUID, runs: int = 24) -> tuple[ScorePoint, ...]:
    """The customer's scores by the last ``runs`` runs, the earliest first."""
    raise NotImplementedError
