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
from batikrfm.content.tasks import generate_content
from batikrfm.db.engine import savepoint
from batikrfm.jobs import enqueue
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
    """The job that writes them. Its result is ``{"contents": [ids], ...}``."""

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

    The answer is in the order of revenue: where today's quota is not enough, it goes to the segments that are worth most.

    Raises:
        NoRunsError: the shop was not segmented yet.
        UnknownSegmentError, EmptySegmentError: of any; nothing is ordered then.
        QuotaUsedUpError: nothing is left for any of them, and nothing was in the cache.
    """
    sizes = await _sizes()
    chosen = [key for key, customers in sizes.items() if customers] if segments is None else list(segments)
    for segment in chosen:
        _require(segment, sizes)
    ordered: dict[str, Ordered] = {}
    for segment in sorted(chosen, key=list(sizes).index):
        ordered[segment] = await _order_or_say(replace(wanted, segment=segment), by)
    _require_some(ordered)
    return ordered


async def _order(wanted: Order, by: Principal) -> Taken | Queued:
    drafts: list[UUID] = []

    async def keep(generated: Generated) -> None:
        drafts.extend(await keep_drafts(generated, by=by))

    if await find_cached(wanted, keep=keep):
        return Taken(tuple(drafts))
    arguments = {"order": wanted.as_json(), "by": msgspec.to_builtins(deed_of(by))}
    job_id = await enqueue(generate_content, arguments, dedup_key=f"content.generate/{_digest(wanted)}")
    await reserve(GENERATIONS, key=job_id, lease=LEASE)
    return Queued(job_id)


async def _order_or_say(wanted: Order, by: Principal) -> Ordered:
    try:
        async with savepoint():  # a job without its quota is undone
            return await _order(wanted, by)
    except QuotaUsedUpError as problem:
        return Refused(problem, problem.renews_at)
    except InputError as problem:
        return Refused(problem)


def _require_some(ordered: Mapping[str, Ordered]) -> None:
    problems = [one.problem for one in ordered.values() if isinstance(one, Refused)]
    if problems and len(problems) == len(ordered):
        raise problems[0]


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
