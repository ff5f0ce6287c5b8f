"""A shop's customers in pages, found and sorted. Each page costs the same, be it the first or the last of a million customers.

Everything here but :func:`stream_customers` runs in the tenant's scope. Personal data: what is returned is shown to people of the
shop, and never logged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec

from batikrfm.db.engine import Scope, current_scope
from batikrfm.segmentation import customers_queries as sql
from batikrfm.segmentation.errors import BadCursorError
from batikrfm.segmentation.exact import amount
from batikrfm.segmentation.paging import cut, read_cursor, write_cursor
from batikrfm.segmentation.searching import CAP, Search, search_for
from batikrfm.tenancy import tenant_scope

PAGE = 50
MOST: Final = 500
BEST: Final = 5
IN_NONE: Final = "-"
"""The segment of a filter for customers who are in none."""


class Sort(StrEnum):
    """What customers are sorted by: the most recent, most frequent or best first; by name from A."""

    RECENCY = "recency"
    FREQUENCY = "frequency"
    MONETARY = "monetary"
    NAME = "name"


@dataclass(frozen=True)
class CustomerFilter:
    """Which customers. What is None does not matter; conditions all hold at once.

    ``search`` is the beginning of a name, phone, e-mail or key. ``segment`` ``"-"`` means customers in none (no purchase that counts).
    ``r``, ``f``, ``m`` are scores 1..5, ``fm`` is a column of the heat map: (f + m + 1) // 2.
    """

    search: str | None = None
    segment: str | None = None
    r: int | None = None
    f: int | None = None
    m: int | None = None
    fm: int | None = None


class CustomerRow(msgspec.Struct, frozen=True):
    """A customer as the latest run has them; ``segment`` and what follows is None for those it did not place."""

    id: UUID
    key: str
    name: str | None
    phone: str | None
    email: str | None
    segment: str | None
    r: int | None
    f: int | None
    m: int | None
    last_day: dt.date | None
    purchases: int | None
    money: Decimal | None


@dataclass(frozen=True)
class CustomerPage:
    """A page. ``next`` is the cursor of the page after, None on the last.

    ``total`` counts all that the filter matches, exactly, as of the latest run; with a search it is None, and ``capped`` says that more
    matched than were looked at (the first 1,000 by name, key, phone and e-mail), so that a longer search is worth it.
    """

    rows: tuple[CustomerRow, ...]
    next: str | None
    total: int | None
    capped: bool = False


_MONEY: Final = CustomerRow.__struct_fields__.index("money")
FEW: Final = 5_000
"""So many customers without a segment are sorted by name each time."""


async def list_customers(
    wanted: CustomerFilter = CustomerFilter(), *, sort: Sort = Sort.MONETARY, after: str | None = None, limit: int = PAGE, cap: int = CAP
) -> CustomerPage:
    """A page of customers; ``after`` is a page's ``next``. Customers in no segment come last, in the order in which the shop met them.

    ``cap`` of each thing that can begin with what is searched are looked at.

    Raises :class:`BadCursorError` for a cursor that is not of this list.
    """
    scope = current_scope()
    place = _place(after, sort)
    limit = max(1, min(limit, MOST))
    if wanted.search and (search := search_for(wanted.search, await scope.fetchval(sql.CURRENCY), cap)):
        return await _found(scope, search, wanted, sort, place, limit)
    cells = await _cells(scope)
    matching = [cell for cell in cells if cell.matches(wanted)]
    walk = _by_name if sort is Sort.NAME else _by_value
    rows, following = await walk(scope, _Walk(wanted, sort, cells, matching), place, limit)
    total = sum(cell.customers for cell in matching) if cells else await _everybody(scope, wanted)
    return CustomerPage(rows, write_cursor(following) if following else None, total)


async def export_customers(
    wanted: CustomerFilter = CustomerFilter(), *, sort: Sort = Sort.MONETARY
) -> AsyncIterator[tuple[CustomerRow, ...]]:
    """All customers of a filtered list, in its order, some hundred at a time. Cells are as stored: make them safe when writing a file."""
    after = None
    while True:
        page = await list_customers(wanted, sort=sort, after=after, limit=MOST)
        yield page.rows
        after = page.next
        if after is None:
            return


async def stream_customers(
    tenant_id: UUID, wanted: CustomerFilter = CustomerFilter(), *, sort: Sort = Sort.MONETARY
) -> AsyncIterator[tuple[CustomerRow, ...]]:
    """As :func:`export_customers`, for whoever takes the rows at their own pace: outside of any scope, each page in one of its own.

    So a reader who is slow, or goes away, keeps no connection from others.
    """
    after, more = None, True
    while more:
        async with tenant_scope(tenant_id):
            page = await list_customers(wanted, sort=sort, after=after, limit=MOST)
        yield page.rows
        after, more = page.next, page.next is not None


class _Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended. No name is in it, for it goes into URLs: the name of ``id`` is looked up."""

    sort: str
    id: UUID
    value: int | dt.date | None = None
    placed: bool = True


