"""Drafts for several orders of one shop at once: a statement for all of them in each step, providers that answer side by side.

What is out of the ordinary (an answer in the cache, a quota with no room, somebody else at the same words, a budget) is left to
:func:`batikrfm.content.generating.generate`, one by one.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from batikrfm.content import kept
from batikrfm.content.asking_each import ask_each
from batikrfm.content.cache import generated_of, job_id, read_drafts
from batikrfm.content.chain import Chain, NobodyAnsweredError, open_chain
from batikrfm.content.generating import Begun, answered_by, give_up
from batikrfm.content.kept import Answer, Filling
from batikrfm.content.model import Generated, Order
from batikrfm.jobs import JobLost
from batikrfm.segmentation.errors import NoRunsError
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, reserve_each, settle_and_record

MOST_TOGETHER: Final = 12
"""So many are written side by side at most: a word for each segment of a strategy with eleven, and no crowd at a provider's door."""

KeepAll = Callable[[Mapping[UUID, Generated]], Awaitable[None]]
"""What is done with drafts, by key, in the scope in which they are paid for."""

End = Generated | Exception | None
"""What becomes of an order: its drafts, the error that it ended with, or None where it was not begun or was stopped."""

Answered = tuple[Answer, dt.timedelta]


async def generate_together(tenant_id: UUID, orders: Mapping[UUID, Order], keep: KeepAll) -> dict[UUID, Generated | Exception]:
    """Drafts for those of ``orders`` that need nothing out of the ordinary, or the error that one ended with; by key. Opens its scopes.

    Keys are those of ``generate``. Whatever has come when the last was kept is paid for and kept together; where that fails, each is kept
    for itself, so that one that cannot be kept (``keep`` raises) spoils no other. The first orders have the first places of a quota.
    """
    together = Together(tenant_id, keep)
    coming = {key: together.add(key, order) for key, order in orders.items()}
    await together.run()
    return {key: end for key, one in coming.items() if (end := one.result()) is not None}


async def _begin(tenant_id: UUID, orders: Mapping[UUID, Order]) -> dict[UUID, Begun]:
    """Those that are past the gate, claimed, and taken from the quota; in their order."""
    try:
        async with tenant_scope(tenant_id, fleeting=True):
            return await _begun(orders)
    except (NoRunsError, _HasBudget):
        return {}


class _HasBudget(Exception):
    """What each may cost has to be looked at, one after the other."""


async def _begun(orders: Mapping[UUID, Order]) -> dict[UUID, Begun]:
    found = await ask_each(orders)
    asked = found.askings
    claimed = await kept.claim_each(asked) if asked else set()
    if not claimed:
        return {}
    held = await reserve_each(GENERATIONS, [key for key in asked if key in claimed], today=found.today)
    if any(one.has_budget for one in held.values()):
        raise _HasBudget
    for key in claimed - held.keys():
        await kept.release(asked[key], key)
    return {key: Begun(asked[key], one, found.plan, stops=False, job_id=job_id()) for key, one in held.items()}


