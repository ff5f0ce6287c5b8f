"""kill -9 at random points over 300 messages: each is accepted exactly once where the vendor can be asked or drops what it had, and never
twice where it can do neither.

The vendor's book is a file that outlives every worker. Sabotage that turns it red: in ``ledger.mark`` write ``state = 'queued'`` (rows of
the dead are handed in again without a look), or let ``reconciling.reconcile`` queue lost messages at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sending_stage import Sender, plugins_of, sending

from batikrfm.db import database as databases
from batikrfm.db.urls import Urls
from batikrfm.tenancy import create_tenant
from batikrfm.testkit.database import superuser_url
from batikrfm.testkit.fake_channels import ChannelStage

HERE = Path(__file__).parent
PATHS = (HERE.parent / "support", HERE.parents[1] / "content" / "support", HERE.parents[1] / "web" / "support")
MESSAGES = 300
KILLS = 8
LEFT = "select count(*) from deliveries where state in ('queued', 'sending', 'unknown')"
STATES = "select state || coalesce(':' || reason, '') as state, count(*) as many from deliveries group by 1"
COUNTED = """
select what || coalesce(':' || reason, '') as state, sum(amount)::bigint as many from campaign_counts group by 1 having sum(amount) <> 0
"""
HURRY = "update jobs set run_at = now() where state = 'queued' and run_at > now() and task = 'delivery.send'"


@contextlib.contextmanager
def nursery_of(urls: Urls, book: Path, kind: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(HERE / "sending_process.py"), urls.app, urls.platform, str(book), kind]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([*map(str, PATHS), os.environ.get("PYTHONPATH", "")])}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, env=environ, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as nursery:
        try:
            yield nursery
        finally:
            nursery.kill()


def born(nursery: subprocess.Popen[str]) -> int:
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    print(file=nursery.stdin, flush=True)
    return int(nursery.stdout.readline())


async def torment(nursery: subprocess.Popen[str], admin: asyncpg.Connection, book: Path, dice: random.Random) -> None:
    """Two at a time; one of them dies whenever the vendor has some messages more. In the end two bring it to its end."""
    alive = [born(nursery), born(nursery)]
    try:
        for kill in range(KILLS):
            while len(taken(book)) < min(MESSAGES - 20, kill * 30 + dice.randint(1, 29)) and await admin.fetchval(LEFT):
                await admin.execute(HURRY)
                await asyncio.sleep(0.02)
            os.kill(alive.pop(dice.randrange(2)), signal.SIGKILL)
            alive.append(born(nursery))
        while await admin.fetchval(LEFT):
            await admin.execute(HURRY)
            await asyncio.sleep(0.1)
    finally:
        for one in alive:
            os.kill(one, signal.SIGKILL)


def taken(book: Path) -> list[str]:
    """The ids of the messages that the vendor took, in order."""
    return [json.loads(line)["id"] for line in book.read_text().splitlines() if line.endswith("}")] if book.exists() else []


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["lookup", "idempotent", "neither"])
async def test_killed_workers_send_once(spare_database: Urls, embedded_dir: Path, tmp_path: Path, kind: str) -> None:
    async with databases.opened(spare_database), sending(plugins_of(ChannelStage())):
        sender = Sender((await create_tenant("Toko")).id)
        await sender.people(MESSAGES)
        await sender.campaign()
    book = tmp_path / "book"
    admin = await asyncpg.connect(superuser_url(embedded_dir, spare_database))
    with nursery_of(spare_database, book, kind) as nursery:
        await torment(nursery, admin, book, random.Random(5))  # noqa: S311 - chaos that can be repeated
    states = {row["state"]: row["many"] for row in await admin.fetch(STATES)}
    counted = {row["state"]: row["many"] for row in await admin.fetch(COUNTED)}
    await admin.close()
    times = Counter(taken(book))
    assert counted == states
    assert max(times.values()) == 1, "somebody got it twice"
    if kind == "neither":
        assert set(states) <= {"accepted", "failed:not_found"}
        assert states["accepted"] <= len(times)
        assert states["accepted"] + states.get("failed:not_found", 0) == MESSAGES
    else:
        assert states == {"accepted": MESSAGES}
        assert len(times) == MESSAGES
