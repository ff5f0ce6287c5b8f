from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from batikrfm.sales.importing import store
from batikrfm.sales.orders import orders_of
from batikrfm.sales.staging import stage
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from batikrfm.sales.loading import Loaded

Import = "Callable[..., Awaitable[Loaded]]"
SALE = {"order_id": "1", "customer": "budi", "product": "kopi", "line_total": 10}


@pytest.fixture
def imported(tenant: UUID, sheet_of: Callable[..., Any]) -> Callable[..., Awaitable[Loaded]]:
    async def run(*rows: dict[str, Any]) -> Loaded:
        orders = orders_of([sheet_of(rows)], keep_lines=True)
        async with tenant_scope(tenant) as scope:
            return (await store(scope, orders, stage(orders), ["sales.csv"]))[1]

    return run


async def test_first(imported: Any) -> None:
    print(await imported(SALE))
    print(await imported(SALE))
