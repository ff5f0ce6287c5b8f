from __future__ import annotations

import asyncio
import contextvars
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from batikrfm.sales.importing import store
from batikrfm.sales.loading import Loaded, take_turns
from batikrfm.sales.staging import stage
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from uuid import UUID

    from core.tests.sales.loading.conftest import Shop

SALES = [{"order_id": str(n), "customer": f"c{n % 7}", "line_total": n} for n in range(200)]


def apart(work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """A task with a scope of its own."""
    return asyncio.get_running_loop().create_task(work, context=contextvars.Context())


async def test_imports_of_the_same_orders_at_once_are_one_import_and_one_that_changes_nothing(shop: Shop) -> None:
    loaded = await asyncio.gather(*(apart(shop.load(SALES)) for _ in range(4)))
    assert sorted(loaded, key=lambda one: -one.orders_new) == [Loaded(200, 0, 0, 7), *[Loaded(0, 0, 200, 0)] * 3]
    assert await shop.count("orders") == await shop.count("order_items") == 200


async def test_an_import_waits_for_one_that_has_begun_and_then_sees_it(shop: Shop) -> None:
    orders = shop.orders(SALES)
    async with tenant_scope(shop.tenant_id) as scope:
        await take_turns(scope)
        second = apart(shop.load(SALES))
        done, _ = await asyncio.wait([second], timeout=0.5)
        assert not done
        await store(scope, orders, stage(orders), ["sales.csv"])
    assert await second == Loaded(0, 0, 200, 0)


async def test_an_import_of_another_tenant_does_not_wait(shop: Shop, other_tenant: UUID) -> None:
    other = replace(shop, tenant_id=other_tenant)
    async with tenant_scope(shop.tenant_id) as scope:
        await take_turns(scope)
        assert (await apart(other.load(SALES))).orders_new == 200
