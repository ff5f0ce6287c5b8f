"""Pages of customers: put together they are the whole list in its order, for every filter and sort, and each walks an index."""

from __future__ import annotations

import datetime as dt
import random
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.db.engine import NoScope, current_scope
from batikrfm.segmentation import customers_queries as sql
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.customers import IN_NONE, CustomerFilter, CustomerRow, Sort, export_customers, list_customers, stream_customers
from batikrfm.segmentation.errors import BadCursorError
from batikrfm.segmentation.running import run_segmentation
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from core.tests.segmentation.conftest import Sale as MadeSale
    from core.tests.segmentation.conftest import Stock

AS_OF = dt.date(2026, 1, 10)
NAMES = ("Sari", "sari dewi", "Budi", "BUDI", "Ági", "Zul", "100% Batik", "O'Neil")


def sales_of(kind: type[MadeSale], count: int, dice: random.Random) -> list[MadeSale]:
    """Customers with names and without, with ties in everything, some of whom only sent things back."""
    sales = []
    for number in range(count):
        name = dice.choice((None, *NAMES))
        phone = f"+62812{number:06d}" if number % 3 else None
        email = f"pembeli{number}@example.com" if number % 4 else None
        for _ in range(dice.choice((1, 1, 1, 2, 5, 12))):
            at = dt.datetime(2026, 1, 9) - dt.timedelta(days=dice.choice((0, 3, 40, 75, 120, 400)))  # noqa: DTZ001 - made UTC by stock
            amount = dice.choice((10_000, 10_000, 250_000, 1_000_000))
            sales.append(kind(f"k{number:04d}", at.isoformat(), -amount if number % 9 == 0 else amount, name, phone, email))
    return sales


@pytest.fixture
async def shop(tenant: UUID, stock: Stock, sale: type[MadeSale]) -> UUID:
    await stock(tenant, sales_of(sale, 150, random.Random(5)))  # noqa: S311 - no secret
    await run_segmentation(tenant, Question(Rfm5(), as_of=AS_OF))
    return tenant


async def everyone(tenant: UUID) -> list[CustomerRow]:
    async with tenant_scope(tenant):
        return [row async for rows in export_customers(sort=Sort.NAME) for row in rows]


async def test_whoever_takes_a_list_slowly_holds_up_nobody(shop: UUID) -> None:
    """Between two pages no scope is open, so no connection is kept from others."""
    found: list[CustomerRow] = []
    async for rows in stream_customers(shop, sort=Sort.NAME):
        with pytest.raises(NoScope):
            current_scope()
        found += rows
    assert found == await everyone(shop)


def matches(row: CustomerRow, wanted: CustomerFilter) -> bool:
    fm = None if row.f is None or row.m is None else (row.f + row.m + 1) // 2
    pairs = ((wanted.r, row.r), (wanted.f, row.f), (wanted.m, row.m), (wanted.fm, fm))
    if any(asked not in {None, mine} for asked, mine in pairs):
        return False
    if wanted.segment not in {None, row.segment or IN_NONE}:
        return False
    text = (wanted.search or "").lower()
    texts = ((row.name or row.key).lower(), row.key, row.key.lower(), row.email or "", row.phone or "")
    return any(mine.startswith(text) for mine in texts)


def order(row: CustomerRow, sort: Sort) -> Any:  # noqa: ANN401 - a key to sort by
    if sort is Sort.NAME:
        return ((row.name or row.key).lower().encode(), row.id)
    if row.segment is None:
        return (1, 0, row.id)
    assert row.money is not None
    assert row.purchases is not None
    assert row.last_day is not None
    values = {Sort.MONETARY: row.money, Sort.FREQUENCY: Decimal(row.purchases), Sort.RECENCY: Decimal(row.last_day.toordinal())}
    return (0, -values[sort], -row.id.int)


async def pages(wanted: CustomerFilter, sort: Sort, limit: int) -> tuple[list[CustomerRow], int | None]:
    rows: list[CustomerRow] = []
    after, total = None, None
    for _ in range(400):
        page = await list_customers(wanted, sort=sort, after=after, limit=limit)
        assert len(page.rows) == limit or page.next is None
        rows, after, total = [*rows, *page.rows], page.next, page.total
        if after is None:
            return rows, total
    pytest.fail("pages without end")