class _Cell(msgspec.Struct, frozen=True):
    """Customers of the latest run with the same segment and scores; ``segment`` None: whom it did not place."""

    run_id: UUID
    segment: str | None
    r: int | None
    f: int | None
    m: int | None
    customers: int

    def matches(self, wanted: CustomerFilter) -> bool:
        return (
            (wanted.segment is None or wanted.segment == (self.segment or IN_NONE))
            and (wanted.r is None or wanted.r == self.r)
            and (wanted.f is None or wanted.f == self.f)
            and (wanted.m is None or wanted.m == self.m)
            and (wanted.fm is None or wanted.fm == self.fm)
        )

    @property
    def fm(self) -> int | None:
        """The column of the heat map."""
        return None if self.f is None or self.m is None else (self.f + self.m + 1) // 2


@dataclass(frozen=True)
class _Walk:
    """What a list walks through: the cells of the latest run, and those that match."""

    wanted: CustomerFilter
    sort: Sort
    cells: Sequence[_Cell]
    matching: Sequence[_Cell]

    @property
    def places(self) -> tuple[list[Any], ...]:
        """The matching cells with a segment, as the statements take them."""
        cells = [(cell.segment, cell.r, cell.f, cell.m) for cell in self.matching if cell.segment is not None]
        return tuple(map(list, zip(*cells, strict=True))) if cells else ([], [], [], [])

    @property
    def unplaced(self) -> bool:
        """Whether customers in no segment belong to the list."""
        return self.wanted.segment in {None, IN_NONE} and not any((self.wanted.r, self.wanted.f, self.wanted.m, self.wanted.fm))


def conditions(wanted: CustomerFilter) -> tuple[Any, ...]:
    """The values of ``customers_queries.MATCHES``."""
    segment = None if wanted.segment in {None, IN_NONE} else [str(wanted.segment).replace("\x00", "\ufffd")]
    scores = (score if score is None or 1 <= score <= BEST else 0 for score in (wanted.r, wanted.f, wanted.m, wanted.fm))
    return segment, *scores, wanted.segment == IN_NONE


_FIRST_ID, _LAST_ID = UUID(int=0), UUID(int=(1 << 128) - 1)
_Following = tuple[tuple[CustomerRow, ...], _Place | None]
_TOP: Final[dict[Sort, int | dt.date]] = {Sort.MONETARY: (1 << 63) - 1, Sort.FREQUENCY: (1 << 63) - 1, Sort.RECENCY: dt.date.max}
_VALUE_OF: Final[dict[Sort, str]] = {Sort.MONETARY: "monetary_e4", Sort.FREQUENCY: "purchases", Sort.RECENCY: "last_day"}


async def _by_value(scope: Scope, walk: _Walk, place: _Place | None, limit: int) -> _Following:
    """The best of the matching cells, and when they are through, those in no segment."""
    rows: list[Any] = []
    if place is None or place.placed:
        boundary = (_TOP[walk.sort], _LAST_ID) if place is None else (place.value, place.id)
        if walk.places[0]:
            rows = await scope.fetch(sql.PAGE[walk.sort], *walk.places, *boundary, limit + 1)
        if len(rows) > limit or not walk.unplaced:
            shown, last = cut(rows, limit)
            return _rows(shown), _Place(walk.sort, last["id"], last[_VALUE_OF[walk.sort]]) if last else None
    first = _FIRST_ID if place is None or place.placed else place.id
    rows += await scope.fetch(await _unplaced(scope, walk.cells), first, limit + 1 - len(rows))
    shown, last = cut(rows, limit)
    if last is not None and last["segment"] is not None:  # the page ends with the last one who is in a segment
        return _rows(shown), _Place(walk.sort, last["id"], last[_VALUE_OF[walk.sort]])
    return _rows(shown), _Place(walk.sort, last["id"], placed=False) if last else None


