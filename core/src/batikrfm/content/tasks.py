"""Background work of this room: write copy for an order, forget answers that hold no longer."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec

from batikrfm.content import kept
from batikrfm.content.generating import generate
from batikrfm.content.model import Generated, Order
from batikrfm.content.review import Deed, keep_drafts
from batikrfm.jobs import complete, current_job, enqueue, job
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import BudgetUsedUpError, QuotaUsedUpError

TIMEOUT = 300.0
"""Seconds; a chain of providers takes less in all."""


@job("content.generate", max_attempts=3, timeout=TIMEOUT)
async def generate_content(order: dict[str, Any], by: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Drafts for ``order`` (:meth:`Order.as_json`), put up for review. The result names them and says who wrote them.

    ``by`` is who asked, as :class:`~batikrfm.content.review.Deed` has it; None is the program by itself.

    Killed at any point and run again it leaves one set of drafts and one generation off the quota: the job's id is the key of both, and
    the job ends in the transaction that keeps them.
    """
    return await _generate(order, by)


async def _generate(order: dict[str, Any], by: dict[str, Any] | None) -> dict[str, Any] | None:
    context = current_job()
    asked = None if by is None else msgspec.convert(by, Deed)
    results: list[dict[str, Any]] = []

    async def keep(generated: Generated) -> None:
        results.append(_result(generated, await keep_drafts(generated, by=asked)))
        await _forget_in_time(generated.expires_at)
        await complete(results[-1])

    await generate(context.tenant_id, Order.from_json(order), key=context.job_id, keep=keep)
    return results[-1]


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
    day = expires_at.astimezone(dt.UTC).date()
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, dt.UTC)
    await enqueue(forget_answers, dedup_key=f"content.forget/{day}", run_at=midnight)


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
