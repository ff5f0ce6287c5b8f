"""``/api/segments``: the segments of the latest run, and who is in one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.params import PathParameter

from batikrfm.plugins import Plugins
from batikrfm.sdk.errors import NotFoundError
from batikrfm.sdk.segmentation import Segment
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation import customers
from batikrfm.segmentation.customers import CustomerFilter, Sort
from batikrfm.segmentation.history import PastRun, Result, latest_run
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm.web.params import PLUGINS, Cursor, Limit, Money, Number, exact, exact_or_none, language
from batikrfm.web.routes.customers import CustomerPage, SortBy, page_of


class SegmentNotFoundError(NotFoundError):
    """The latest run has no such segment."""

    text = Text(id="Pengelompokan terakhir tidak punya segmen ini.", en="The latest run has no such segment.")


class SegmentResult(msgspec.Struct, frozen=True):
    """A segment as of the latest run. Medians are null where nobody is in it."""

    key: Annotated[str, msgspec.Meta(description="Stable name", examples=["champions"])]
    name: str
    meaning: Annotated[str | None, msgspec.Meta(description="Who is in it")]
    action: Annotated[str | None, msgspec.Meta(description="What the shop should do next")]
    customers: int
    revenue: Money
    median_recency_days: Number | None
    median_frequency: Number | None
    median_monetary: Number | None


class Segments(msgspec.Struct, frozen=True):
    """The segments of the latest run, in the strategy's order."""

    run_id: UUID
    as_of: date
    strategy: str
    currency: str
    items: list[SegmentResult]


Key = Annotated[str, PathParameter(name="key", min_length=1, max_length=100, description="Key of a segment")]


@get("/segments", opt=needs(Permission.SEGMENTS_READ, not_found=True), operation_id="listSegments", tags=["segments"])
async def list_(request: Request[Any, Any, Any]) -> Segments:
    """The segments of the latest run. 404 before the first one."""
    run = await latest_run()
    words = words_of(request, run.strategy)
    items = [about(result, words, language(request)) for result in run.results]
    return Segments(run.id, run.as_of, run.strategy, run.currency, items)


@get("/segments/{key:str}", opt=needs(Permission.SEGMENTS_READ), operation_id="getSegment", tags=["segments"])
async def one(request: Request[Any, Any, Any], key: Key) -> SegmentResult:
    """One segment of the latest run."""
    run = await latest_run()
    return about(_in(run, key), words_of(request, run.strategy), language(request))


@get(
    "/segments/{key:str}/customers",
    opt=needs(Permission.CUSTOMERS_READ),
    operation_id="listSegmentCustomers",
    tags=["segments"],
)
async def members(key: Key, limit: Limit = customers.PAGE, cursor: Cursor = None, sort: SortBy = Sort.MONETARY) -> CustomerPage:
    """Who is in a segment as of the latest run."""
    _in(await latest_run(), key)
    return page_of(await customers.list_customers(CustomerFilter(segment=key), sort=sort, after=cursor, limit=limit))


def words_of(request: Request[Any, Any, Any], strategy: str) -> dict[str, Segment]:
    """What the strategy says of its segments; nothing where its plugin is gone."""
    plugins: Plugins = request.app.state[PLUGINS]
    found = plugins.segmentation_strategies.get(strategy)
    return {segment.key: segment for segment in found.segments} if found else {}


def about(result: Result, words: dict[str, Segment], language: Language) -> SegmentResult:
    """``result`` as the API shows it."""
    told = words.get(result.segment)
    return SegmentResult(
        key=result.segment,
        name=told.name.say(language) if told else result.segment,
        meaning=told.meaning.say(language) if told else None,
        action=told.action.say(language) if told else None,
        customers=result.customers,
        revenue=exact(result.revenue),
        median_recency_days=exact_or_none(result.median_recency_days),
        median_frequency=exact_or_none(result.median_frequency),
        median_monetary=exact_or_none(result.median_monetary),
    )


def _in(run: PastRun, key: str) -> Result:
    for result in run.results:
        if result.segment == key:
            return result
    raise SegmentNotFoundError


ROUTES = (list_, one, members)
