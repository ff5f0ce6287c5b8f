"""What can go wrong with jobs.

::

    NotFoundError
    ├── JobNotFoundError        the tenant has no such job
    └── ScheduleNotFoundError   the tenant has no such schedule
    InputError
    ├── JobRunsError            it is not over yet, so it cannot run again
    └── CronError               a schedule's times cannot be read, or never come
    asyncio.CancelledError
    └── JobCancelled            inside a job: somebody asked it to stop
    RuntimeError                our bugs
    ├── NotInJob                progress() and the like outside of a job
    ├── TaskError               two tasks of one name, arguments that are no JSON
    └── JobLost                 inside a job: it was taken from this worker, so whatever it does now counts for nothing
"""

from __future__ import annotations

import asyncio

from batikrfm.sdk.errors import InputError, NotFoundError
from batikrfm.sdk.text import Text


class JobNotFoundError(NotFoundError):
    """The scope's tenant has no such job."""

    text = Text(id="Pekerjaan ini tidak ada, atau sudah lama selesai.", en="There is no such job, or it was over long ago.")


class ScheduleNotFoundError(NotFoundError):
    """The scope's tenant has no such schedule."""

    text = Text(id="Jadwal ini tidak ada.", en="There is no such schedule.")


class JobRunsError(InputError):
    """A job that is queued or running, or has a twin that is, cannot be run again."""

    text = Text(
        id="Pekerjaan ini masih menunggu atau sedang berjalan; tunggu sampai selesai, atau batalkan dulu.",
        en="This job is still waiting or running; wait until it is over, or cancel it first.",
    )


class CronError(InputError):
    """Value: cron."""

    text = Text(
        id=(
            "Waktu {cron} tidak bisa dibaca. Tulis lima bagian: menit, jam, tanggal, bulan, hari. "
            "Contohnya 0 7 * * 1 untuk setiap Senin pukul 07.00."
        ),
        en=(
            "The time {cron} cannot be read. Write five parts: minute, hour, day of the month, month, weekday. "
            "0 7 * * 1, for example, is every Monday at 7:00."
        ),
    )


class JobCancelled(asyncio.CancelledError):
    """Somebody asked this job to stop. Let it pass: the job ends as cancelled."""


class NotInJob(RuntimeError):
    """This code runs outside of a job."""


class TaskError(RuntimeError):
    """A task was declared or called wrongly."""


class JobLost(RuntimeError):
    """The lease ran out and the job was given to another worker, or somebody ended it. Nothing of this attempt counts any more."""
