"""Two tenants at random work, several tasks each, on fewer connections than tasks: each keeps and sees exactly what is its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batikrfm.db.engine import DB, Scope, savepoint
from batikrfm.db.keys import uuid7
from batikrfm.db.urls import Urls
from batikrfm.tenancy import create_tenant, tenant_scope

Ending = Literal["commit", "fail", "cancel", "undo part"]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PUT = """
insert into customers (tenant_id, id, contact_at, key, name) values ($1, $2, $3, $4, $5)
on conflict (tenant_id, key) do update set name = excluded.name
"""


@dataclass(frozen=True)
class Work:
    """One scope: what it changes (None deletes), how it ends, and after how many steps others may go first."""

    changes: tuple[tuple[int, str | None], ...]
    ending: Ending
    together: bool


works = st.builds(
    Work,
    changes=st.lists(st.tuples(st.integers(0, 4), st.none() | st.text("abc", min_size=1, max_size=3)), max_size=4).map(tuple),
    ending=st.sampled_from(["commit", "fail", "cancel", "undo part"]),
    together=st.booleans(),
)


@dataclass
class Worker:
    """One task's keys of one tenant, and what must be stored under them."""

    tenant: UUID
    name: str
    stored: dict[str, str] = field(default_factory=dict)

    async def run(self, plan: list[Work]) -> None:
        for work in plan:
            await self.do(work)
            async with tenant_scope(self.tenant) as scope:
                rows = await scope.fetch("select tenant_id, key, name from customers")
            assert {row["tenant_id"] for row in rows} <= {self.tenant}
            assert {row["key"]: row["name"] for row in rows if row["key"].startswith(self.name)} == self.stored

    async def do(self, work: Work) -> None:
        task = asyncio.create_task(self.scope(work))
        with expected_end(work.ending):
            await task
        if work.ending == "commit":
            for key, value in self.changes(work):
                if value is None:
                    self.stored.pop(key, None)
                else:
                    self.stored[key] = value

    async def scope(self, work: Work) -> None:
        async with tenant_scope(self.tenant) as scope:
            if work.ending == "undo part":
                with expected_end("fail"):
                    await self.break_off(scope, work)
                return
            await self.change(scope, work)
            if work.ending == "fail":
                raise BreakOffError
            if work.ending == "cancel":
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
                await scope.fetch("select pg_sleep(10)")

    async def break_off(self, scope: Scope, work: Work) -> None:
        async with savepoint():
            await self.change(scope, work)
            raise BreakOffError

    async def change(self, scope: Scope, work: Work) -> None:
        steps = [self.step(scope, key, value) for key, value in self.changes(work)]
        if work.together:
            await asyncio.gather(*steps)
        else:
            for step in steps:
                await step
                await asyncio.sleep(0)

    async def step(self, scope: Scope, key: str, value: str | None) -> None:
        if value is None:
            await scope.execute("delete from customers where key = $1", key)
        else:
            await scope.execute(PUT, self.tenant, uuid7(), NOW, key, value)

    def changes(self, work: Work) -> list[tuple[str, str | None]]:
        """In the order in which they are made: those made together queue up in that order, too."""
        return [(f"{self.name}-{number}", value) for number, value in work.changes]


class BreakOffError(Exception):
    """A scope's work fails half-way."""


@contextmanager
def expected_end(ending: Ending) -> Iterator[None]:
    if ending == "fail":
        with pytest.raises(BreakOffError):
            yield
    elif ending == "cancel":
        with pytest.raises(asyncio.CancelledError):
            yield
    else:
        yield


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=st.lists(st.lists(works, max_size=4), min_size=4, max_size=6))
async def test_random_work_of_two_tenants_stays_apart(database_urls: Urls, plans: list[list[Work]]) -> None:
    await DB.open(app_url=database_urls.app, platform_url=database_urls.platform, max_size=2)
    try:
        tenants = [(await create_tenant("Toko")).id, (await create_tenant("Warung")).id]
        workers = [Worker(tenants[number % 2], f"worker{number}") for number in range(len(plans))]
        await asyncio.wait_for(asyncio.gather(*(worker.run(plan) for worker, plan in zip(workers, plans, strict=True))), 60)
        for tenant in tenants:
            async with tenant_scope(tenant) as scope:
                found = {row["key"]: row["name"] for row in await scope.fetch("select key, name from customers")}
            assert found == {key: value for worker in workers if worker.tenant == tenant for key, value in worker.stored.items()}
    finally:
        await DB.close()
