"""Background jobs: declare a task, enqueue it in the caller's transaction, see how it goes, stop it, run it again, put it on a schedule.

::

    @job("sales.import", max_attempts=3)
    async def import_sales(upload_id: str) -> dict[str, int]:
        async with tenant_scope(current_job().tenant_id): ...

    async with tenant_scope(tenant_id):
        job_id = await enqueue(import_sales, {"upload_id": str(upload_id)})

This page costs its importer nothing: taskiq is imported by workers only (:mod:`batikrfm.jobs.running`).
"""

from batikrfm.jobs.context import JobContext, complete, complete_each, current_job, keep_result, progress
from batikrfm.jobs.enqueuing import enqueue, enqueue_once
from batikrfm.jobs.errors import CronError, JobCancelled, JobLost, JobNotFoundError, JobRunsError, ScheduleNotFoundError
from batikrfm.jobs.model import Job, JobState, Schedule
from batikrfm.jobs.registry import Task, job
from batikrfm.jobs.schedules import change_schedule, create_schedule, delete_schedule, list_schedules
from batikrfm.jobs.steering import cancel_job, find_job, list_jobs, open_jobs, rerun_job

__all__ = [
    "CronError",
    "Job",
    "JobCancelled",
    "JobContext",
    "JobLost",
    "JobNotFoundError",
    "JobRunsError",
    "JobState",
    "Schedule",
    "ScheduleNotFoundError",
    "Task",
    "cancel_job",
    "change_schedule",
    "complete",
    "complete_each",
    "create_schedule",
    "current_job",
    "delete_schedule",
    "enqueue",
    "enqueue_once",
    "find_job",
    "job",
    "keep_result",
    "list_jobs",
    "list_schedules",
    "open_jobs",
    "progress",
    "rerun_job",
]
