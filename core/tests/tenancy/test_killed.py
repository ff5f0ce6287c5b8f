"""A process that is killed in the middle of its work leaves nothing of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from uuid import UUID

from batikrfm.settings import Settings
from batikrfm.tenancy import create_tenant, open_database, tenant_scope

WORK = """
import asyncio, sys
from pathlib import Path
from uuid import UUID
from batikrfm.settings import Settings
from batikrfm.tenancy import open_database, tenant_scope

async def main():
    async with open_database(Settings(Path(sys.argv[1]))), tenant_scope(UUID(sys.argv[2])) as scope:
        await scope.execute("update tenants set name = 'half'")
        await scope.execute("insert into customers (tenant_id, id, contact_at, key) select id, uuidv7(), now(), 'half' from tenants")
        statement = asyncio.ensure_future(scope.fetch("select pg_sleep(600)"))
        await asyncio.sleep(0.5)  # the server is in the middle of it, and would go on for ten minutes
        print("in the middle", flush=True)
        await statement

asyncio.run(main())
"""


def kill_in_the_middle(data_dir: Path, tenant: UUID) -> None:
    with subprocess.Popen([sys.executable, "-c", WORK, str(data_dir), str(tenant)], stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "in the middle\n"
        worker.kill()


async def test_a_killed_process_leaves_nothing_half_done(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "data")
    async with open_database(settings):
        tenant = await create_tenant("Utuh")
        kill_in_the_middle(settings.data_dir, tenant.id)
        async with tenant_scope(tenant.id) as scope:
            assert await scope.fetchval("select name from tenants") == "Utuh"
            assert await scope.fetchval("select count(*) from customers") == 0
            await scope.execute("update tenants set name = 'whole'")  # and its locks went with it