async def test_the_pages_are_the_list(shop: UUID) -> None:
    dice = random.Random(11)  # noqa: S311 - no secret
    every = await everyone(shop)
    assert len(every) == len({row.id for row in every}) == 150
    assert sum(row.segment is None for row in every) == 17
    segments = [None, None, IN_NONE, *Rfm5.segments[0].key.split(), *(segment.key for segment in Rfm5.segments)]
    scores = [None, None, None, None, 1, 3, 5]
    async with tenant_scope(shop):
        for _ in range(60):
            wanted = CustomerFilter(None, dice.choice(segments), *dice.choices(scores, k=4))
            for sort in Sort:
                rows, total = await pages(wanted, sort, dice.choice((1, 7, 50)) if total_of(every, wanted) < 40 else 50)
                expected = sorted((row for row in every if matches(row, wanted)), key=lambda row: order(row, sort))
                assert rows == expected, (wanted, sort)
                assert total == len(expected)


def total_of(every: list[CustomerRow], wanted: CustomerFilter) -> int:
    return sum(matches(row, wanted) for row in every)


async def test_small_pages_of_everyone(shop: UUID) -> None:
    every = await everyone(shop)
    async with tenant_scope(shop):
        for sort in Sort:
            rows, total = await pages(CustomerFilter(), sort, 4)
            assert rows == sorted(every, key=lambda row: order(row, sort))
            assert total == 150


@pytest.mark.parametrize(
    "text",
    ["sari", "SARI", "budi", "ági", "100%", "%", "_", "o'neil", "k00", "K0012", "pembeli1", "+62812", "nobody", "  sari  dewi ", "\x00"],
)
async def test_searching(shop: UUID, text: str) -> None:
    every = await everyone(shop)
    found = " ".join(text.replace("\x00", "").split())
    async with tenant_scope(shop):
        for sort in Sort:
            for segment in (None, "loyal", IN_NONE):
                rows, total = await pages(CustomerFilter(text, segment), sort, 9)
                wanted = CustomerFilter(found, segment)
                expected = [row for row in every if matches(row, wanted)]
                assert {row.id for row in rows} == {row.id for row in expected}, (sort, segment)
                assert len(rows) == len(expected)
                assert total is None or not found


@pytest.mark.parametrize("text", ["0812000001", "62812000001", "+62 812-000 001", "0812 000 001"])
async def test_a_phone_is_found_as_people_write_it(shop: UUID, text: str) -> None:
    async with tenant_scope(shop):
        page = await list_customers(CustomerFilter(text))
    assert [row.phone for row in page.rows] == ["+62812000001"]


async def test_a_search_that_matches_too_many_says_so(shop: UUID) -> None:
    async with tenant_scope(shop):
        assert not (await list_customers(CustomerFilter("k"))).capped
        page = await list_customers(CustomerFilter("k"), cap=5)
    assert page.capped
    assert len(page.rows) <= 10


async def test_before_the_first_run_everyone_is_listed_in_no_segment(tenant: UUID, stock: Stock, sale: type[MadeSale]) -> None:
    await stock(tenant, sales_of(sale, 30, random.Random(1)))  # noqa: S311 - no secret
    async with tenant_scope(tenant):
        for sort in Sort:
            rows, total = await pages(CustomerFilter(), sort, 7)
            assert len({row.id for row in rows}) == total == 30
            assert (await list_customers(CustomerFilter(segment="loyal"), sort=sort)).total == 0


async def test_those_who_came_after_the_run_are_listed_too(shop: UUID, stock: Stock, sale: type[MadeSale]) -> None:
    await stock(shop, [sale("new", "2026-01-09", 5_000, "Aa")])
    async with tenant_scope(shop):
        for sort in Sort:
            rows, _ = await pages(CustomerFilter(), sort, 50)
            assert len(rows) == 151
            assert "new" in {row.key for row in rows if row.segment is None}


