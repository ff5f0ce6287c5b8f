"""``/api/ai``: order words for a segment or for several, and see what was used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, QueryParameter

from batikrfm.content import ordering, review
from batikrfm.content.model import MOST_VARIANTS, Order
from batikrfm.content.ordering import Ordered, Refused, Taken
from batikrfm.jobs import find_job
from batikrfm.sdk.llm import Tier
from batikrfm.sdk.money import MONEY_SCALE
from batikrfm.sdk.text import Language
from batikrfm.tenancy.permissions import Permission
from batikrfm.usage import MICRO, BudgetMode, BudgetState, Line, Standing, usage_report
from batikrfm.web.deeds import log_deed
from batikrfm.web.etags import NOT_MODIFIED, tagged
from batikrfm.web.guards import needs
from batikrfm.web.params import Money, exact, exact_or_none, language
from batikrfm.web.routes import contents, jobs
from batikrfm.web.routes.contents import ContentInfo
from batikrfm.web.routes.jobs import JobInfo
from batikrfm.web.scope import principal_of

MOST_SEGMENTS = 50

SegmentKey = Annotated[str, msgspec.Meta(description="Key of a segment of the latest run", min_length=1, max_length=100)]
Dollars = Annotated[
    str, msgspec.Meta(description="Exact decimal number of US dollars", pattern=r"^-?[0-9]+(\.[0-9]+)?$", examples=["0.000118"])
]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the words should be; what is left out is as the shop set it up."""

    language: Language | None = None
    variants: Annotated[int, msgspec.Meta(ge=1, le=MOST_VARIANTS)] | None = None
    tier: Annotated[Tier | None, msgspec.Meta(description="How good a model may be, and how dear")] = None
    offer: Annotated[str, msgspec.Meta(description="What may be promised; empty for nothing", max_length=500)] | None = None
    fresh: Annotated[bool, msgspec.Meta(description="New words, although there are some that were paid for already")] = False


class GenerateContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for one segment."""

    segment: SegmentKey
    options: Options = msgspec.field(default_factory=Options)


class BatchGenerate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for several segments, or for all in which there is anybody."""

    segments: (
        Annotated[list[SegmentKey], msgspec.Meta(description="Which; leave out for all", min_length=1, max_length=MOST_SEGMENTS)] | None
    ) = None
    options: Options = msgspec.field(default_factory=Options)


class GeneratedContents(msgspec.Struct, frozen=True):
    """Drafts that were there at once: the answer to an equal order, which had been paid for before."""

    contents: list[ContentInfo]


class SegmentOrder(msgspec.Struct, frozen=True):
    """What became of one segment: a job that writes it, also others, or drafts that were there at once, or why neither."""

    segment: str
    job_id: UUID | None
    contents: list[UUID]
    problem: Annotated[str | None, msgspec.Meta(description="Why there will be no words now, for a person")]
    renews_at: Annotated[datetime | None, msgspec.Meta(description="When the quota renews that it did not fit into")]


class BatchOrders(msgspec.Struct, frozen=True):
    """What became of each segment, the most valuable first: where the quota is not enough for all, it goes to those."""

    items: list[SegmentOrder]
    jobs: list[JobInfo]


class QuotaInfo(msgspec.Struct, frozen=True):
    """How much may be generated today. `reserved` is work that has begun or waits; `renews_at` is the shop's midnight."""

    limit: int
    used: int
    reserved: int
    left: int
    renews_at: datetime


class BudgetInfo(msgspec.Struct, frozen=True):
    """The month's money in US dollars. `guessed` stands for calls whose price nobody knows, `held` for work that has begun."""

    limit: Dollars | None
    mode: BudgetMode
    spent: Dollars
    guessed: Dollars
    held: Dollars
    left: Dollars | None
    unpriced: Annotated[int, msgspec.Meta(description="Calls whose price nobody knows")]
    renews_at: datetime


class UsageLine(msgspec.Struct, frozen=True):
    """A sum over calls. `cost` leaves out `unpriced` calls, whose price nobody knows; `cost_idr` is null where a rate is missing."""

    name: Annotated[str, msgspec.Meta(description="The day, model, segment or purpose")]
    calls: int
    cached: int
    failed: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: Dollars
    cost_idr: Money | None
    unpriced: int
    saved_by_cache: Dollars
    saved_by_batch: Dollars


class UsageInfo(msgspec.Struct, frozen=True):
    """What a month of AI was used for and cost. `forecast` is what it will have cost if it goes on like this."""

    month: Annotated[date, msgspec.Meta(description="Its first day")]
    quota: QuotaInfo
    budget: BudgetInfo
    total: UsageLine
    days: list[UsageLine]
    models: list[UsageLine]
    segments: list[UsageLine]
    purposes: list[UsageLine]
    forecast: Dollars
    prices_date: Annotated[date, msgspec.Meta(description="As of when the prices are")]
    rate_date: Annotated[date | None, msgspec.Meta(description="As of when the rupiah's rate is")]


Month = Annotated[
    str | None,
    QueryParameter(name="month", pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="Such as 2026-11; leave out for this month"),
]


