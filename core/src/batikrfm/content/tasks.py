"""Background work of this room: write copy for an order or for several, forget answers that hold no longer."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from batikrfm.content import kept
from batikrfm.content.chain import NobodyAnsweredError
from batikrfm.content.company import written_in_company
from batikrfm.content.generating import generate
from batikrfm.content.model import Generated, Order
from batikrfm.content.review import Deed
from batikrfm.content.together import MOST_TOGETHER, generate_together
from batikrfm.content.written import keep_for_job
from batikrfm.jobs import complete, current_job, enqueue, find_job, job, keep_result
from batikrfm.sdk.errors import InputError, NotFoundError
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, BudgetUsedUpError, QuotaUsedUpError, refund_key

TIMEOUT = 300.0
"""Seconds; a chain of providers takes less in all."""

EACH_TIMEOUT = 4 * TIMEOUT
"""Seconds for many orders: a few turns of them side by side, and some that are alone."""


async def _refund(job_id: UUID, arguments: Mapping[str, Any]) -> None:
    """Give back what was reserved when words were ordered that nobody will write."""
    for key in map(UUID, arguments.get("orders", [str(job_id)])):
        await refund_key(GENERATIONS, key)


@job("content.generate", max_attempts=3, timeout=TIMEOUT, gives_back=_refund, at_once=MOST_TOGETHER)
async def generate_content(order: dict[str, Any], by: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Drafts for ``order`` (:meth:`Order.as_json`), put up for review. The result names them and says who wrote them.

    ``by`` is who asked, as :class:`~batikrfm.content.review.Deed` has it; None is the program by itself.

    Killed at any point and run again it leaves one set of drafts and one generation off the quota: the job's id is the key of both, and
    the job ends in the transaction that keeps them.
    """
    return await _generate(order, by)


async def _generate(order: dict[str, Any], by: dict[str, Any] | None) -> dict[str, Any]:
    context, wanted, asked = current_job(), Order.from_json(order), _deed(by)
    if result := await written_in_company(context, wanted, asked):
        return result
    results: list[dict[str, Any]] = []

    async def keep(generated: Generated) -> None:
        results[:] = await keep_for_job([(generated, asked)])
        await complete(*results)

    await generate(context.tenant_id, wanted, key=context.job_id, keep=keep)
    return results[-1]


@job("content.generate_each", max_attempts=3, timeout=EACH_TIMEOUT, gives_back=_refund)
async def generate_each(orders: dict[str, dict[str, Any]], by: dict[str, Any] | None = None) -> None:
    """Drafts for several orders of the shop, each of another segment, written side by side; by the key of each one's part of the quota.

    The result says by segment what that of :func:`generate_content` says, or in ``problem`` why there are none, as soon as that is known.
    What nobody answers to is tried again with the job, and nothing else is. Killed at any point and run again it leaves one set of drafts
    and one generation off the quota for each: drafts and their part of the result are kept together.
    """
    context, there = current_job(), dict[str, Any]()
    if context.attempt > 1:
        async with tenant_scope(context.tenant_id):
            there = (await find_job(context.job_id)).result or {}
    wanted = {UUID(key): Order.from_json(order) for key, order in orders.items()}
    await _Several(context.tenant_id, wanted, _deed(by)).write(there)


@dataclass(frozen=True)
class _Several:
    """Orders of one job, by the keys of their quota."""

    tenant_id: UUID
    orders: Mapping[UUID, Order]
    by: Deed | None

    async def write(self, there: Container[str]) -> None:
        """Those whose segments are not ``there``. Raises what nobody answered to, after the others."""
        nobody: list[NobodyAnsweredError] = []
        left = [(key, order) for key, order in self.orders.items() if order.segment not in there]
        for start in range(0, len(left), MOST_TOGETHER):
            nobody += await self._write_some(dict(left[start : start + MOST_TOGETHER]))
        for error in nobody:
            raise error

    async def _write_some(self, orders: Mapping[UUID, Order]) -> list[NobodyAnsweredError]:
        """Side by side: together, and then each for itself what is out of the ordinary."""
        outcomes = await generate_together(self.tenant_id, orders, self._keep)
        left = [self._write_alone(key, order, outcomes.get(key)) for key, order in orders.items()]
        ends = await asyncio.gather(*left, return_exceptions=True)
        for error in ends:
            if isinstance(error, BaseException) and not isinstance(error, NobodyAnsweredError):
                raise error
        return [error for error in ends if isinstance(error, NobodyAnsweredError)]

    async def _write_alone(self, key: UUID, order: Order, outcome: Generated | Exception | None) -> None:
        """What was not written with the others; or say why it cannot be."""

        async def keep(generated: Generated) -> None:
            await self._keep({key: generated})

        try:
            if isinstance(outcome, Exception):
                raise outcome
            if outcome is None:
                await generate(self.tenant_id, order, key=key, keep=keep)
        except (InputError, NotFoundError) as error:
            async with tenant_scope(self.tenant_id):
                await self._say({order.segment: {"problem": {"id": error.say("id"), "en": error.say("en")}}})

    async def _keep(self, generated: Mapping[UUID, Generated]) -> None:
        """Drafts, and what the job's result says of them, in the scope that pays for them."""
        results = await keep_for_job([(one, self.by) for one in generated.values()])
        await self._say({one.order.segment: result for one, result in zip(generated.values(), results, strict=True)})

    async def _say(self, part: Mapping[str, Any]) -> None:
        """Keep a part of the result; with the last one the job ends."""
        segments = {order.segment for order in self.orders.values()}
        if part.keys() >= segments:
            await complete(dict(part))
        elif (await keep_result(part)).keys() >= segments:
            await complete()


@job("content.triggered", max_attempts=3, timeout=TIMEOUT, at_once=MOST_TOGETHER)
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


def _deed(by: dict[str, Any] | None) -> Deed | None:
    return None if by is None else msgspec.convert(by, Deed)
