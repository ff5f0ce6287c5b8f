"""The boundary between host and plugin: timeouts, cancellation, typed errors; and not a word of a customer's."""

from __future__ import annotations

import asyncio
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import pytest

from batikrfm.plugins import Plugin, Plugins, Registered
from batikrfm.plugins.boundary import call_plugin
from batikrfm.sdk import (
    BrokenPromiseError,
    Check,
    Completion,
    CompletionRequest,
    CrashedError,
    Finish,
    LLMCapabilities,
    LLMProvider,
    PluginConfig,
    PluginContext,
    PluginError,
    RateLimitedError,
    Text,
    TimedOutError,
    Usage,
)

PHONE = "+6281234567890"
ASK = CompletionRequest(id="1", model="small", system="", prompt="")
DONE = Completion(Finish.COMPLETE, "halo", "small", Usage(1, 1))

scope: ContextVar[str] = ContextVar("scope", default="nobody's")


class Vendor(LLMProvider[PluginConfig]):
    """Does whatever a test gives it to do: ``work`` when it is asked to complete, ``blocking`` when for its models."""

    key = "vendor"
    name = Text(id="vendor", en="vendor")
    config_model = PluginConfig
    capabilities = LLMCapabilities()
    work: Callable[[CompletionRequest], Any]
    blocking: Callable[[str], Any]

    def models(self, tier: str) -> Sequence[str]:
        return self.blocking(tier)  # type: ignore[no-any-return] # also what is wrong on purpose

    async def check(self) -> Check:
        return Check()

    async def complete(self, request: CompletionRequest) -> Completion:
        return await self.work(request)  # type: ignore[no-any-return] # also what is wrong on purpose


