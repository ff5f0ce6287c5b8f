"""Background work of this room: write copy for an order or for several, forget answers that hold no longer."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from batikrfm.content import kept
from batikrfm.content.chain import NobodyAnsweredError
from batikrfm.content.generating import generate
from batikrfm.content.model import Generated, Order
from batikrfm.content.review import Deed, keep_all_drafts, keep_drafts
from batikrfm.content.together import MOST_TOGETHER, KeepAll, generate_together
from batikrfm.jobs import complete, current_job, enqueue, find_job, job, keep_result
from batikrfm.sdk.errors import InputError, NotFoundError
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import BudgetUsedUpError, QuotaUsedUpError

TIMEOUT = 300.0
"""Seconds; a chain of providers takes less in all."""

EACH_TIMEOUT = 4 * TIMEOUT
"""Seconds for many orders: a few turns of them side by side, and some that are alone."""


@job("content.generate", max_attempts=3, timeout=TIMEOUT)
async def generate_content(order: dict[str, Any], by: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Drafts for ``order`` (:meth:`Order.as_json`), put up for review. The result names them and says who wrote them.

    ``by`` is who asked, as :class:`~batikrfm.content.review.Deed` has it; None is the program by itself.

    Killed at any point and run again it leaves one set of drafts and one generation off the quota: the job's id is the key of both, and
    the job ends in the transaction that keeps them.
    """
    return await _generate(order, by)


async def _generate(order: dict[str, Any], by: dict[str, Any] | None) -> dict[str, Any] | None:
    context, asked = current_job(), _deed(by)
    results: list[dict[str, Any]] = []

    async def keep(generated: Generated) -> None:
        results.append(_result(generated, await keep_drafts(generated, by=asked)))
        await _forget_in_time(generated.expires_at)
        await complete(results[-1])

    await generate(context.tenant_id, Order.from_json(order), key=context.job_id, keep=keep)
    return results[-1]


@job("content.generate_each", max_attempts=3, timeout=EACH_TIMEOUT)
async def generate_each(orders: dict[str, dict[str, Any]], by: dict[str, Any] | None = None) -> None:
    """Drafts for several orders of the shop, each of another segment, written side by side; by the key of each one's part of the quota.

    The result says by segment what that of :func:`generate_content` says, or in ``problem`` why there are none, as soon as that is known.
    What nobody answers to is tried again with the job, and nothing else is. Killed at any point and run again it leaves one set of drafts
    and one generation off the quota for each: drafts and their part of the result are kept together.
    """
    context, asked = current_job(), _deed(by)
    left = {UUID(key): Order.from_json(order) for key, order in orders.items()}
    if context.attempt > 1:
        async with tenant_scope(context.tenant_id):
            there = (await find_job(context.job_id)).result or {}
        left = {key: order for key, order in left.items() if order.segment not in there}

    async def keep(generated: Mapping[UUID, Generated]) -> None:
        several = list(generated.values())
        drafts = await keep_all_drafts(several, by=asked)
        for day in {_day(one.expires_at) for one in several}:
            await _forget_after(day)
        await keep_result({one.order.segment: _result(one, ids) for one, ids in zip(several, drafts, strict=True)})

    await _generate_each(context.tenant_id, left, keep)
    async with tenant_scope(context.tenant_id):
        await complete()


async def _generate_each(tenant_id: UUID, orders: Mapping[UUID, Order], keep: KeepAll) -> None:
    """Raises what nobody answered to, after the others."""
    nobody: list[BaseException] = []
    for start in range(0, len(orders), MOST_TOGETHER):
        several = dict(list(orders.items())[start : start + MOST_TOGETHER])
        outcomes = await generate_together(tenant_id, several, keep)
        left = [_not_yet(tenant_id, key, order, outcomes.get(key), keep) for key, order in several.items()]
        errors = [error for error in await asyncio.gather(*left, return_exceptions=True) if error is not None]
        nobody += [error for error in errors if isinstance(error, NobodyAnsweredError)]
        for error in errors:
            if error not in nobody:
                raise error
    for error in nobody:
        raise error


async def _not_yet(tenant_id: UUID, key: UUID, order: Order, outcome: Generated | Exception | None, keep: KeepAll) -> None:
    """Have written what was not written with the others, or say why it is not."""

    async def keep_one(generated: Generated) -> None:
        await keep({key: generated})

    try:
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is None:
            await generate(tenant_id, order, key=key, keep=keep_one)
    except (InputError, NotFoundError) as error:
        async with tenant_scope(tenant_id):
            await keep_result({order.segment: {"problem": {"id": error.say("id"), "en": error.say("en")}}})


@job("content.triggered", max_attempts=3, timeout=TIMEOUT)
async def generate_triggered(order: dict[str, Any], until: str) -> dict[str, Any] | None:
    """As :func:`generate_content`, ordered by nobody in particular: what today's share has no room for is put off to when it renews.

    From ``until`` (a moment) on it is not worth waiting any more: then the job ends with the reason.
    """
    context, last = current_job(), dt.datetime.fromisoformat(until)
    try:
        return await _generate(order, None)
    except (QuotaUsedUpError, BudgetUsedUpError) as error:
        if error.renews_at >= last:
            raise
        async with tenant_scope(context.tenant_id):
            later = {"order": order, "until": until}
            await enqueue(generate_triggered, later, dedup_key=f"{context.job_id}/later", run_at=error.renews_at)
            result = {"put_off": error.renews_at.isoformat()}
            await complete(result)
        return result


@job("content.forget", max_attempts=3)
async def forget_answers() -> dict[str, Any] | None:
    """Remove what the cache of a tenant has kept long enough."""
    async with tenant_scope(current_job().tenant_id):
        return {"forgotten": await kept.forget()}


async def _forget_in_time(expires_at: dt.datetime) -> None:
    """See that somebody cleans up after the day on which an answer expires, once for all answers of that day."""
    await _forget_after(_day(expires_at))


async def _forget_after(day: dt.date) -> None:
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, dt.UTC)
    await enqueue(forget_answers, dedup_key=f"content.forget/{day}", run_at=midnight)


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(dt.UTC).date()


def _deed(by: dict[str, Any] | None) -> Deed | None:
    return None if by is None else msgspec.convert(by, Deed)


def _result(generated: Generated, contents: list[UUID]) -> dict[str, Any]:
    return {
        "contents": [str(content) for content in contents],
        "segment": generated.order.segment,
        "language": generated.language,
        "origin": generated.origin,
        "cached": generated.cached,
        "provider": generated.provider,
        "model": generated.model,
    }
