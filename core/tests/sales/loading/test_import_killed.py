"""An import that dies at any point leaves the shop as it was: the importing process killed, its connection cut, its task cancelled."""

from __future__ import annotations

import asyncio
import random
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from batikrfm.db.errors import LostConnectionError
from batikrfm.sales.importing import import_files
from batikrfm.sales.loading import Loaded
from batikrfm.tenancy import find_tenant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from uuid import UUID

    from core.tests.sales.loading.conftest import Shop

    from batikrfm.db.urls import Urls

LINES = 3_000
STAGES = ("imports", "customers", "orders", "order_items", "customer_totals", "import_mappings")
"""Tables in the order in which an import writes to them."""
WAITING = """
select pid from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock' and query ~ ('^\\s*(insert into|delete from) ' || $1 || '\\s')
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [f"A{n // 3},2026-01-{n % 28 + 1:02d},budi{n // 3 % 90},Batik {n % 7},{n % 5 + 1},{n % 90 + 10}000" for n in range(LINES)]
    path = tmp_path / "sales.csv"
    path.write_text("\n".join(["no pesanan,tanggal,nama pelanggan,produk,jumlah,harga satuan", *rows]), encoding="utf-8")
    return path


@pytest.fixture
async def admin(admin_url: str) -> AsyncIterator[Any]:
    connected = await asyncpg.connect(admin_url)
    yield connected
    await connected.close()


@asynccontextmanager
async def held(admin: Any, table: str) -> AsyncIterator[Callable[[], Awaitable[int]]]:  # noqa: ANN401 - asyncpg ships no types
    """While the block lasts nobody can write to ``table``, so an import stands still there; what is yielded waits for that: its pid."""

    async def reached() -> int:
        async with asyncio.timeout(30):
            while (pid := await admin.fetchval(WAITING, table)) is None:
                await asyncio.sleep(0.01)
                await admin.execute("select pg_stat_clear_snapshot()")  # a transaction sees the activity of its first look
        return int(pid)

    async with admin.transaction():
        await admin.execute(f"lock table {table} in share mode")
        yield reached


@asynccontextmanager
async def importing(urls: Urls, tenant: UUID, file: Path) -> AsyncIterator[None]:
    """A process that imports ``file``; killed when the block ends, if not before."""
    program = Path(__file__).with_name("importing_process.py")
    process = await asyncio.create_subprocess_exec(sys.executable, program, urls.app, urls.platform, str(tenant), file)
    try:
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def nothing_and_then_all(shop: Shop, file: Path) -> None:
    """Nothing of an import is there, not even its record, and the next one brings everything."""
    for table in STAGES:
        assert await shop.count(table) == 0, table
    result = await import_files(await find_tenant(str(shop.tenant_id)), [file])
    assert result.loaded == Loaded(orders_new=LINES // 3, orders_changed=0, orders_unchanged=0, customers_new=90)
    assert await shop.count("order_items") == LINES


@pytest.mark.parametrize("stage", STAGES)
async def test_a_process_killed_while_it_writes(stage: str, shop: Shop, database_urls: Urls, admin: Any, file: Path) -> None:  # noqa: ANN401 - a fixture without a type of its own
    async with held(admin, stage) as reached, importing(database_urls, shop.tenant_id, file):
        await reached()
    await nothing_and_then_all(shop, file)


async def test_a_process_killed_at_any_moment(shop: Shop, database_urls: Urls, file: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    for _ in range(4):
        async with importing(database_urls, shop.tenant_id, file):
            await asyncio.sleep(chance.uniform(0.2, 2.5))
        orders, items = await shop.count("orders"), await shop.count("order_items")
        assert (orders, items, await shop.count("customer_totals")) in {(0, 0, 0), (LINES // 3, LINES, 90)}


async def test_a_connection_that_breaks(shop: Shop, admin: Any, file: Path) -> None:  # noqa: ANN401 - a fixture without a type of its own
    tenant = await find_tenant(str(shop.tenant_id))
    async with held(admin, "order_items") as reached:
        running = asyncio.create_task(import_files(tenant, [file]))
        await admin.execute("select pg_terminate_backend($1)", await reached())
        with pytest.raises(LostConnectionError):
            await running
    await nothing_and_then_all(shop, file)


async def test_a_task_that_is_cancelled(shop: Shop, admin: Any, file: Path) -> None:  # noqa: ANN401 - a fixture without a type of its own
    tenant = await find_tenant(str(shop.tenant_id))
    async with held(admin, "order_items") as reached:
        running = asyncio.create_task(import_files(tenant, [file]))
        await reached()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    await nothing_and_then_all(shop, file)
