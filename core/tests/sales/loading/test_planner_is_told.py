"""An import does not depend on what autovacuum saw of it while it was not committed."""

from __future__ import annotations

import re
from pathlib import Path

import asyncpg
import pytest

from batikrfm.sales.importing import import_files
from batikrfm.sales.sample import write_sample
from batikrfm.tenancy import create_tenant, tenant_scope

CHECK = {
    "customers": "select 1 from only customers where tenant_id = $1 and id = $2 for key share",
    "orders": "select 1 from only orders where tenant_id = $1 and id = $2 for key share",
    "order_items": "delete from only order_items where tenant_id = $1 and order_id = $2",
}
"""What PostgreSQL itself asks for each row, to keep a foreign key."""

KEY = {"customers": "id", "orders": "id", "order_items": "order_id"}
"""By what a row is looked up: an index that begins with the tenant alone would read all of the shop for each. Which of two that lead to the
same row is taken is the planner's to say."""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return write_sample(tmp_path, customers=500)


async def seen_by_autovacuum_in_the_middle(admin_url: str) -> None:
    """Leave the statistics that an ANALYZE leaves which sees pages full of rows that are not committed."""
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute(
            "update pg_class set relpages = 1000, reltuples = 0 where relname in ('customers', 'orders', 'order_items')"
        )
    finally:
        await connection.close()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("table", CHECK)
async def test_foreign_keys_are_checked_by_their_own_index(table: str, sample: Path, admin_url: str) -> None:
    await seen_by_autovacuum_in_the_middle(admin_url)
    tenant = await create_tenant("Toko")
    await import_files(tenant, [sample])
    async with tenant_scope(tenant.id) as scope:
        await scope.execute("set local plan_cache_mode = force_generic_plan")
        plan = "\n".join(row[0] for row in await scope.fetch(f"explain {CHECK[table]}", tenant.id, tenant.id))
        assert await scope.fetchval("select reltuples > 0 from pg_class where oid = to_regclass($1)", table)
    assert re.search(rf"Index Cond: .*\({KEY[table]} = ", plan), plan