async def test_a_cursor_of_another_list_or_of_nobody_is_refused(shop: UUID) -> None:
    async with tenant_scope(shop):
        cursor = (await list_customers(limit=3)).next
        assert cursor
        for sort in set(Sort) - {Sort.MONETARY}:
            with pytest.raises(BadCursorError):
                await list_customers(sort=sort, after=cursor)
        for text in ("", "x", "%%%", cursor[:-3], cursor + "AAAA", "WyJtb25ldGFyeSJd", "é"):
            with pytest.raises(BadCursorError):
                await list_customers(after=text)


async def test_a_cursor_holds_no_name(shop: UUID) -> None:
    import base64

    async with tenant_scope(shop):
        for wanted in (CustomerFilter(), CustomerFilter("sari")):
            cursor = (await list_customers(wanted, sort=Sort.NAME, limit=2)).next
            assert cursor
            assert b"sari" not in base64.urlsafe_b64decode(cursor + "==").lower()


async def test_another_shops_customers_are_not_there(shop: UUID, other_tenant: UUID) -> None:
    async with tenant_scope(shop):
        cursor = (await list_customers(sort=Sort.NAME, limit=3)).next
    async with tenant_scope(other_tenant):
        assert (await list_customers()).rows == ()
        assert (await list_customers(CustomerFilter("sari"))).rows == ()
        with pytest.raises(BadCursorError):
            await list_customers(sort=Sort.NAME, after=cursor)


BOUNDED = {
    "segment_assignments_by_money": "monetary_e4",
    "segment_assignments_by_frequency": "frequency",
    "segment_assignments_by_day": "last_day",
    "segment_assignments_by_name": "sort_name",
    "customers_by_name": "sort_name",
    "customers_by_phone": "phone",
    "customers_by_email": "email",
    "customers_tenant_id_key_key": "key",
    "customer_totals_without_purchase": "id >",
}
"""The column by which each index is entered in the middle: a page after the first must not read what comes before it."""


async def test_every_page_walks_an_index(shop: UUID) -> None:
    """Plans with sequential scans and sorts made as dear as the planner can: those left are ones that no index can serve."""
    cell = (["loyal"], [5], [2], [3])
    nowhere = (None, None, None, None, None, False)
    ranges = ("sari", "sarj", 1_000, "Sari", "Sarj", "+62812", "+62813")
    first, last = UUID(int=0), UUID(int=(1 << 128) - 1)
    asked: dict[str, tuple[str, tuple[Any, ...]]] = {
        "segment_assignments_by_money": (sql.PAGE["monetary"], (*cell, 10**15, last, 51)),
        "segment_assignments_by_frequency": (sql.PAGE["frequency"], (*cell, 10**15, last, 51)),
        "segment_assignments_by_day": (sql.PAGE["recency"], (*cell, dt.date(2026, 1, 1), last, 51)),
        "segment_assignments_by_name": (sql.PAGE_OF_CELLS_BY_NAME, (*cell, "sari", first, 51)),
        "customers_by_name": (sql.PAGE_BY_NAME, (False, "", first, 51)),
        "customers_by_phone": (sql.FOUND_PAGE["monetary"], (*nowhere, *ranges, 10**15, last, 51)),
        "customers_by_email": (sql.FOUND_PAGE["monetary"], (*nowhere, *ranges, 10**15, last, 51)),
        "customers_tenant_id_key_key": (sql.FOUND_PAGE["monetary"], (*nowhere, *ranges, 10**15, last, 51)),
        "customer_totals_without_purchase": (sql.WITHOUT_PURCHASE, (first, 51)),
    }
    async with tenant_scope(shop) as scope:
        await scope.execute("set local enable_seqscan = off")
        await scope.execute("set local enable_bitmapscan = off")
        await scope.execute("set local enable_sort = off")
        for index, (statement, values) in asked.items():
            plan = "\n".join(row[0] for row in await scope.fetch(f"explain (costs off) {statement}", *values))
            assert index in plan, (index, plan)
            assert "Seq Scan" not in plan
            conditions = re.findall(rf"using {index}.*\n\s+Index Cond: (.*)", plan)
            assert any("tenant_id" in condition and BOUNDED[index] in condition for condition in conditions), plan
