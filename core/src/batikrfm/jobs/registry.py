"""Tasks: functions that run as jobs, by name. Knows nothing of taskiq, so declaring and enqueuing cost a web process nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec
from uuid import UUID

import msgspec

from batikrfm.jobs.errors import TaskError

P = ParamSpec("P")
Result = dict[str, Any] | None
GivesBack = Callable[[UUID, Mapping[str, Any]], Awaitable[None]]
"""Given a job's id and its arguments, in the scope in which the job ends."""


@dataclass(frozen=True)
class Task(Generic[P]):
    """A function that can run as a job. Calling it runs it here and now, as tests do."""

    name: str
    function: Callable[P, Awaitable[Result]]
    max_attempts: int
    timeout: float | None
    retry_after: float
    gives_back: GivesBack | None = None
    at_once: int = 1

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Result:
        """Run the function."""
        return await self.function(*args, **kwargs)


TASKS: dict[str, Task[...]] = {}
"""Every task whose module was imported."""


def job(  # noqa: PLR0913 - all but the name have defaults
    name: str,
    *,
    max_attempts: int = 3,
    timeout: float | None = None,
    retry_after: float = 5.0,
    gives_back: GivesBack | None = None,
    at_once: int = 1,
) -> Callable[[Callable[P, Awaitable[Result]]], Task[P]]:
    """Declare a task: ``@job("sales.import")`` above an async function whose arguments are JSON values.

    It runs inside no scope, and more than once if a worker dies: it opens its own scopes and must not mind a repetition. What it
    returns is kept as the job's result. An ``InputError`` ends the job as failed, with that sentence; any other error is tried again,
    first after some ``retry_after`` seconds and then ever later, until ``max_attempts`` have begun. An attempt that takes longer than
    ``timeout`` seconds is stopped and counts as gone wrong. Work for the processor goes into ``asyncio.to_thread``.

    Where a job is cancelled, fails or is dead, ``gives_back`` undoes what was done for it when it was enqueued. It may have been undone
    before, and is not where the process that ends the job does not have the task, or the last attempt's worker died: let it have a lease.

    Up to ``at_once`` of a tenant's jobs that wait behind one another are begun at the same moment and share one place in a worker. Each
    stays a job and an attempt of its own; how they go together is the function's to say. A second attempt has a place to itself.

    Raises:
        TaskError: another function has this name.
    """

    def declare(function: Callable[P, Awaitable[Result]]) -> Task[P]:
        task = Task(name, function, max_attempts, timeout, retry_after, gives_back, at_once)
        there = TASKS.setdefault(name, task)
        if _place(there) != _place(task):
            raise TaskError(f"two tasks are called {name}: {_place(there)} and {_place(task)}")
        TASKS[name] = task  # a module that is imported anew brings its functions anew
        return task

    return declare


def _place(task: Task[...]) -> str:
    return f"{task.function.__module__}.{getattr(task.function, '__qualname__', task.name)}"


def task_called(name: str) -> Task[...]:
    """The task of that name, or something to enqueue in its place where this process does not have it."""
    return TASKS.get(name) or Task(name, _not_here, 3, None, 5.0)


async def give_back(name: str, job_id: UUID, arguments: str) -> None:
    """Undo what was done for a job of the task of that name, if this process has it. ``arguments`` are as its row has them."""
    task = TASKS.get(name)
    if task and task.gives_back:
        await task.gives_back(job_id, msgspec.json.decode(arguments))


async def _not_here() -> Result:
    raise TaskError("this process does not have the task")