async def _unplaced(scope: Scope, cells: Sequence[_Cell]) -> str:
    """The statement that pages through those in no segment: along a short index, where that holds just them."""
    unplaced = [cell for cell in cells if cell.segment is None]
    if unplaced and await scope.fetchval(sql.PLACED_ALL_BUYERS, unplaced[0].run_id, unplaced[0].customers):
        return sql.WITHOUT_PURCHASE
    return sql.UNPLACED


async def _by_name(scope: Scope, walk: _Walk, place: _Place | None, limit: int) -> _Following:
    boundary = await _name_at(scope, place)
    in_none = walk.wanted.segment == IN_NONE
    if walk.unplaced and in_none and await _few_without_purchase(scope, walk):
        rows = await scope.fetch(sql.WITHOUT_PURCHASE_BY_NAME, *boundary, limit + 1)
    elif walk.unplaced:
        rows = await scope.fetch(sql.PAGE_BY_NAME, in_none, *boundary, limit + 1)
    elif walk.places[0]:
        rows = await scope.fetch(sql.PAGE_OF_CELLS_BY_NAME, *walk.places, *boundary, limit + 1)
    else:
        rows = []
    shown, last = cut(rows, limit)
    return _rows(shown), _Place(walk.sort, last["id"]) if last else None


async def _few_without_purchase(scope: Scope, walk: _Walk) -> bool:
    """Whether those in no segment are so few that they are sorted for each page; walking along the names meets one of many soon enough."""
    few = sum(cell.customers for cell in walk.matching) <= FEW
    return few and await _unplaced(scope, walk.cells) is sql.WITHOUT_PURCHASE


async def _found(scope: Scope, search: Search, wanted: CustomerFilter, sort: Sort, place: _Place | None, limit: int) -> CustomerPage:  # noqa: PLR0913, PLR0917 - all that a list is asked
    boundary: tuple[Any, ...]
    if sort is Sort.NAME:
        boundary = await _name_at(scope, place)
    else:
        boundary = (_TOP[sort], _LAST_ID) if place is None else (place.value, place.id)
    rows = await scope.fetch(sql.FOUND_PAGE[sort], *conditions(wanted), *search.ranges, *boundary, limit + 1)
    capped = bool(await scope.fetchval(sql.REACHED_CAP, *search.ranges))
    shown, last = cut(rows, limit)
    following = None
    if last:
        following = write_cursor(_Place(sort, last["id"], None if sort is Sort.NAME else last["value"]))
    return CustomerPage(_rows(shown), following, None, capped)


async def _name_at(scope: Scope, place: _Place | None) -> tuple[str, UUID]:
    if place is None:
        return "", _FIRST_ID
    name = await scope.fetchval(sql.NAME_OF, place.id)
    if name is None:
        raise BadCursorError
    return name, place.id


async def _cells(scope: Scope) -> list[_Cell]:
    return [_Cell(*row) for row in await scope.fetch(sql.CELLS)]


async def _everybody(scope: Scope, wanted: CustomerFilter) -> int:
    """How many match before the first run: everybody, or nobody where a segment or a score is asked for."""
    return int(await scope.fetchval(sql.COUNT)) if _Walk(wanted, Sort.NAME, (), ()).unplaced else 0


def _place(after: str | None, sort: Sort) -> _Place | None:
    if after is None:
        return None
    place = read_cursor(after, _Place)
    kinds: dict[Sort, type] = {Sort.RECENCY: dt.date, Sort.NAME: type(None)}
    if place.sort != sort or (place.placed and not isinstance(place.value, kinds.get(sort, int))):
        raise BadCursorError
    if isinstance(place.value, int) and not -(1 << 63) <= place.value < 1 << 63:
        raise BadCursorError
    return place


def _rows(records: Sequence[Mapping[str, Any]]) -> tuple[CustomerRow, ...]:
    return tuple(_row(record) for record in records)


def _row(record: Mapping[str, Any]) -> CustomerRow:
    """By place, for pages are made of many: the columns are ``customers_queries.COLUMNS``."""
    values = list(record.values())[: _MONEY + 1]
    values[_MONEY] = None if values[_MONEY] is None else amount(values[_MONEY])
    return CustomerRow(*values)
