"""From an order to drafts. The one module of this room that opens its own scopes.

::

    read scope    facts, prompt, gate, cache, claim, quota      -> closed before anybody is asked
    providers     chain, one repair, moderation                 -> no transaction is open
    write scope   quota settled, ledger, cache, keep(drafts)    -> all of it or nothing

Killed before the write scope commits, nothing is kept: quota and claim come back by their leases, or at once to the same ``key``.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from batikrfm.content import cache
from batikrfm.content.asking import Asking, ask
from batikrfm.content.cache import Answer, Kept, Variant
from batikrfm.content.chain import Chain, Moderated, Outcome, Wanted, complete, moderate, open_chain
from batikrfm.content.model import TEMPLATE, Copy, Generated, Order, Origin
from batikrfm.content.rules import Finding
from batikrfm.content.wording import filled
from batikrfm.db.keys import uuid7
from batikrfm.jobs import JobLost, current_job
from batikrfm.jobs.errors import NotInJob
from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, Call, Reservation, check_budget, prompt_hash, record, record_cache_hit, refund, reserve, settle

Keep = Callable[[Generated], Awaitable[None]]

TEMPLATE_HOLDS: Final = dt.timedelta(hours=1)
"""For how long copy that no model wrote is kept: it costs nothing to make, and a shop may switch a provider on."""

STOPGAP_HOLDS: Final = dt.timedelta(minutes=1)
"""The same where providers were down: those who wait for it now get it, the next one asks the providers again."""

FIRST_LOOK, LONGEST_LOOK = 0.05, 1.0
"""Seconds between two looks whether somebody else's answer is there."""

FLAGGED: Final = Text(
    id="Pemeriksa AI menandai teks ini ({categories}). Baca baik-baik sebelum disetujui.",
    en="The AI's moderation flagged this text ({categories}). Read it carefully before approving.",
)

logger = logging.getLogger(__name__)


async def generate(tenant_id: UUID, order: Order, *, key: UUID | None = None, keep: Keep | None = None) -> Generated:
    """Drafts for ``order``: from the cache, or from the first provider of the shop's chain that answers well. Opens its own scopes.

    ``key`` names the work across repetitions (a job's id): what is reserved for it is reserved once, however often it begins. ``keep``
    runs in the scope in which the answer is paid and kept, so that its drafts are there if and only if the answer is paid for. Equal
    orders at the same moment, in any process, make one call. Call it outside of a scope.

    Raises:
        NoRunsError: the shop was not segmented yet.
        NoSuchSegmentError: the latest run has no such segment.
        OrderError: it asks for what cannot be had.
        PrivacyGateError: something in the prompt looks like a person. Nothing left the shop.
        PromptError: the shop's own prompt cannot be used.
        QuotaUsedUpError, BudgetUsedUpError: today's or this month's share is used; they say when it renews.
        NobodyAnsweredError: no provider answered, and the shop's chain does not end with the template.
    """
    claim, since, look = key or uuid7(), None, FIRST_LOOK
    while True:
        async with tenant_scope(tenant_id):
            since = await cache.moment() if order.fresh and since is None else since
            begun = await _begin(order, claim, since, keep)
        if isinstance(begun, Generated):
            return begun
        if begun is not None:
            return await _write(tenant_id, begun, keep)
        await asyncio.sleep(look)
        look = min(look * 2, LONGEST_LOOK)


async def from_cache(order: Order, *, keep: Keep | None = None) -> Generated | None:
    """The answer to an equal order, if there is one that holds; costs nothing. Runs in the tenant's scope. Raises as :func:`generate`."""
    asking = await ask(order)
    kept = None if order.fresh else await cache.find(asking)
    return None if kept is None else await _hit(asking, kept, keep)


def drafts_of(asking: Asking, answer: Answer, *, expires_at: dt.datetime, cached: bool = False) -> Generated:
    """``answer`` as drafts, with what rules and moderation found in each."""
    return Generated(
        id=uuid7(),
        order=asking.order,
        drafts=tuple(asking.draft(variant.copy, _flags(variant)) for variant in answer.variants),
        origin=_origin(answer, cached=cached),
        provider=answer.provider,
        model=answer.model,
        prompt_id=asking.prompt.id,
        prompt_version=asking.prompt.version,
        content_hash=asking.content_hash,
        tokens=0 if cached else answer.tokens,
        run_id=asking.facts.run_id,
        expires_at=expires_at,
        cached=cached,
    )


def _origin(answer: Answer, *, cached: bool) -> Origin:
    if answer.from_template:
        return "template"
    return "cache" if cached else "provider"


@dataclass
class _Begun:
    """Work that has begun: asked for, claimed, paid from the quota. ``calls`` grows while providers are asked."""

    asking: Asking
    claim: UUID
    held: Reservation
    job_id: UUID | None
    calls: list[Call] = field(default_factory=list)


