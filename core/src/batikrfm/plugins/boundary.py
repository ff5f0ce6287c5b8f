"""The one place where the host calls a plugin's code: with a timeout, typed errors and checked answers.

A plugin runs outside of the caller's context variables, so a tenant's scope does not reach into it; whatever it raises comes out
as a ``PluginError`` that repeats none of its words; and neither hanging nor swallowing a cancellation holds up the host.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from batikrfm.plugins.contracts import broken_promise
from batikrfm.plugins.metrics import Metrics
from batikrfm.plugins.threads import in_thread
from batikrfm.plugins.traces import place_of
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.plugin_errors import BrokenPromiseError, CrashedError, TimedOutError

GRACE = 1.0
"""Seconds that a plugin has to clean up after it was cancelled; then it is left behind."""


@dataclass(frozen=True)
class _Returned:
    answer: Any


_Outcome = _Returned | BaseException
_left_behind: set[asyncio.Task[_Outcome]] = set()


async def call_plugin(
    method: Callable[..., Any],
    *args: object,
    plugin: str,
    timeout: float,  # noqa: ASYNC109 - the one place that makes a typed error of it
    metrics: Metrics,
    grace: float = GRACE,
) -> Any:  # noqa: ANN401 - as the method says
    """Await or, if it is not async, run in a thread the bound ``method`` of a registered object of ``plugin``.

    Raises ``TimedOutError`` after ``timeout`` seconds, ``CrashedError`` for anything unexpected, ``BrokenPromiseError`` for a wrong
    answer, and the plugin's own ``PluginError``. Cancelling passes through. ``grace`` is how many seconds it has to clean up then.
    """
    name, started = method.__name__, time.perf_counter()
    outcome = "cancelled"
    try:
        answer = await _within(timeout, grace, method, args)
        if expected := broken_promise(_owner(method), name, args, answer):
            raise BrokenPromiseError(method=name, expected=expected)
        outcome = "ok"
    except PluginError as error:
        error.plugin = plugin
        outcome = type(error).__name__
        raise
    finally:
        metrics.plugin_called(plugin=plugin, method=name, outcome=outcome, seconds=time.perf_counter() - started)
    return answer


def _owner(method: Callable[..., Any]) -> object:
    return getattr(method, "__self__", None)


async def _within(timeout: float, grace: float, method: Callable[..., Any], args: tuple[object, ...]) -> Any:  # noqa: ANN401, ASYNC109 - see call_plugin
    task = asyncio.create_task(_run(method, args), context=Context())
    try:
        done, _ = await asyncio.wait({task}, timeout=timeout)
    except asyncio.CancelledError:
        await _stop(task, grace)
        raise
    if not done:
        await _stop(task, grace)
        raise TimedOutError(seconds=timeout)
    outcome = asyncio.CancelledError() if task.cancelled() else task.result()
    if isinstance(outcome, _Returned):
        return outcome.answer
    raise _typed(outcome, method.__name__, timeout)


async def _run(method: Callable[..., Any], args: tuple[object, ...]) -> _Outcome:
    """Never raises but for a cancellation: not even what would end the program."""
    try:
        if inspect.iscoroutinefunction(method):
            return _Returned(await method(*args))
        outcome = await in_thread(lambda: _ran(method, args))
        if isinstance(outcome, _Returned) and inspect.isawaitable(outcome.answer):
            return _Returned(await outcome.answer)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything; _typed says what it becomes
        return error
    return outcome


def _ran(method: Callable[..., Any], args: tuple[object, ...]) -> _Outcome:
    try:
        return _Returned(method(*args))
    except BaseException as error:  # noqa: BLE001 - in a thread nobody else would catch it
        return error


async def _stop(task: asyncio.Task[_Outcome], grace: float) -> None:
    """Cancel ``task`` and give it a moment; one that does not stop is left behind, but kept so that it is not collected half-way."""
    task.cancel()
    _left_behind.add(task)
    task.add_done_callback(_left_behind.discard)
    await asyncio.wait({task}, timeout=grace)


def _typed(error: BaseException, method: str, timeout: float) -> PluginError:
    """``error`` as one of ours, without its cause and context: those may hold a vendor's words, and so a customer's data."""
    if isinstance(error, TimeoutError):
        return TimedOutError(seconds=timeout)
    if not isinstance(error, PluginError):
        return CrashedError(method=method, kind=type(error).__name__, place=place_of(error))
    error.__cause__ = error.__context__ = None
    return error
