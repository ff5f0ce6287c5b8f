"""Tasks: functions that run as jobs, by name. Knows nothing of taskiq, so declaring and enqueuing cost a web process nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec

from batikrfm.jobs.errors import TaskError

P = ParamSpec("P")
Result = dict[str, Any] | None


@dataclass(frozen=True)
class Task(Generic[P]):
    """A function that can run as a job. Calling it runs it here and now, as tests do."""

    name: str
    function: Callable[P, Awaitable[Result]]
    max_attempts: int
    timeout: float | None
    retry_after: float

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Result:
        """Run the function."""
        return await self.function(*args, **kwargs)


TASKS: dict[str, Task[...]] = {}
"""Every task whose module was imported."""


def job(
    name: str, *, max_attempts: int = 3, timeout: float | None = None, retry_after: float = 5.0
) -> Callable[[Callable[P, Awaitable[Result]]], Task[P]]:
    """Declare a task: ``@job("sales.import")`` above an async function whose arguments are JSON values.

    It runs inside no scope, and more than once if a worker dies: it opens its own scopes and must not mind a repetition. What it
    returns is kept as the job's result. An ``InputError`` ends the job as failed, with that sentence; any other error is tried again,
    first after some ``retry_after`` seconds and then ever later, until ``max_attempts`` have begun. An attempt that takes longer than
    ``timeout`` seconds is stopped and counts as gone wrong. Work for the processor goes into ``asyncio.to_thread``.

    Raises:
        TaskError: another function has this name.
    """

    def declare(function: Callable[P, Awaitable[Result]]) -> Task[P]:
        task = Task(name, function, max_attempts, timeout, retry_after)
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


async def _not_here() -> Result:
    raise TaskError("this process does not have the task")