async def _begin(order: Order, claim: UUID, since: dt.datetime | None, keep: Keep | None) -> _Begun | Generated | None:
    """What the cache has, or the work to be done. None: somebody else is at it."""
    asking = await ask(order)
    if kept := await cache.find(asking, since):
        return await _hit(asking, kept, keep)
    if not await cache.claim(asking, claim, since):
        return None
    held = await reserve(GENERATIONS, key=claim)
    await check_budget()
    return _Begun(asking, claim, held, _job_id())


async def _hit(asking: Asking, kept: Kept, keep: Keep | None) -> Generated:
    answer, order = kept.answer, asking.order
    await record_cache_hit(
        provider=answer.provider,
        model=answer.model,
        purpose=order.purpose,
        segment=order.segment,
        tier=order.tier,
        input_tokens=answer.tokens - answer.output_tokens,
        output_tokens=answer.output_tokens,
        prompt_hash=prompt_hash(asking.system, asking.text),
        job_id=_job_id(),
    )
    generated = drafts_of(asking, answer, expires_at=kept.expires_at, cached=True)
    if keep:
        await keep(generated)
    return generated


async def _write(tenant_id: UUID, begun: _Begun, keep: Keep | None) -> Generated:
    """Have it written, and keep what came. Whatever goes wrong, the calls are in the ledger and what was reserved goes back."""
    try:
        answer, holds = await _answered(tenant_id, begun)
        async with tenant_scope(tenant_id):
            await settle(begun.held.id)
            for call in begun.calls:
                await record(call)
            expires_at = await cache.fill(begun.asking, begun.claim, answer, holds)
            generated = drafts_of(begun.asking, answer, expires_at=expires_at or dt.datetime.now(dt.UTC))
            if keep:
                await keep(generated)
    except BaseException as error:
        await _give_up(tenant_id, begun, another_has_it=isinstance(error, JobLost))
        raise
    return generated


async def _answered(tenant_id: UUID, begun: _Begun) -> tuple[Answer, dt.timedelta]:
    """What the chain answered, and for how long that holds. No scope is open."""
    asking = begun.asking
    async with open_chain(tenant_id, order=asking.facts.settings.chain) as chain:
        outcome = await complete(chain, _wanted(begun), ledger=begun.calls)
        moderated = await _moderated(chain, begun, outcome)
    return _answer(outcome, moderated), _holds(chain, outcome, asking.facts.settings.cache_days)


def _wanted(begun: _Begun) -> Wanted[tuple[Copy, ...]]:
    order, asking = begun.asking.order, begun.asking
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


async def _moderated(chain: Chain, begun: _Begun, outcome: Outcome[tuple[Copy, ...]]) -> Moderated:
    """A vendor's verdict on what a model wrote; our own sentences need none."""
    if outcome.provider == TEMPLATE:
        return Moderated(None)
    texts = [f"{copy.subject}\n{copy.preheader}\n{copy.email}\n{copy.whatsapp}\n{copy.call_to_action}" for copy in outcome.answer]
    return await moderate(chain, texts, segment=begun.asking.order.segment, job_id=begun.job_id, ledger=begun.calls)


def _answer(outcome: Outcome[tuple[Copy, ...]], moderated: Moderated) -> Answer:
    usage = outcome.completion.usage
    flagged = [verdict.flagged for verdict in moderated.verdicts or ()] or [()] * len(outcome.answer)
    variants = tuple(Variant(copy, tuple(flags)) for copy, flags in zip(outcome.answer, flagged, strict=True))
    return Answer(variants, outcome.provider, outcome.model, usage.input_tokens + usage.output_tokens, usage.output_tokens)


def _holds(chain: Chain, outcome: Outcome[tuple[Copy, ...]], days: int) -> dt.timedelta:
    if outcome.provider != TEMPLATE:
        return dt.timedelta(days=days)
    return STOPGAP_HOLDS if len(chain.links) > 1 else TEMPLATE_HOLDS


def _flags(variant: Variant) -> Sequence[Finding]:
    if not variant.flagged:
        return ()
    return [Finding("moderation", "block", "email", "", filled(FLAGGED, categories=", ".join(variant.flagged)))]


async def _give_up(tenant_id: UUID, begun: _Begun, *, another_has_it: bool) -> None:
    """Nothing came, or it could not be kept: record what was called, and give back what was reserved, unless another attempt has it now.

    If even that fails, the leases do it, and the reason why it failed is not put in place of the first one.
    """
    with contextlib.suppress(BatikError):
        async with tenant_scope(tenant_id):
            for call in begun.calls:
                await record(call)
            if not another_has_it:
                await cache.release(begun.asking, begun.claim)
                await refund(begun.held.id)


def _job_id() -> UUID | None:
    try:
        return current_job().job_id
    except NotInJob:
        return None
