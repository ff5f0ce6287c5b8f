"""``/api/runs``: segmentation runs that were stored, and a new one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath

from batikrfm.jobs import enqueue, find_job
from batikrfm.sdk.text import Language
from batikrfm.segmentation.history import PastRun, find_run, past_runs
from batikrfm.segmentation.tasks import run_segments
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.cursors import last_of, page_of
from batikrfm.web.guards import needs
from batikrfm.web.params import Cursor, Limit, Money, Next, exact, language
from batikrfm.web.routes import jobs
from batikrfm.web.routes.jobs import JobInfo
from batikrfm.web.routes.segments import SegmentResult, about, words_of

KIND = "runs"


class RunItem(msgspec.Struct, frozen=True):
    """A stored run."""

    id: UUID
    created_at: datetime
    as_of: Annotated[date, msgspec.Meta(description="The day of the count")]
    compared_with: Annotated[UUID | None, msgspec.Meta(description="The run that moves are counted from")]
    strategy: str
    settings: dict[str, Any]
    returns: str
    since_days: int | None
    mode: str
    cut_points: dict[str, list[float | str]]
    reason: Annotated[str, msgspec.Meta(description="Why this mode, for a person")]
    notices: list[str]
    customers: int
    revenue: Money
    currency: str


class Run(RunItem, frozen=True):
    """A stored run with its segments."""

    segments: list[SegmentResult]


class RunPage(msgspec.Struct, frozen=True):
    """Runs, the latest first."""

    items: list[RunItem]
    next: Next


@get("/runs", opt=needs(Permission.SEGMENTS_READ), operation_id="listRuns", tags=["runs"])
async def list_(request: Request[Any, Any, Any], limit: Limit = 20, cursor: Cursor = None) -> RunPage:
    """List runs."""
    found = await past_runs(limit + 1, last_of(cursor, KIND))
    page, next_page = page_of(found, limit, KIND)
    items = [RunItem(**_told(run, language(request))) for run in page]
    return RunPage(items, next_page)


@get("/runs/{run_id:uuid}", opt=needs(Permission.SEGMENTS_READ), operation_id="getRun", tags=["runs"])
async def one(request: Request[Any, Any, Any], run_id: FromPath[UUID]) -> Run:
    """One run with its segments."""
    run = await find_run(run_id)
    words = words_of(request, run.strategy)
    results = [about(result, words, language(request)) for result in run.results]
    return Run(**_told(run, language(request)), segments=results)


@post("/runs", opt=needs(Permission.RUNS_WRITE), operation_id="startRun", tags=["runs"], status_code=202)
async def start(request: Request[Any, Any, Any]) -> JobInfo:
    """Segment the shop anew, as it is set up. The job's result names the run; while one waits, asking again gives the same job."""
    return jobs.about(await find_job(await enqueue(run_segments, dedup_key=KIND)), language(request))


def _told(run: PastRun, language: Language) -> dict[str, Any]:
    return {
        "id": run.id,
        "created_at": run.created_at,
        "as_of": run.as_of,
        "compared_with": run.compared_with,
        "strategy": run.strategy,
        "settings": run.settings,
        "returns": run.returns,
        "since_days": run.since_days,
        "mode": run.mode,
        "cut_points": run.cut_points,
        "reason": run.reason.say(language),
        "notices": [notice.say(language) for notice in run.notices],
        "customers": run.customers,
        "revenue": exact(run.revenue),
        "currency": run.currency,
    }


ROUTES = (list_, one, start)