@dataclass
class Together:
    """Orders on their way, by key.

    ``own_jobs``: a key is the id of the order's own job, and what goes wrong with one is its own affair; else all are the work of the job
    that this is in. ``left`` is what was begun and is not over.
    """

    tenant_id: UUID
    keep: KeepAll
    own_jobs: bool = False
    orders: dict[UUID, Order] = field(default_factory=dict)
    ends: dict[UUID, asyncio.Future[End]] = field(default_factory=dict)
    left: dict[UUID, Begun] = field(default_factory=dict)
    asking: dict[UUID, asyncio.Task[Answered]] = field(default_factory=dict)
    stopped: set[UUID] = field(default_factory=set)
    came: asyncio.Queue[UUID] = field(default_factory=asyncio.Queue)

    def add(self, key: UUID, order: Order) -> asyncio.Future[End]:
        """One more, before they begin; its end, which is there as soon as it is known."""
        self.orders[key] = order
        self.ends[key] = asyncio.get_running_loop().create_future()
        return self.ends[key]

    async def run(self) -> None:
        """Write them. Raises what went wrong with all of them; those that are left then have no end yet."""
        self.left = await _begin(self.tenant_id, self.orders)
        try:
            for key in self.orders.keys() - self.left.keys():
                self.ends[key].set_result(None)
            if self.left:
                async with open_chain(self.tenant_id, plan=next(iter(self.left.values())).plan) as chain:
                    await self.ask_all(chain)
        except BaseException as error:
            await give_up(self.tenant_id, self.left, another_has_it=isinstance(error, JobLost))
            raise

    def stop(self, key: UUID) -> None:
        """Nobody wants this one any more: it ends soon, and the others go on."""
        self.stopped.add(key)
        if asking := self.asking.get(key):
            asking.cancel()

    def leave_the_rest(self) -> None:
        """Whatever has no end yet was not begun."""
        for end in self.ends.values():
            if not end.done():
                end.set_result(None)

    async def ask_all(self, chain: Chain) -> None:
        self.asking = {key: self.ask(chain, key, begun) for key, begun in self.left.items()}
        try:
            while self.left:
                await self.keep_what_came()
        finally:
            for task in self.asking.values():
                task.cancel()
            await asyncio.wait(self.asking.values())  # each writes down what it called

    def ask(self, chain: Chain, key: UUID, begun: Begun) -> asyncio.Task[Answered]:
        if self.own_jobs:
            begun.job_id = key
        asking = asyncio.create_task(answered_by(chain, begun))
        asking.add_done_callback(lambda _: self.came.put_nowait(key))
        if key in self.stopped:
            asking.cancel()
        return asking

    async def keep_what_came(self) -> None:
        came = [await self.came.get()]
        while not self.came.empty():
            came.append(self.came.get_nowait())
        over = {key: self.asking[key] for key in came}
        await self.keep_all({key: task.result() for key, task in over.items() if not task.cancelled() and not task.exception()})
        for key, task in over.items():
            if task.cancelled():
                await self.ended(key, None)
            elif isinstance(error := task.exception(), NobodyAnsweredError) or (self.own_jobs and isinstance(error, Exception)):
                await self.ended(key, error)
            elif error:
                raise error

    async def keep_all(self, answers: Mapping[UUID, Answered]) -> None:
        """All at once; or each for itself where that fails."""
        if not answers:
            return
        try:
            async with tenant_scope(self.tenant_id) as scope:
                await scope.begin()
                generated = await self.paid(answers)
        except Exception as error:
            if isinstance(error, JobLost) and not self.own_jobs:
                raise
            if len(answers) == 1:
                await self.ended(next(iter(answers)), error)
                return
            for key, answer in answers.items():
                await self.keep_all({key: answer})
        else:
            for key, of_one in generated.items():
                del self.left[key]
                self.ends[key].set_result(of_one)

    async def paid(self, answers: Mapping[UUID, Answered]) -> dict[UUID, Generated]:
        """In the write scope, which has begun: our rules read while the server works at the first statement."""
        paid_for = {self.left[key].held.id: self.left[key].calls for key in answers}
        reading = asyncio.gather(*(read_drafts(self.left[key].asking, answer) for key, (answer, _) in answers.items()))
        _, drafts = await asyncio.gather(settle_and_record(paid_for), reading)
        until = await kept.fill_each([Filling(self.left[key].asking, key, answer, holds) for key, (answer, holds) in answers.items()])
        now = await kept.moment() if len(until) < len(answers) else None
        generated: dict[UUID, Generated] = {}
        for (key, (answer, _)), of_one in zip(answers.items(), drafts, strict=True):
            expires_at = until.get(key) or now
            assert expires_at is not None  # noqa: S101 - one of them is there
            generated[key] = generated_of(self.left[key].asking, answer, of_one, expires_at)
        await self.keep(generated)
        return generated

    async def ended(self, key: UUID, error: Exception | None) -> None:
        await give_up(self.tenant_id, {key: self.left.pop(key)}, another_has_it=isinstance(error, JobLost))
        self.ends[key].set_result(error)
