"""What OpenAI is asked, and on whose account."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from pydantic import ValidationError

from batikrfm.sdk import (
    CompletionRequest,
    InvalidCredentialsError,
    ModelGoneError,
    PluginContext,
    RefusedError,
    Secret,
    TimedOutError,
)
from batikrfm.testkit.fakes import ScriptedHttp
from batikrfm.testkit.llm_vendor import Answer, VendorServer, troubles
from batikrfm_llm_openai.config import OpenAIConfig
from batikrfm_llm_openai.provider import OpenAIProvider

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
Open = Callable[..., AbstractAsyncContextManager[OpenAIProvider]]


@pytest.fixture
async def vendor() -> AsyncIterator[VendorServer]:
    async with VendorServer(batch_seconds=10) as vendor:
        yield vendor


@pytest.fixture
def account(vendor: VendorServer) -> Open:
    def opened(**settings: Any) -> OpenAIProvider:  # noqa: ANN401 - any setting
        values = {"api_key": Secret("sk-mine"), "base_url": f"{vendor.url}/v1", **settings}
        return OpenAIProvider(OpenAIConfig(**values), PluginContext("id", logging.getLogger("plugin"), ScriptedHttp()))

    return opened


def request(model: str = "gpt-6-luna", **more: Any) -> CompletionRequest:  # noqa: ANN401 - any field of a request
    return CompletionRequest(**{"id": "1", "model": model, "system": "Anda penulis.", "prompt": "Tulis.", **more})


async def test_nothing_is_kept_over_there_and_nobody_is_named(account: Open, vendor: VendorServer) -> None:
    async with account() as openai:
        await openai.complete(request(cache_key="tenant-7/prompt-3", safety_id="a" * 64, temperature=0.7))
    (body,) = vendor.asked()
    assert body == {
        "model": "gpt-6-luna",
        "messages": [{"role": "system", "content": "Anda penulis."}, {"role": "user", "content": "Tulis."}],
        "max_completion_tokens": 1_000,
        "reasoning_effort": "none",
        "temperature": 0.7,
        "store": False,
        "prompt_cache_key": "tenant-7/prompt-3",
        "safety_identifier": "a" * 64,
    }


@pytest.mark.parametrize(
    ("model", "effort", "sent", "sampled"),
    [
        ("gpt-6-luna", "none", "none", True),
        ("gpt-6-luna", "low", "low", False),
        ("gpt-5.6-luna", "none", "none", True),
        ("gpt-5-mini", "none", "minimal", False),
        ("gpt-5-mini", "high", "high", False),
        ("gpt-4o-mini", "high", None, True),
    ],
)
async def test_a_model_is_told_only_what_it_takes(
    account: Open,
    vendor: VendorServer,
    model: str,
    effort: str,
    sent: str | None,
    sampled: bool,  # noqa: FBT001 - a parameter
) -> None:
    async with account() as openai:
        await openai.complete(request(model, effort=effort, temperature=0.5))
    (body,) = vendor.asked()
    assert (body.get("reasoning_effort"), "temperature" in body) == (sent, sampled)


async def test_settings_bound_and_fill_what_is_asked(account: Open, vendor: VendorServer) -> None:
    async with account(max_tokens=300, temperature=0.2) as openai:
        await openai.complete(request())
        await openai.complete(request(max_output_tokens=100, temperature=1.0))
    assert [(body["max_completion_tokens"], body["temperature"]) for body in vendor.asked()] == [(300, 0.2), (100, 1.0)]


def header(vendor: VendorServer, name: str) -> list[str | None]:
    return [asked.headers.get(name) for asked in vendor.requests]


async def test_the_installations_account_is_never_mixed_into_a_tenants(
    account: Open, vendor: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-installation")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-installation")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-installation")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://elsewhere.example/v1")
    async with account() as mine, account(api_key=Secret("sk-other"), organisation="org-other") as other:
        await mine.complete(request())
        await other.complete(request())
    assert [asked.key for asked in vendor.requests] == ["sk-mine", "sk-other"]
    assert header(vendor, "openai-organization") == [None, "org-other"]
    assert header(vendor, "openai-project") == [None, None]


async def test_while_a_key_is_replaced_the_other_one_serves(account: Open, vendor: VendorServer) -> None:
    vendor.revoke("sk-mine")
    async with account(second_api_key=Secret("sk-next")) as openai:
        answers = await asyncio.gather(*(openai.complete(request()) for _ in range(5)))
        await openai.complete(request())
    assert all(answer.text for answer in answers)
    assert [asked.key for asked in vendor.requests][-1] == "sk-next"
    assert [asked.key for asked in vendor.requests].count("sk-next") == 6


async def test_with_both_keys_refused_the_owner_is_asked_for_another(account: Open, vendor: VendorServer) -> None:
    vendor.always(troubles.invalid_key())
    async with account(second_api_key=Secret("sk-next")) as openai:
        for count in (2, 3):  # the first key is not tried again
            with pytest.raises(InvalidCredentialsError):
                await openai.complete(request())
            assert len(vendor.requests) == count


async def test_the_check_says_which_models_it_will_take(account: Open) -> None:
    async with account(default_model="gpt-5.6-luna", best_models=("gpt-9-nova", "gpt-5.4-nano")) as openai:
        assert (await openai.check()).facts == {"economy": "gpt-5.6-luna", "standard": "gpt-5.6-luna", "best": "gpt-5.4-nano"}


async def test_the_check_finds_a_tier_without_any_model_left(account: Open) -> None:
    async with account(best_models=("gpt-9-nova",)) as openai:
        with pytest.raises(ModelGoneError, match="gpt-9-nova"):
            await openai.check()


def test_a_tiers_own_models_come_before_the_default_one() -> None:
    config = OpenAIConfig(api_key=Secret("k"), default_model="gpt-5.6-luna", best_models=("gpt-6-luna",))
    assert config.models("economy")[0] == "gpt-5.6-luna"
    assert config.models("economy").count("gpt-5.6-luna") == 1
    assert config.models("best") == ("gpt-6-luna",)


@pytest.mark.parametrize("url", ["http://example.com/v1", "http://169.254.169.254/latest", "ftp://example.com", "example.com", ""])
def test_a_key_goes_nowhere_in_the_clear(url: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        OpenAIConfig(api_key=Secret("k"), base_url=url)


async def test_a_batch_is_for_one_model(account: Open, vendor: VendorServer) -> None:
    async with account() as openai:
        with pytest.raises(RefusedError):
            await openai.submit([request(id="a"), request("gpt-5.6-luna", id="b")], "week-1")
        with pytest.raises(RefusedError):
            await openai.submit([], "week-1")
    assert vendor.requests == []


async def test_a_batch_is_found_however_far_back_it_is(account: Open) -> None:
    async with account() as openai:
        batch = await openai.submit([request()], "week-1")
        for week in range(2, 107):
            await openai.submit([request()], f"week-{week}")
        assert await openai.find_batch("week-1") == batch


async def test_files_of_a_batch_do_not_stay_over_there(account: Open, vendor: VendorServer) -> None:
    async with account() as openai:
        await openai.submit([request()], "week-1")
    upload, handed_in = vendor.requests
    assert upload.form()["expires_after[seconds]"] == b"604800"
    assert handed_in.data["output_expires_after"] == {"anchor": "created_at", "seconds": 604_800}
    assert handed_in.data["metadata"] == {"reference": "week-1"}


async def test_lines_of_a_batch_that_make_no_sense_cost_only_themselves(account: Open, vendor: VendorServer) -> None:
    async with account() as openai:
        batch = await openai.submit([request(id="a"), request(id="b")], "week-1")
        vendor.pass_time(100)
        good = (await openai.collect(batch))[0]
        vendor.script(
            Answer(body=b'<html>\n{"custom_id": 7}\n[]\n{"custom_id":"x","response":{"status_code":200,"body":[]}}\n'), on="content"
        )
        assert [one.id for one in await openai.collect(batch)] == ["x"]
    assert good.id in {"a", "b"}


async def test_drops_that_never_end_are_given_up(account: Open, vendor: VendorServer) -> None:
    vendor.script(troubles.dripping(0.05))
    async with account(timeout=0.3) as openai:
        with pytest.raises(TimedOutError):
            await openai.complete(request())


def test_loading_the_plugin_imports_no_sdk() -> None:
    code = (
        "import sys; from batikrfm.plugins import load_plugins; loaded = load_plugins(only={'openai'}).llm_providers;"
        "print(sorted(loaded), sorted({'openai', 'httpx2', 'groq', 'litellm', 'polars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['openai'] []"
