"""``/api/jobs``: work in the background, how far it is, stop it, run it again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter

from batikrfm.jobs import Job, JobState, cancel_job, find_job, list_jobs, rerun_job
from batikrfm.sdk.text import Language
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.cursors import last_of, page_of
from batikrfm.web.etags import NOT_MODIFIED, tagged
from batikrfm.web.guards import needs
from batikrfm.web.params import Cursor, Limit, Next, language, said

KIND = "jobs"


class JobInfo(msgspec.Struct, frozen=True):
    """Work in the background."""

    id: UUID
    task: Annotated[str, msgspec.Meta(description="What kind of work", examples=["sales.import"])]
    state: JobState
    done: Annotated[int | None, msgspec.Meta(description="How much of `total` is done")]
    total: int | None
    message: Annotated[str | None, msgspec.Meta(description="What it is doing, for a person")]
    error: Annotated[str | None, msgspec.Meta(description="Why it failed, for a person")]
    result: Annotated[dict[str, Any] | None, msgspec.Meta(description="What came out")]
    attempts: int
    max_attempts: int
    cancel_asked: bool
    run_at: datetime
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobPage(msgspec.Struct, frozen=True):
    """Jobs, the newest first."""

    items: list[JobInfo]
    next: Next


StateFilter = Annotated[JobState | None, QueryParameter(name="state", description="Only those in this state")]


@get("/jobs", opt=needs(Permission.JOBS_READ), operation_id="listJobs", tags=["jobs"], responses=NOT_MODIFIED)
async def list_(
    request: Request[Any, Any, Any], limit: Limit = 50, cursor: Cursor = None, in_state: StateFilter = None
) -> Response[JobPage]:
    """List jobs. Ask again with `If-None-Match` to see whether anything has changed."""
    found = await list_jobs(limit + 1, last_of(cursor, KIND), in_state)
    page, next_page = page_of(found, limit, KIND)
    items = [about(job, language(request)) for job in page]
    return tagged(request, JobPage(items, next_page))


@get("/jobs/{job_id:uuid}", opt=needs(Permission.JOBS_READ), operation_id="getJob", tags=["jobs"], responses=NOT_MODIFIED)
async def one(request: Request[Any, Any, Any], job_id: FromPath[UUID]) -> Response[JobInfo]:
    """One job."""
    return tagged(request, about(await find_job(job_id), language(request)))


@post("/jobs/{job_id:uuid}/cancel", opt=needs(Permission.JOBS_WRITE), operation_id="cancelJob", tags=["jobs"], status_code=200)
async def cancel(request: Request[Any, Any, Any], job_id: FromPath[UUID]) -> JobInfo:
    """Stop a job: at once where it waits, soon where it runs. One that is over stays as it is."""
    await cancel_job(job_id)
    return about(await find_job(job_id), language(request))


@post("/jobs/{job_id:uuid}/rerun", opt=needs(Permission.JOBS_WRITE), operation_id="rerunJob", tags=["jobs"], status_code=202)
async def rerun(request: Request[Any, Any, Any], job_id: FromPath[UUID]) -> JobInfo:
    """Run a job that is over once more."""
    await rerun_job(job_id)
    return about(await find_job(job_id), language(request))


def about(job: Job, language: Language) -> JobInfo:
    """``job`` as the API shows it."""
    return JobInfo(
        id=job.id,
        task=job.task,
        state=job.state,
        done=job.done,
        total=job.total,
        message=said(job.message, language),
        error=said(job.error, language),
        result=job.result,
        attempts=job.attempts,
        max_attempts=job.max_attempts,
        cancel_asked=job.cancel_asked,
        run_at=job.run_at,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )


ROUTES = (list_, one, cancel, rerun)
