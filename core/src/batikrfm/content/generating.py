"""From an order to drafts, in scopes of its own. Several orders of one shop go by :mod:`batikrfm.content.together`, step by step alike.

::

    read scope    facts, prompt, cache, gate, claim, quota      -> closed before anybody is asked
    providers     chain, one repair, moderation                 -> no transaction is open
    write scope   quota settled, ledger, cache, keep(drafts)    -> all of it or nothing

Killed before the write scope commits, nothing is kept: quota and claim come back by their leases, or at once to the same ``key``.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from batikrfm.content import kept
from batikrfm.content.asking import Asking, Question, drafted, sendable
from batikrfm.content.cache import Keep, generated_of, hit, job_id, read_drafts
from batikrfm.content.chain import Chain, ChainPlan, Moderated, Outcome, Wanted, chain_plan, complete, moderate, open_chain
from batikrfm.content.kept import Answer, Kept
from batikrfm.content.known import Known, read_known
from batikrfm.content.model import TEMPLATE, Copy, Generated, Order
from batikrfm.content.moderated import answer_of, texts_of
from batikrfm.db.keys import uuid7
from batikrfm.db.lookups import look_up, look_up_all
from batikrfm.jobs import JobLost
from batikrfm.sdk.errors import BatikError
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import (
    GENERATIONS,
    Call,
    QuotaUsedUpError,
    Reservation,
    Today,
    check_budget,
    hold_money,
    may_cost,
    quota_lock,
    record,
    refund,
    reserve,
    reserve_each,
    settle_and_record,
)

TEMPLATE_HOLDS: Final = dt.timedelta(hours=1)
"""For how long copy that no model wrote is kept: it costs nothing to make, and a shop may switch a provider on."""

STOPGAP_HOLDS: Final = dt.timedelta(minutes=1)
"""The same where providers were down: those who wait for it now get it, the next one asks the providers again."""

SIGNS_PER_TOKEN: Final = 3
"""Fewer than Indonesian and English have on the average, so that an estimate is rather too high."""

FIRST_LOOK, LONGEST_LOOK = 0.05, 1.0
"""Seconds between two looks whether somebody else's answer is there."""


async def generate(tenant_id: UUID, order: Order, *, key: UUID | None = None, keep: Keep | None = None) -> Generated:
    """Drafts for ``order``: from the cache, or from the first provider of the shop's chain that answers well. Opens its own scopes.

    ``key`` names the work across repetitions (a job's id): what is reserved for it is reserved once, however often it begins, also by
    whoever ordered it. ``keep`` runs in the scope in which the answer is paid and kept, so that its drafts are there if and only if the
    answer is paid for. Equal orders at the same moment, in any process, make one call. Call it outside of a scope.

    Raises:
        NoRunsError: the shop was not segmented yet.
        NoSuchSegmentError: the latest run has no such segment.
        OrderError: it asks for what cannot be had.
        PrivacyGateError: something in the prompt looks like a person. Nothing left the shop.
        PromptError: the shop's own prompt cannot be used.
        QuotaUsedUpError, BudgetUsedUpError: today's or this month's share is used; they say when it renews.
        NobodyAnsweredError: no provider answered, and the shop's chain does not end with the template.
    """
    work = _Work(tenant_id, order, key, keep)
    wait = FIRST_LOOK
    while (begun := await work.begin()) is None:  # somebody else is writing the same
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_LOOK)
    return begun if isinstance(begun, Generated) else await work.write(begun)


@dataclass
class Begun:
    """Work that has begun: past the gate, claimed, taken from the quota. ``calls`` grows while providers are asked.

    ``stops``: the shop has a budget that nothing may exceed.
    """

    asking: Asking
    held: Reservation
    plan: ChainPlan
    stops: bool
    job_id: UUID | None
    calls: list[Call] = field(default_factory=list)


