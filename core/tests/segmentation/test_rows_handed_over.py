"""What a run changes reaches the tables by values where it is little and by a temporary table where it is much: to the same end."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Final

import pytest

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.segmentation import store
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.running import run_segmentation
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from uuid import UUID

    from core.tests.segmentation.conftest import Sale as MadeSale
    from core.tests.segmentation.conftest import Stock

AS_OF: Final = dt.date(2026, 1, 10)
SAID: Final = (
    """
    select key, last_day, frequency, monetary_e4, r, f, m, segment, assigned.sort_name
    from segment_assignments assigned join customers using (id) order by key
    """,
    """
    select key, from_segment, to_segment, dense_rank() over (order by run_id) as run
    from segment_moves moves join customers on customers.id = customer_id order by run, key
    """,
    """
    select segment, r, f, m, customers, monetary_e4, dense_rank() over (order by run_id) as run
    from segment_cells order by run, segment, r, f, m
    """,
    "select from_segment, to_segment, customers, dense_rank() over (order by run_id) as run from segment_flows order by run, 1, 2",
)


async def said(tenant: UUID, few: int, monkeypatch: pytest.MonkeyPatch) -> list[list[tuple[object, ...]]]:
    """What is stored after four runs: everybody is new, some move, many leave, some come back. So ``few`` rows go as values."""
    monkeypatch.setattr(store, "FEW", few)
    for days, since in ((60, None), (0, None), (0, 40), (0, 200)):
        await run_segmentation(tenant, Question(Rfm5(), as_of=AS_OF - dt.timedelta(days=days), since_days=since))
    async with tenant_scope(tenant) as scope:
        return [[tuple(row) for row in await scope.fetch(sql)] for sql in SAID]


@pytest.mark.parametrize("seed", range(3))
async def test_by_value_or_by_table_the_same_is_stored(
    tenant: UUID, other_tenant: UUID, stock: Stock, sale: type[MadeSale], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret
    days = [dt.date(2026, 1, 9) - dt.timedelta(days=dice.randrange(400)) for _ in range(200)]
    sales = [sale(f"k{dice.randrange(60)}", f"{day}T10:00", dice.randrange(1, 90) * 10_000) for day in days]
    for shop in (tenant, other_tenant):
        await stock(shop, sales)
    by_value, by_table = await said(tenant, 1_000, monkeypatch), await said(other_tenant, 0, monkeypatch)
    assert by_value == by_table
    assigned, moves, cells, flows = by_value
    assert {kind for *_, kind in moves} >= {1, 2, 3}, "moved, left and came back"
    assert any(to is None for _, _, to, _ in moves)
    assert assigned
    assert cells
    assert flows
