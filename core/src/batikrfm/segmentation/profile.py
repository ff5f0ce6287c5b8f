"""One customer: who they are, what they bought, where they stand and stood. Everything here runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Final
from uuid import UUID

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.segmentation import profile_queries as sql
from batikrfm.segmentation import scores
from batikrfm.segmentation.errors import CustomerNotFoundError
from batikrfm.segmentation.exact import amount
from batikrfm.segmentation.history import Step, moves_of_customer
from batikrfm.segmentation.notes import Note, notes_of
from batikrfm.segmentation.paging import cut, read_cursor, write_cursor
from batikrfm.segmentation.scores import Asked, OrderMoney, standing
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


async def customer_profile(customer_id: UUID, *, runs: int = 24) -> Profile:
    """Everything about one customer, with the first page of their timeline and scores of the last ``runs`` runs.

    Raises :class:`~batikrfm.segmentation.errors.CustomerNotFoundError`.
    """
    rows = await current_scope().fetch(sql.CUSTOMER, customer_id)
    if not rows:
        raise CustomerNotFoundError
    row = rows[0]
    latest = next(iter(await current_scope().fetch(sql.RUNS, 1)), None)
    return Profile(
        id=row["id"],
        key=row["key"],
        name=row["name"],
        phone=row["phone"],
        email=row["email"],
        totals=_totals(row),
        standing=_standing(row, latest["as_of"]) if latest and row["segment"] else None,
        history=await score_history(customer_id, runs),
        moves=tuple(await moves_of_customer(customer_id)),
        timeline=await timeline(customer_id),
        notes=tuple(await notes_of(customer_id)),
    )


async def require_customer(customer_id: UUID) -> None:
    """Raises :class:`~batikrfm.segmentation.errors.CustomerNotFoundError` if the shop has no such customer."""
    if await current_scope().fetchval(sql.EXISTS, customer_id) is None:
        raise CustomerNotFoundError


async def timeline(customer_id: UUID, after: str | None = None, limit: int = 20) -> Timeline:
    """A page of a customer's orders with their items. Raises :class:`~batikrfm.segmentation.errors.CustomerNotFoundError`."""
    scope, limit = current_scope(), max(1, min(limit, MOST))
    place = read_cursor(after, _Place) if after else _Place(_ENDLESS, _LAST_ID)
    orders, last = cut(await scope.fetch(sql.ORDERS, customer_id, place.at, place.id, limit + 1), limit)
    if not orders and not await scope.fetch(sql.CUSTOMER, customer_id):
        raise CustomerNotFoundError
    items: dict[UUID, list[Item]] = {}
    for row in await scope.fetch(sql.ITEMS, [order["id"] for order in orders]):
        items.setdefault(row["order_id"], []).append(_item(row))
    entries = tuple(_entry(order, tuple(items.get(order["id"], ()))) for order in orders)
    return Timeline(entries, write_cursor(_Place(last["ordered_at"], last["id"])) if last else None)


async def order_entry(order: Mapping[str, Any]) -> OrderEntry:
    """A row of an order with its items."""
    return _entry(order, tuple(_item(row) for row in await current_scope().fetch(sql.ITEMS, [order["id"]])))


async def score_history(customer_id: UUID, runs: int = 24) -> tuple[ScorePoint, ...]:
    """The customer's scores by the last ``runs`` runs, the earliest first."""
    scope = current_scope()
    found = await scope.fetch(sql.RUNS, runs)
    orders = [OrderMoney(*row) for row in await scope.fetch(sql.MONEY, customer_id)]
    segments = _segments(found, await scope.fetch(sql.MOVES, customer_id), await scope.fetchval(sql.SEGMENT, customer_id))
    return tuple(_point(run, standing(orders, _asked(run)), segment) for run, segment in reversed([*zip(found, segments, strict=True)]))


class _Place(msgspec.Struct, frozen=True, array_like=True):
    at: dt.datetime
    id: UUID


MOST: Final = 200
_LAST_ID: Final = UUID(int=(1 << 128) - 1)
_ENDLESS: Final = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)


def _segments(runs: Sequence[Mapping[str, Any]], moves: Sequence[Mapping[str, Any]], now: str | None) -> Iterator[str | None]:
    """The segment in each of ``runs``, the latest first: from where the customer is, back along their moves, as far as those tell."""
    moved = {move["run_id"]: move["from_segment"] for move in moves}
    segment, told = now, True
    for run, earlier in zip_longest(runs, runs[1:]):
        yield segment if told else None
        segment = moved.get(run["id"], segment)
        told = told and earlier is not None and run["compared_with"] == earlier["id"]


def _asked(run: Mapping[str, Any]) -> Asked:
    return Asked(run["as_of"], run["returns"], run["since_days"], run["time_zone"], msgspec.json.decode(run["cut_points"]))


def _point(run: Mapping[str, Any], then: scores.Standing, segment: str | None) -> ScorePoint:
    return ScorePoint(
        run_id=run["id"],
        as_of=run["as_of"],
        recency_days=then.recency_days,
        frequency=then.frequency,
        monetary=amount(then.monetary_e4),
        r=then.r,
        f=then.f,
        m=then.m,
        segment=segment,
    )


def _totals(row: Mapping[str, Any]) -> Totals:
    return Totals(
        first_purchase_at=row["first_purchase_at"],
        last_purchase_at=row["last_purchase_at"],
        purchases=row["purchases"],
        money=amount(row["net_e4"]),
        sold=amount(row["gross_e4"]),
        trace=Trace("orders", customer_id=row["id"]),
    )


def _standing(row: Mapping[str, Any], as_of: dt.date) -> Standing:
    return Standing(
        segment=row["segment"],
        last_day=row["last_day"],
        recency_days=(as_of - row["last_day"]).days,
        frequency=row["frequency"],
        monetary=amount(row["monetary_e4"]),
        r=row["r"],
        f=row["f"],
        m=row["m"],
    )


def _entry(row: Mapping[str, Any], items: tuple[Item, ...]) -> OrderEntry:
    money, sold = amount(row["net_e4"]), amount(row["gross_e4"])
    return OrderEntry(row["id"], row["key"], row["ordered_at"], row["channel"], money, sold, row["import_id"], items)


def _item(row: Mapping[str, Any]) -> Item:
    quantity = None if row["quantity_e4"] is None else amount(row["quantity_e4"])
    return Item(row["product"], quantity, amount(row["amount_e4"]), amount(row["net_e4"]), row["status"], row["file"], row["line"])
