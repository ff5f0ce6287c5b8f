"""Ordering words from where nobody can wait for them: what is in the cache comes at once, everything else is a job with its quota kept.

Everything here runs in the tenant's scope, and asks no provider. A job exists if and only if its part of the quota is reserved.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import msgspec

from batikrfm.content.cache import find_cached
from batikrfm.content.model import Generated, Order
from batikrfm.content.review import keep_drafts
from batikrfm.content.review.rows import deed_of
from batikrfm.content.tasks import generate_content, generate_each
from batikrfm.db.keys import uuid7
from batikrfm.jobs import enqueue, open_jobs
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.extension import Principal
from batikrfm.sdk.text import Text
from batikrfm.segmentation.history import latest_run
from batikrfm.usage import GENERATIONS, QuotaUsedUpError, reserve

LEASE: Final = dt.timedelta(hours=1)
"""How long a job may wait in the queue before what was kept for it may go to others; it is renewed when the job begins."""


class UnknownSegmentError(InputError):
    """Value: ``segment``."""

    text = Text(
        id="Segmen {segment} tidak ada di hasil pengelompokan terakhir.",
        en="There is no segment {segment} in the latest segmentation.",
    )


class EmptySegmentError(InputError):
    """Value: ``segment``."""

    text = Text(
        id="Segmen {segment} sedang kosong, jadi belum ada yang bisa dikirimi.",
        en="Nobody is in the segment {segment}, so there is nobody to write to.",
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """The drafts of an answer that was in the cache."""

    contents: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Queued:
    """The job that writes them, and what was ordered with them: see :mod:`batikrfm.content.tasks` for its result."""

    job_id: UUID


@dataclass(frozen=True, slots=True)
class Refused:
    """Why one of several was not ordered, and when trying again may help."""

    problem: InputError
    renews_at: dt.datetime | None = None


Ordered = Taken | Queued | Refused


async def order(wanted: Order, *, by: Principal) -> Taken | Queued:
    """Order words for one segment of the latest run. While an equal order waits or is being written, its job is given again.

    Raises:
        NoRunsError: the shop was not segmented yet.
        UnknownSegmentError, EmptySegmentError: the latest run has no such segment, or nobody in it.
        OrderError, PromptError, PrivacyGateError: it cannot be written like this.
        QuotaUsedUpError: nothing is left of today's quota.
    """
    _require(wanted.segment, await _sizes())
    return await _order(wanted, by)


async def order_many(segments: Iterable[str] | None, wanted: Order, *, by: Principal) -> Mapping[str, Ordered]:
    """Order words for each of ``segments``, or with None for every segment in which there is anybody; what ``wanted`` says holds for all.

    The answer is in the order of revenue: where today's quota is not enough, it goes to the segments that are worth most. What has to be
    written goes to one job, which writes side by side; what waits already, in whatever job, keeps its own.

    Raises:
        NoRunsError: the shop was not segmented yet.
        UnknownSegmentError, EmptySegmentError: of any; nothing is ordered then.
        QuotaUsedUpError: nothing is left for any of them, and nothing was in the cache.
    """
    sizes = await _sizes()
    chosen = [key for key, customers in sizes.items() if customers] if segments is None else list(segments)
    for segment in chosen:
        _require(segment, sizes)
    orders = [replace(wanted, segment=segment) for segment in sorted(chosen, key=list(sizes).index)]
    waiting = await _waiting()
    found = {one.segment: await _found_or_reserved(one, waiting, by) for one in orders}
    _require_some(found)
    return await _enqueued(orders, found, by)


async def _order(wanted: Order, by: Principal) -> Taken | Queued:
    if taken := await _cached(wanted, by):
        return taken
    arguments = {"order": wanted.as_json(), "by": msgspec.to_builtins(deed_of(by))}
    job_id = await enqueue(generate_content, arguments, dedup_key=f"content.generate/{_digest(wanted)}")
    await reserve(GENERATIONS, key=job_id, lease=LEASE)
    return Queued(job_id)


async def _cached(wanted: Order, by: Principal) -> Taken | None:
    drafts: list[UUID] = []

    async def keep(generated: Generated) -> None:
        drafts.extend(await keep_drafts(generated, by=by))

    return Taken(tuple(drafts)) if await find_cached(wanted, keep=keep) else None


async def _waiting() -> dict[str, UUID]:
    """The jobs of orders that wait or are being written, by what stands for an order."""
    waiting: dict[str, UUID] = {}
    for job_id, arguments in await open_jobs(generate_content, generate_each):
        for order in arguments["orders"].values() if "orders" in arguments else [arguments["order"]]:
            waiting.setdefault(_digest(Order.from_json(order)), job_id)
    return waiting


@dataclass(frozen=True, slots=True)
class _Reserved:
    """It has to be written; its part of the quota is kept under ``key``."""

    key: UUID


async def _found_or_reserved(wanted: Order, waiting: Mapping[str, UUID], by: Principal) -> Ordered | _Reserved:
    try:
        if taken := await _cached(wanted, by):
            return taken
        if job_id := waiting.get(_digest(wanted)):
            return Queued(job_id)
        key = uuid7()
        await reserve(GENERATIONS, key=key, lease=LEASE)
        return _Reserved(key)
    except QuotaUsedUpError as problem:
        return Refused(problem, problem.renews_at)
    except InputError as problem:
        return Refused(problem)


def _require_some(found: Mapping[str, Ordered | _Reserved]) -> None:
    problems = [one.problem for one in found.values() if isinstance(one, Refused)]
    if problems and len(problems) == len(found):
        raise problems[0]


async def _enqueued(orders: Iterable[Order], found: Mapping[str, Ordered | _Reserved], by: Principal) -> dict[str, Ordered]:
    """With one job for all that has to be written."""
    new = {str(one.key): order.as_json() for order in orders if isinstance(one := found[order.segment], _Reserved)}
    ended = {segment: one for segment, one in found.items() if not isinstance(one, _Reserved)}
    if not new:
        return ended
    job_id = await enqueue(generate_each, {"orders": new, "by": msgspec.to_builtins(deed_of(by))})
    return {segment: ended.get(segment) or Queued(job_id) for segment in found}


async def _sizes() -> dict[str, int]:
    """Customers of each segment of the latest run, the most revenue first."""
    run = await latest_run()
    return {result.segment: result.customers for result in sorted(run.results, key=lambda one: one.revenue, reverse=True)}


def _require(segment: str, sizes: Mapping[str, int]) -> None:
    if segment not in sizes:
        raise UnknownSegmentError(segment=segment)
    if not sizes[segment]:
        raise EmptySegmentError(segment=segment)


def _digest(wanted: Order) -> str:
    """Stands for an order: equal ones have the same."""
    return hashlib.sha256(msgspec.json.encode(wanted, order="sorted")).hexdigest()[:32]
