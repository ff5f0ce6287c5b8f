"""What a process remembers to be fast makes nothing old: what a shop changes between two orders counts for the second one."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.content.cache import find_cached
from batikrfm.content.errors import PrivacyGateError
from batikrfm.content.generating import generate
from batikrfm.content.model import Order
from batikrfm.content.review import keep_drafts
from batikrfm.segmentation.asking import Question
from batikrfm.segmentation.history import latest_run
from batikrfm.segmentation.running import run_segmentation
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.profile import Profile, change_profile
from batikrfm.usage import BudgetUsedUpError, QuotaUsedUpError, set_budget, set_quota
from content_stage import LAST_DAY, PRODUCTS, add_customers, customer, fill_shop, import_sales, settle_on

pytestmark = pytest.mark.usefixtures("writing")
DEDICATED = Order("champions", offer="Gratis ongkir untuk Kirana Wulandari")


async def test_a_new_customer_is_found_in_words_that_passed_before_and_an_erased_one_no_more(shop: UUID) -> None:
    await generate(shop, DEDICATED)
    await add_customers(shop, customer("Kirana Wulandari"))
    with pytest.raises(PrivacyGateError):
        await generate(shop, Order("champions", offer=DEDICATED.offer, fresh=True))
    async with tenant_scope(shop) as scope:
        await scope.execute("update customers set name = null where name = 'Kirana Wulandari'")
    assert not (await generate(shop, Order("champions", offer=DEDICATED.offer, fresh=True))).cached


async def test_a_name_is_looked_for_in_the_shop_whose_customer_it_is(shop: UUID, other_tenant: UUID) -> None:
    """The same lines of two shops of the same name, read once: each shop is asked for its own customers."""
    await fill_shop(other_tenant)
    await add_customers(other_tenant, customer("Kirana Wulandari"))
    await generate(shop, DEDICATED)
    with pytest.raises(PrivacyGateError):
        await generate(other_tenant, DEDICATED)
    await generate(shop, Order("champions", offer=DEDICATED.offer, fresh=True))


async def test_a_shop_that_is_called_like_a_customer_may_say_so_until_it_is_renamed(shop: UUID) -> None:
    await add_customers(shop, customer("Kirana Wulandari"))
    async with tenant_scope(shop):
        await change_profile(Profile("Kirana Wulandari", "Asia/Jakarta", "IDR", "id"))
    await generate(shop, DEDICATED)
    async with tenant_scope(shop):
        await change_profile(Profile("Batik Laras", "Asia/Jakarta", "IDR", "id"))
    with pytest.raises(PrivacyGateError):
        await generate(shop, DEDICATED)


async def test_words_are_of_the_latest_run_and_its_products(shop: UUID) -> None:
    first = await generate(shop, Order("champions"))
    await import_sales(shop, [customer(f"Pembeli {n}", product="Sarung Tenun Ikat") for n in range(9)])
    async with tenant_scope(shop) as scope:
        await scope.execute("update order_items set product = 'Sarung Tenun Ikat' where product = $1", PRODUCTS[0])
    await run_segmentation(shop, Question(Rfm5(), LAST_DAY + dt.timedelta(days=1)))
    second = await generate(shop, Order("champions"))
    assert not second.cached
    async with tenant_scope(shop):
        assert first.run_id != second.run_id == (await latest_run()).id


async def test_settings_count_for_the_next_order_also_the_first_ones(shop: UUID) -> None:
    assert (await generate(shop, Order("champions"))).order.variants == 2  # nobody has set anything
    await settle_on(shop, variants=1, offer="Gratis ongkir")
    async with tenant_scope(shop):
        assert await find_cached(Order("champions")) is None


async def test_a_budget_and_a_quota_count_from_the_next_order_on(shop: UUID) -> None:
    await generate(shop, Order("champions"))
    async with tenant_scope(shop):
        await set_budget(1, "stop")
    with pytest.raises(BudgetUsedUpError):
        await generate(shop, Order("loyal"))
    async with tenant_scope(shop):
        await set_budget(None)
        await set_quota("generations", 1)
    with pytest.raises(QuotaUsedUpError):
        await generate(shop, Order("loyal"))


async def test_of_cached_variants_those_that_are_there_are_found_each_for_itself(shop: UUID) -> None:
    made = await generate(shop, Order("champions"))
    async with tenant_scope(shop):
        first = await keep_drafts(made)
    again = await generate(shop, Order("champions"))
    async with tenant_scope(shop) as scope:
        assert await keep_drafts(again) == first
        await scope.execute("update contents set state = 'rejected', rejected = '{}', reason = 'tidak cocok' where id = $1", first[0])
        kept = await keep_drafts(again)
        assert kept[1] == first[1]
        assert kept[0] not in first
