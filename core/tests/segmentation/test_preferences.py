"""How a shop wants to be segmented: kept by strategy, refused whole, used by the runs that jobs make."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from batikrfm.plugins.errors import NoSuchStrategyError
from batikrfm.segmentation.errors import SinceDaysError, StrategySettingsError
from batikrfm.segmentation.history import latest_run
from batikrfm.segmentation.keeping import run_as_wanted
from batikrfm.segmentation.preferences import Preferences, preferences_form, read_preferences, save_preferences
from batikrfm.segmentation.whatif import what_if
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from core.tests.segmentation.conftest import Sale as MadeSale
    from core.tests.segmentation.conftest import Stock

RULES = {"mode": "rules", "recency_days": [10, 20, 30, 40]}


async def test_defaults_until_something_is_set(tenant: UUID) -> None:
    async with tenant_scope(tenant):
        assert await read_preferences() == Preferences()
        form = await preferences_form()
    assert (form.strategy, form.values["mode"]) == ("rfm5", "auto")
    assert form.schema["properties"]["recency_days"]["description"]
    assert form.segments[0].key == "champions"


async def test_each_strategy_keeps_its_own(tenant: UUID, other_tenant: UUID) -> None:
    async with tenant_scope(tenant):
        await save_preferences(Preferences("rfm5", RULES, "ignore", 90))
        await save_preferences(Preferences("rfm11", {"mode": "quantile"}))
        now = await read_preferences()
        assert (now.strategy, now.settings, now.returns, now.since_days) == ("rfm11", {"mode": "quantile"}, "net", None)
        assert now.updated_at is not None
        form = await preferences_form("rfm5")
        assert form.values["recency_days"] == [10, 20, 30, 40]
        assert (await preferences_form()).strategy == "rfm11"
    async with tenant_scope(other_tenant):
        assert await read_preferences() == Preferences()


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (Preferences("rfm5", {"recency_days": [1, 2]}), StrategySettingsError),
        (Preferences("rfm5", {"colour": "blue"}), StrategySettingsError),
        (Preferences("nothing"), NoSuchStrategyError),
        (Preferences(since_days=0), SinceDaysError),
        (Preferences(since_days=10**9), SinceDaysError),
    ],
    ids=str,
)
async def test_what_cannot_be_used_is_refused_and_nothing_changes(tenant: UUID, wanted: Preferences, refusal: type[Exception]) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(refusal):
            await save_preferences(wanted)
        with pytest.raises(refusal):
            await what_if(wanted)
        assert await read_preferences() == Preferences()


async def test_settings_that_no_longer_fit_give_way_in_the_form(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        await save_preferences(Preferences("rfm5", RULES))
        await scope.execute("""update segmentation_settings set settings = '{"rfm5": {"gone": 1}}'""")
        assert (await preferences_form()).values["mode"] == "auto"


async def test_a_run_is_as_the_shop_wants_it(tenant: UUID, stock: Stock, sale: type[MadeSale]) -> None:
    await stock(tenant, [sale("budi", "2026-01-08T10:00", 50_000), sale("sari", "2026-01-08T10:00", 90_000)])
    async with tenant_scope(tenant):
        await save_preferences(Preferences("rfm11", {**RULES, "frequency": [2, 4, 6, 8]}, "ignore", 3_000))
    run = await run_as_wanted(tenant)
    async with tenant_scope(tenant) as scope:
        stored = await latest_run()
        kept = await scope.fetchval("select count(*) from period_figures where run_id = $1", run.stored.id)
    assert (stored.strategy, stored.mode, stored.returns, stored.since_days) == ("rfm11", "rules", "ignore", 3_000)
    assert stored.settings["frequency"] == [2, 4, 6, 8]
    assert kept == 8
