"""What Groq is asked, and on whose account."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from batikrfm.sdk import BadAnswerError, CompletionRequest, PluginContext, Secret, TimedOutError
from batikrfm.testkit.fakes import ScriptedHttp
from batikrfm.testkit.llm_vendor import VendorServer, troubles
from batikrfm_llm_groq.config import GroqConfig
from batikrfm_llm_groq.provider import GroqProvider

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
Open = Callable[..., AbstractAsyncContextManager[GroqProvider]]


@pytest.fixture
async def vendor() -> AsyncIterator[VendorServer]:
    async with VendorServer(batch_seconds=10) as vendor:
        yield vendor


@pytest.fixture
def account(vendor: VendorServer) -> Open:
    def opened(**settings: Any) -> GroqProvider:  # noqa: ANN401 - any setting
        values = {"api_key": Secret("gsk-mine"), "base_url": vendor.url, **settings}
        return GroqProvider(GroqConfig(**values), PluginContext("id", logging.getLogger("plugin"), ScriptedHttp()))

    return opened


def request(model: str = "openai/gpt-oss-20b", **more: Any) -> CompletionRequest:  # noqa: ANN401 - any field of a request
    return CompletionRequest(**{"id": "1", "model": model, "system": "Anda penulis.", "prompt": "Tulis.", **more})


async def test_groq_is_told_what_it_knows_and_nothing_else(account: Open, vendor: VendorServer) -> None:
    async with account() as groq:
        await groq.complete(request(cache_key="tenant-7", safety_id="a" * 64, temperature=0.7))
    (body,) = vendor.asked()
    assert vendor.requests[0].path == "/openai/v1/chat/completions"
    assert body == {
        "model": "openai/gpt-oss-20b",
        "messages": [{"role": "system", "content": "Anda penulis."}, {"role": "user", "content": "Tulis."}],
        "max_completion_tokens": 1_000,
        "reasoning_effort": "low",
        "temperature": 0.7,
    }


@pytest.mark.parametrize(
    ("model", "effort", "sent"),
    [("openai/gpt-oss-120b", "high", "high"), ("qwen/qwen3.8-27b", "none", "none"), ("qwen/qwen3.8-27b", "high", "default")],
)
async def test_a_model_is_told_only_the_thinking_that_it_knows(
    account: Open,
    vendor: VendorServer,
    model: str,
    effort: str,
    sent: str,
) -> None:
    async with account() as groq:
        await groq.complete(request(model, effort=effort))
    assert vendor.asked()[0]["reasoning_effort"] == sent


@pytest.mark.parametrize(("model", "strict"), [("openai/gpt-oss-20b", True), ("qwen/qwen3.8-27b", False)])
async def test_a_model_is_held_to_a_schema_only_where_it_can_be(
    account: Open,
    vendor: VendorServer,
    model: str,
    strict: bool,  # noqa: FBT001 - a parameter
) -> None:
    async with account() as groq:
        answer = await groq.complete(request(model, answer_schema={"type": "object", "properties": {"subject": {"type": "string"}}}))
    assert vendor.asked()[0]["response_format"]["json_schema"]["strict"] is strict
    assert set(answer.data) == {"subject"}


async def test_the_installations_account_is_never_mixed_into_a_tenants(
    account: Open, vendor: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk-installation")
    monkeypatch.setenv("GROQ_BASE_URL", "https://elsewhere.example")
    async with account() as mine, account(api_key=Secret("gsk-other")) as other:
        await mine.complete(request())
        await other.complete(request())
    assert [asked.key for asked in vendor.requests] == ["gsk-mine", "gsk-other"]


async def test_while_a_key_is_replaced_the_other_one_serves(account: Open, vendor: VendorServer) -> None:
    vendor.revoke("gsk-mine")
    async with account(second_api_key=Secret("gsk-next")) as groq:
        await groq.complete(request())
        await groq.complete(request())
    assert [asked.key for asked in vendor.requests] == ["gsk-mine", "gsk-next", "gsk-next"]


async def test_json_that_the_model_got_wrong_is_worth_another_try(account: Open, vendor: VendorServer) -> None:
    vendor.script(troubles.bad_request(code="json_validate_failed"))
    async with account() as groq:
        with pytest.raises(BadAnswerError) as raised:
            await groq.complete(request(answer_schema={"type": "object", "properties": {}}))
    assert raised.value.retryable


async def test_drops_that_never_end_are_given_up(account: Open, vendor: VendorServer) -> None:
    vendor.script(troubles.dripping(0.05))
    async with account(timeout=0.3) as groq:
        with pytest.raises(TimedOutError):
            await groq.complete(request())


def test_loading_the_plugin_imports_no_sdk() -> None:
    code = (
        "import sys; from batikrfm.plugins import load_plugins; loaded = load_plugins(only={'groq'}).llm_providers;"
        "print(sorted(loaded), sorted({'openai', 'httpx', 'groq', 'litellm', 'polars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['groq'] []"