@dataclass
class Counted:
    calls: list[tuple[str, str, str]] = field(default_factory=list)

    def plugin_called(self, *, plugin: str, method: str, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        self.calls.append((plugin, method, outcome))


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def plugins(counted: Counted) -> Plugins:
    objects = (Registered("llm_providers", "vendor", Vendor, "acme"),)
    return Plugins((Plugin("acme", "acme", "1", "acme", objects=objects),), counted)


@pytest.fixture
def vendor(plugin_context: PluginContext) -> Vendor:
    return Vendor(PluginConfig(), plugin_context)


async def hang(_request: CompletionRequest) -> Completion:
    await asyncio.sleep(60)
    return DONE


async def test_a_good_answer_comes_through(plugins: Plugins, vendor: Vendor, counted: Counted) -> None:
    async def answer(request: CompletionRequest) -> Completion:
        assert request is ASK
        return DONE

    vendor.work, vendor.blocking = answer, lambda tier: [tier]
    assert await plugins.call(vendor.complete, ASK, timeout=60) is DONE
    assert await plugins.call(vendor.models, "economy", timeout=60) == ["economy"]
    assert counted.calls == [("acme", "complete", "ok"), ("acme", "models", "ok")]


async def test_a_plugin_runs_outside_of_the_callers_context(plugins: Plugins, vendor: Vendor) -> None:
    async def answer(_request: CompletionRequest) -> Completion:
        return Completion(Finish.COMPLETE, scope.get(), "small", Usage(1, 1))

    vendor.work, vendor.blocking = answer, lambda _: [scope.get(), threading.current_thread().name]
    scope.set("tenant 7")
    assert (await plugins.call(vendor.complete, ASK, timeout=60)).text == "nobody's"
    assert await plugins.call(vendor.models, "economy", timeout=60) == ["nobody's", "plugin"]


async def test_a_plugin_that_hangs_is_cancelled_and_left(plugins: Plugins, vendor: Vendor, counted: Counted) -> None:
    cleaned_up = []

    async def hang_and_clean_up(request: CompletionRequest) -> Completion:
        try:
            return await hang(request)
        finally:
            cleaned_up.append(request.id)

    vendor.work = hang_and_clean_up
    with pytest.raises(TimedOutError, match=r"acme: No answer within 0\.05 seconds") as raised:
        await plugins.call(vendor.complete, ASK, timeout=0.05)
    assert raised.value.retryable
    assert cleaned_up == ["1"]
    assert counted.calls == [("acme", "complete", "TimedOutError")]


async def test_blocking_work_that_hangs_is_left_in_its_thread(plugins: Plugins, vendor: Vendor) -> None:
    go_on = threading.Event()
    vendor.blocking = lambda _: go_on.wait(60)
    with pytest.raises(TimedOutError):
        await plugins.call(vendor.models, "economy", timeout=0.05)
    (left,) = (thread for thread in threading.enumerate() if thread.name == "plugin")
    assert left.daemon, "it would hold up the program's end"
    go_on.set()
    await asyncio.to_thread(left.join, 60)


async def test_a_plugin_that_swallows_cancellation_cannot_hold_up_the_host(vendor: Vendor, counted: Counted) -> None:
    swallowed, go_on = [], asyncio.Event()

    async def cling(_request: CompletionRequest) -> Completion:
        while not go_on.is_set():
            try:
                await go_on.wait()
            except asyncio.CancelledError as cancelled:
                swallowed.append(cancelled)
        return DONE

    vendor.work = cling
    with pytest.raises(TimedOutError):
        await call_plugin(vendor.complete, ASK, plugin="acme", timeout=0.05, metrics=counted, grace=0.05)
    assert len(swallowed) == 1, "it let go after all: this test shows nothing"
    go_on.set()


async def test_cancelling_passes_through_to_the_plugin_and_out(plugins: Plugins, vendor: Vendor, counted: Counted) -> None:
    seen, started = [], asyncio.Event()

    async def wait(request: CompletionRequest) -> Completion:
        started.set()
        try:
            return await hang(request)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    vendor.work = wait
    task = asyncio.create_task(plugins.call(vendor.complete, ASK, timeout=60))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()
    assert seen == ["cancelled"]
    assert counted.calls == [("acme", "complete", "cancelled")]


async def test_cancelling_does_not_wait_for_a_thread(plugins: Plugins, vendor: Vendor) -> None:
    go_on, started = threading.Event(), threading.Event()

    def work(_tier: str) -> bool:
        started.set()
        return go_on.wait(60)

    vendor.blocking = work
    task = asyncio.create_task(plugins.call(vendor.models, "economy", timeout=60))
    await asyncio.to_thread(started.wait, 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not go_on.is_set()
    go_on.set()


async def test_a_crash_becomes_a_typed_error_that_repeats_nothing(plugins: Plugins, vendor: Vendor, counted: Counted) -> None:
    async def crash(_request: CompletionRequest) -> Completion:
        raise ValueError(f"cannot send to {PHONE}")

    vendor.work = crash
    with pytest.raises(CrashedError) as raised:
        await plugins.call(vendor.complete, ASK, timeout=60)
    assert str(raised.value).startswith("acme: complete failed by a mistake inside the plugin (ValueError at test_boundary.py:")
    assert PHONE not in "".join(traceback.format_exception(raised.value)) + repr(raised.value) + raised.value.say("id")
    assert raised.value.__context__ is None
    assert not raised.value.retryable
    assert counted.calls == [("acme", "complete", "CrashedError")]


async def test_a_plugins_own_error_keeps_its_type_and_loses_its_cause(plugins: Plugins, vendor: Vendor) -> None:
    async def chain(_request: CompletionRequest) -> Completion:
        try:
            raise ValueError(PHONE)  # noqa: TRY301 - as a vendor's library would
        except ValueError as error:
            raise RateLimitedError(wait=3, code="slow_down") from error

    vendor.work = chain
    with pytest.raises(RateLimitedError) as raised:
        await plugins.call(vendor.complete, ASK, timeout=60)
    assert (raised.value.wait, raised.value.code, raised.value.plugin, raised.value.retryable) == (3, "slow_down", "acme", True)
    assert PHONE not in "".join(traceback.format_exception(raised.value))
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


@pytest.mark.parametrize(
    ("thrown", "error"),
    [
        (SystemExit(3), CrashedError),
        (asyncio.CancelledError(), CrashedError),
        (TimeoutError(PHONE), TimedOutError),
        (StopIteration(PHONE), CrashedError),
        (RecursionError(PHONE), CrashedError),
    ],
    ids=lambda thrown: type(thrown).__name__ if isinstance(thrown, BaseException) else "",
)
@pytest.mark.parametrize("method", ["complete", "models"])
async def test_whatever_is_raised_comes_out_as_a_plugin_error(
    method: str, thrown: BaseException, error: type[PluginError], plugins: Plugins, vendor: Vendor
) -> None:
    def throw(_: object) -> None:
        raise thrown

    vendor.work = vendor.blocking = throw
    with pytest.raises(PluginError) as raised:
        await plugins.call(getattr(vendor, method), ASK, timeout=60)
    assert type(raised.value) is error
    assert PHONE not in str(raised.value)


async def test_a_wrong_answer_stops_at_the_boundary(plugins: Plugins, vendor: Vendor, counted: Counted) -> None:
    vendor.blocking = lambda _: "small"
    with pytest.raises(BrokenPromiseError, match=r"acme: models did not answer as promised \(expected a list of names\)"):
        await plugins.call(vendor.models, "economy", timeout=60)
    assert counted.calls == [("acme", "models", "BrokenPromiseError")]


async def test_a_plain_method_that_returns_an_awaitable_is_awaited(plugins: Plugins, vendor: Vendor) -> None:
    async def later() -> list[str]:
        return ["small"]

    vendor.blocking = lambda _: later()
    assert await plugins.call(vendor.models, "economy", timeout=60) == ["small"]


async def test_the_loop_goes_on_while_a_plugin_works_in_its_thread(plugins: Plugins, vendor: Vendor) -> None:
    def work(tier: str) -> list[str]:
        time.sleep(0.05)
        return [tier]

    vendor.blocking = work
    call = asyncio.create_task(plugins.call(vendor.models, "economy", timeout=60))
    turns = 0
    while not call.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 1


async def test_only_what_was_registered_is_called(plugins: Plugins, plugin_context: PluginContext) -> None:
    class Stranger(Vendor):
        pass

    with pytest.raises(LookupError, match="Stranger was registered by no plugin"):
        await plugins.call(Stranger(PluginConfig(), plugin_context).check, timeout=60)