@post(
    "/ai/generate-content",
    opt=needs(Permission.CONTENTS_WRITE, not_found=True),
    operation_id="generateContent",
    tags=["ai"],
    status_code=202,
    responses={
        200: ResponseSpec(GeneratedContents, generate_examples=False, description="It was there already, and cost nothing"),
        202: ResponseSpec(JobInfo, generate_examples=False, description="The job that writes it"),
    },
)
async def generate(request: Request[Any, Any, Any], data: JSONBody[GenerateContent]) -> Response[Any]:
    """Order words for a segment. 202 with the job that writes them, or 200 with drafts where an equal order was answered before.

    429 when today's quota is used up. While an equal order waits or is being written, asking again gives the same job.
    """
    ordered = await ordering.order(_order(data.segment, data.options), by=principal_of(request))
    await log_deed(request, "content.ordered", data.segment)
    if isinstance(ordered, Taken):
        found = [contents.about(await review.find_content(one), language(request)) for one in ordered.contents]
        return Response(GeneratedContents(found), status_code=200)
    return Response(jobs.about(await find_job(ordered.job_id), language(request)), status_code=202)


@post(
    "/ai/batch-generate",
    opt=needs(Permission.CONTENTS_WRITE, not_found=True),
    operation_id="batchGenerate",
    tags=["ai"],
    status_code=202,
)
async def generate_many(request: Request[Any, Any, Any], data: JSONBody[BatchGenerate]) -> BatchOrders:
    """Order words for several segments, or for all. What does not fit into today's quota is said; 429 when nothing does.

    What has to be written goes to one job, side by side. Its `result` has each segment's name as soon as that is known: `contents` with the
    drafts, or `problem` with the reason why there are none, in Indonesian and English.
    """
    wanted = data.segments if data.segments is None else list(dict.fromkeys(data.segments))
    ordered = await ordering.order_many(wanted, _order("", data.options), by=principal_of(request))
    await log_deed(request, "content.ordered", segments=len(ordered))
    items = [_segment(segment, one, language(request)) for segment, one in ordered.items()]
    found = [await find_job(job_id) for job_id in dict.fromkeys(item.job_id for item in items) if job_id is not None]
    return BatchOrders(items, [jobs.about(job, language(request)) for job in found])


@get("/ai/usage", opt=needs(Permission.USAGE_READ), operation_id="getUsage", tags=["ai"], responses=NOT_MODIFIED)
async def usage(request: Request[Any, Any, Any], month: Month = None) -> Response[UsageInfo]:
    """What is left of today's quota and of the month's budget, and what the calls of a month were for and cost."""
    found = await usage_report(date.fromisoformat(f"{month}-01") if month else None)
    return tagged(
        request,
        UsageInfo(
            month=found.month,
            quota=_quota(found.quota),
            budget=_budget(found.budget),
            total=_line(found.total),
            days=_lines(found.days),
            models=_lines(found.models),
            segments=_lines(found.segments),
            purposes=_lines(found.purposes),
            forecast=_dollars(found.forecast),
            prices_date=found.prices_date,
            rate_date=found.rate_date,
        ),
    )


def _order(segment: str, options: Options) -> Order:
    return Order(segment, options.language, options.variants, options.tier, options.offer, options.fresh)


def _segment(segment: str, ordered: Ordered, language: Language) -> SegmentOrder:
    if isinstance(ordered, Taken):
        return SegmentOrder(segment, None, list(ordered.contents), None, None)
    if isinstance(ordered, Refused):
        return SegmentOrder(segment, None, [], ordered.problem.say(language), ordered.renews_at)
    return SegmentOrder(segment, ordered.job_id, [], None, None)


def _quota(quota: Standing) -> QuotaInfo:
    return QuotaInfo(quota.limit, quota.used, quota.reserved, quota.left, quota.renews_at)


def _budget(budget: BudgetState) -> BudgetInfo:
    return BudgetInfo(
        limit=_dollars_or_none(budget.limit),
        mode=budget.mode,
        spent=_dollars(budget.spent),
        guessed=_dollars(budget.guessed),
        held=_dollars(budget.held),
        left=_dollars_or_none(budget.left),
        unpriced=budget.unpriced,
        renews_at=budget.renews_at,
    )


def _lines(lines: Sequence[Line]) -> list[UsageLine]:
    return [_line(line) for line in lines]


def _line(line: Line) -> UsageLine:
    return UsageLine(
        name=line.name,
        calls=line.calls,
        cached=line.cached,
        failed=line.failed,
        input_tokens=line.input_tokens,
        cached_tokens=line.cached_tokens,
        output_tokens=line.output_tokens,
        cost=_dollars(line.cost),
        cost_idr=exact_or_none(None if line.cost_idr is None else Decimal(line.cost_idr) / MONEY_SCALE),
        unpriced=line.unpriced,
        saved_by_cache=_dollars(line.saved_by_cache),
        saved_by_batch=_dollars(line.saved_by_batch),
    )


def _dollars(micro: int) -> str:
    return exact(Decimal(micro) / MICRO)


def _dollars_or_none(micro: int | None) -> str | None:
    return None if micro is None else _dollars(micro)


ROUTES = (generate, generate_many, usage)
