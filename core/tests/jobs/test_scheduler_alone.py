"""``batikrfm scheduler`` as a process of its own, as an operator runs it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from batikrfm.content.weekly.tasks import weekly_due
from batikrfm.db.urls import Urls
from batikrfm.jobs.schedules import create_schedule
from batikrfm.tenancy import tenant_scope

MADE = "select max_attempts from jobs where task = $1"


@pytest.mark.timeout(120)
async def test_its_jobs_have_the_attempts_that_their_tasks_say(tenant: UUID, database_urls: Urls, tmp_path: Path) -> None:
    """A process that does not know a task would give its job three, whatever the task says: without the import this is red."""
    async with tenant_scope(tenant) as scope:
        made = await create_schedule(weekly_due, "0 0 1 1 *")
        await scope.execute("update schedules set next_at = now() where id = $1", made.id)
    environ = {
        **os.environ,
        "BATIKRFM_APP_URL": database_urls.app,
        "BATIKRFM_PLATFORM_URL": database_urls.platform,
        "BATIKRFM_DATA_DIR": str(tmp_path / "data"),
    }
    command = [str(Path(sys.executable).with_name("batikrfm")), "scheduler"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as scheduler:  # noqa: ASYNC220 - it only starts it
        try:
            assert await _attempts(tenant) == weekly_due.max_attempts
        finally:
            scheduler.terminate()
    assert weekly_due.max_attempts != 3


async def _attempts(tenant: UUID) -> int:
    while True:
        async with tenant_scope(tenant) as scope:
            found = await scope.fetchval(MADE, weekly_due.name)
        if found is not None:
            return int(found)
        await asyncio.sleep(0.1)
