"""How an attempt ended, and what its job's row says then."""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import dataclass
from datetime import timedelta

from batikrfm.db.engine import Scope
from batikrfm.jobs import queries
from batikrfm.jobs.backoff import wait_before
from batikrfm.jobs.context import JobContext
from batikrfm.jobs.errors import JobCancelled, JobLost
from batikrfm.jobs.jsons import to_json
from batikrfm.jobs.registry import Result, Task, give_back
from batikrfm.sdk.errors import BatikError, InputError, PluginError
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope

logger = logging.getLogger(__name__)

OUR_FAULT = Text(
    id="Ada kesalahan di pihak kami; pekerjaan ini belum selesai.",
    en="Something went wrong on our side; this job is not finished.",
)
TOOK_TOO_LONG = Text(id="Pekerjaan ini terlalu lama dan dihentikan.", en="This job took too long and was stopped.")


@dataclass(frozen=True, slots=True)
class Done:
    """It returned. ``kept`` is the result as JSON."""

    kept: str | None
    name = "done"


@dataclass(frozen=True, slots=True)
class GivenUp:
    """It is over without being done: ``name`` is failed, dead or cancelled."""

    name: str
    error: str | None


@dataclass(frozen=True, slots=True)
class Again:
    """Another attempt comes after ``wait``. ``released``: it was not this attempt's fault, so it does not count."""

    wait: timedelta
    error: str | None = None
    released: bool = False

    @property
    def name(self) -> str:
        """What the metrics call it."""
        return "released" if self.released else "retried"


@dataclass(frozen=True, slots=True)
class Lost:
    """Another worker has the job; nothing is this one's to say."""

    name = "lost"


Outcome = Done | GivenUp | Again | Lost
RELEASED = Again(timedelta(), released=True)


async def attempt(task: Task[...], context: JobContext, arguments: dict[str, object], stopping: asyncio.Event) -> Outcome:
    """Run ``task`` and say how it ended, whatever happens. ``stopping`` tells a worker that stops from a job that is cancelled."""
    if context.lost or context.cancel_asked:  # since it was taken, before anything could be stopped
        return Lost() if context.lost else GivenUp("cancelled", None)
    try:
        async with asyncio.timeout(task.timeout):
            return Done(_kept(await task.function(**arguments)))
    except asyncio.CancelledError as error:
        return _stopped(context, error, stopping) or _gone_wrong(task, context, error)
    except JobLost:
        return Lost()
    except InputError as error:
        return GivenUp("failed", _said(error))
    except Exception as error:  # noqa: BLE001 - whatever a task raises is its attempt's end, never the worker's
        return _gone_wrong(task, context, error)


def _stopped(context: JobContext, error: asyncio.CancelledError, stopping: asyncio.Event) -> Outcome | None:
    if context.lost:
        return Lost()
    if context.cancel_asked or isinstance(error, JobCancelled):
        return GivenUp("cancelled", None)
    return RELEASED if stopping.is_set() else None


async def settle(context: JobContext, outcome: Outcome) -> bool:
    """Write how the attempt ended. False if the job was another's by then, and nothing was written."""
    if isinstance(outcome, Lost):
        return False
    if context.completed and isinstance(outcome, Done):
        return True
    async with tenant_scope(context.tenant_id, brisk=True) as scope:
        return await _write(scope, context, outcome)


async def _write(scope: Scope, context: JobContext, outcome: Done | GivenUp | Again) -> bool:
    match outcome:
        case Done(kept):
            return await scope.execute(queries.FINISH, *context.key, *context.said.columns(), kept) == "UPDATE 1"
        case GivenUp(name, error):
            rows = await scope.fetch(queries.GIVE_UP, *context.key, name, error)
            for row in rows:
                await give_back(row["task"], context.job_id, row["arguments"])
            return bool(rows)
        case Again(wait, error, released):
            return await scope.execute(queries.TRY_AGAIN, *context.key, error, wait, int(released)) == "UPDATE 1"


def _gone_wrong(task: Task[...], context: JobContext, error: BaseException) -> Outcome:
    # Neither the error's words nor its values are logged: a database's or a vendor's may repeat a customer's data.
    who, kind = (context.job_id, task.name, context.attempt), type(error).__name__
    logger.error("job %s (%s), attempt %d: %s at %s", *who, kind, _place(error), extra={"about": error})
    if context.attempt >= context.max_attempts:
        return GivenUp("dead", _said(error))
    asked = error.wait if isinstance(error, PluginError) else None
    return Again(wait_before(context.attempt, task.retry_after, asked=asked), _said(error))


def _place(error: BaseException) -> str:
    """Where it came from, the innermost function first."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))


def _said(error: BaseException) -> str:
    """What the job's row says of an error: a sentence in both languages, and the error's class for whoever looks into it."""
    if isinstance(error, BatikError):
        words = Text(id=error.say("id"), en=error.say("en"))
    else:
        words = TOOK_TOO_LONG if isinstance(error, TimeoutError) else OUR_FAULT
    return to_json({"id": words.id, "en": words.en, "kind": type(error).__name__})


def _kept(result: Result) -> str | None:
    return None if result is None else to_json(result)