@dataclass
class _Work:
    """One order on its way."""

    tenant_id: UUID
    order: Order
    key: UUID | None
    keep: Keep | None
    since: dt.datetime | None = None

    def __post_init__(self) -> None:
        self.claim = self.key or uuid7()

    async def begin(self) -> Begun | Generated | None:
        """What the cache has, or the work to be done. None: somebody else is at it."""
        try:
            async with tenant_scope(self.tenant_id, fleeting=True):
                if self.order.fresh and self.since is None:
                    self.since = await kept.moment()
                return await self.cached_or_claimed(await read_known([self.order]))
        except BatikError:
            await self.give_back()
            raise

    async def cached_or_claimed(self, known: Known) -> Begun | Generated | None:
        """In the read scope. What comes from the cache goes nowhere, so only what will be sent has to pass the gate."""
        asked = await drafted(self.order, known)
        if found := await kept.find(asked, self.since):
            return await self.cached(asked, found)
        # From the lock on, the shop's other orders wait for the end of this scope.
        plan = chain_plan(asked.facts.settings.chain, known.plugins)
        seen, chain, today = await look_up_all(sendable(asked), plan, quota_lock(GENERATIONS))
        if not isinstance(seen, Asking) and (found := await kept.find(seen, self.since)):  # it is another question than before
            return await self.cached(seen, found)
        asking = seen if isinstance(seen, Asking) else await look_up(seen.gate())
        if not await kept.claim(asking, self.claim, self.since):
            return None
        held = await self.reserved(today)
        budget = await check_budget() if held.has_budget else None
        return Begun(asking, held, chain, budget is not None and budget.mode == "stop", job_id())

    async def reserved(self, today: Today | None) -> Reservation:
        """What whoever ordered it has reserved for it, if anybody did; else one of what is left today."""
        if self.key and (held := (await reserve_each(GENERATIONS, [self.key], today=today)).get(self.key)):
            return held
        return await reserve(GENERATIONS, key=self.claim, today=today)

    async def cached(self, asked: Question, found: Kept) -> Generated:
        await self.spare()
        return await hit(asked, found, self.keep)

    async def write(self, begun: Begun) -> Generated:
        """Have it written, and keep what came. Whatever goes wrong, the calls are in the ledger and what was reserved goes back."""
        try:
            answer, holds = await _answered(self.tenant_id, begun)
            async with tenant_scope(self.tenant_id) as scope:
                await scope.begin()
                return await self.paid(begun, answer, holds)
        except BaseException as error:
            await give_up(self.tenant_id, {self.claim: begun}, another_has_it=isinstance(error, JobLost))
            raise

    async def paid(self, begun: Begun, answer: Answer, holds: dt.timedelta) -> Generated:
        """In the write scope, which has begun: our rules read while the server works at the first statement."""
        _, drafts = await asyncio.gather(settle_and_record({begun.held.id: begun.calls}), read_drafts(begun.asking, answer))
        expires_at = await kept.fill(begun.asking, self.claim, answer, holds) or await kept.moment()
        generated = generated_of(begun.asking, answer, drafts, expires_at)
        if self.keep:
            await self.keep(generated)
        return generated

    async def give_back(self) -> None:
        """Nothing was begun: whoever ordered it may have reserved for it."""
        if self.key:
            with contextlib.suppress(BatikError):
                async with tenant_scope(self.tenant_id):
                    await self.spare()

    async def spare(self) -> None:
        """Give back what was reserved under the key, if anything was: it is not needed."""
        if self.key:
            with contextlib.suppress(QuotaUsedUpError):
                await refund((await reserve(GENERATIONS, key=self.key)).id)


async def give_up(tenant_id: UUID, several: Mapping[UUID, Begun], *, another_has_it: bool) -> None:
    """Nothing came, or it could not be kept: write down what was called, let go of the rest, unless another attempt has it now.

    By claim. If even that fails, the leases do it, and the reason why is not put in place of the first one.
    """
    with contextlib.suppress(BatikError):
        async with tenant_scope(tenant_id):
            for claim, begun in several.items():
                await record(*begun.calls)
                if not another_has_it:
                    await kept.release(begun.asking, claim)
                    await refund(begun.held.id)


async def _answered(tenant_id: UUID, begun: Begun) -> tuple[Answer, dt.timedelta]:
    async with open_chain(tenant_id, plan=begun.plan) as chain:
        if begun.stops:
            await _hold_money(begun, chain)
        return await answered_by(chain, begun)


async def answered_by(chain: Chain, begun: Begun) -> tuple[Answer, dt.timedelta]:
    """What the chain answered, and for how long that holds. No scope is open. Raises ``NobodyAnsweredError``."""
    outcome = await complete(chain, _wanted(begun), ledger=begun.calls)
    moderated = await _moderated(chain, begun, outcome)
    answer = answer_of(outcome.answer, outcome.completion, moderated, provider=outcome.provider, model=outcome.model)
    return answer, _holds(chain, outcome, begun.asking.facts.settings.cache_days)


async def _hold_money(begun: Begun, chain: Chain) -> None:
    """Keep what the call may cost, so that equal ones at the same moment do not go over a budget together. Raises BudgetUsedUpError."""
    tier = begun.asking.order.tier
    assert tier is not None  # noqa: S101 - it was filled in
    dearest = max((_most(link.key, model, begun.asking) for link in chain.links for model in link.models(tier)[:1]), default=0)
    async with tenant_scope(chain.tenant_id):
        await hold_money(begun.held.id, dearest)
        await check_budget()


def _most(provider: str, model: str, asking: Asking) -> int:
    """What an answer of this model costs at most, and a second one if the first has to be mended."""
    if provider == TEMPLATE:
        return 0
    request = asking.request(model)
    return 2 * may_cost(provider, model, len(request.system + request.prompt) // SIGNS_PER_TOKEN, request.max_output_tokens)


def _wanted(begun: Begun) -> Wanted[tuple[Copy, ...]]:
    asking, order = begun.asking, begun.asking.order
    assert order.tier is not None  # noqa: S101 - it was filled in
    return Wanted(
        purpose=order.purpose,
        tier=order.tier,
        request_for=asking.request,
        accept=asking.accept,
        repair=asking.repair,
        segment=order.segment,
        job_id=begun.job_id,
    )


async def _moderated(chain: Chain, begun: Begun, outcome: Outcome[tuple[Copy, ...]]) -> Moderated:
    """A vendor's verdict on what a model wrote; our own sentences need none."""
    if outcome.provider == TEMPLATE:
        return Moderated(None)
    return await moderate(chain, texts_of(outcome.answer), segment=begun.asking.order.segment, job_id=begun.job_id, ledger=begun.calls)


def _holds(chain: Chain, outcome: Outcome[tuple[Copy, ...]], days: int) -> dt.timedelta:
    if outcome.provider != TEMPLATE:
        return dt.timedelta(days=days)
    return STOPGAP_HOLDS if len(chain.links) > 1 else TEMPLATE_HOLDS
