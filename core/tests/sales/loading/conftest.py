from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from batikrfm.sales.importing import store
from batikrfm.sales.orders import Orders, orders_of
from batikrfm.sales.staging import stage
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from core.tests.sales.conftest import SheetOf

    from batikrfm.sales.loading import Loaded


@dataclass(frozen=True)
class Shop:
    """A tenant's shop, and short ways to import into it and to look at it."""

    tenant_id: UUID
    sheet_of: SheetOf

    def orders(self, *sheets: Sequence[Mapping[str, Any]]) -> Orders:
        return orders_of([self.sheet_of(rows) for rows in sheets], keep_lines=True)

    async def load(self, *sheets: Sequence[Mapping[str, Any]]) -> Loaded:
        """Import sheets of rows, as ``sheet_of`` takes them."""
        orders = self.orders(*sheets)
        async with tenant_scope(self.tenant_id) as scope:
            return (await store(scope, orders, stage(orders), ["sales.csv"] * len(sheets)))[1]

    async def fetch(self, sql: str, *args: object) -> list[dict[str, Any]]:
        async with tenant_scope(self.tenant_id) as scope:
            return [dict(row) for row in await scope.fetch(sql, *args)]

    async def count(self, table: str) -> int:
        return int((await self.fetch(f"select count(*) from {table}"))[0]["count"])

    async def everything(self) -> list[list[dict[str, Any]]]:
        """All rows of the shop but the records of the imports themselves."""
        return [
            await self.fetch(f"select * from {table} order by id") for table in ("customers", "customer_totals", "orders", "order_items")
        ]


@pytest.fixture
def shop(tenant: UUID, sheet_of: SheetOf) -> Shop:
    return Shop(tenant, sheet_of)
