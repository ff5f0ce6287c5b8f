"""Whose account LiteLLM is used on, and what it must not do by itself."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from pydantic import ValidationError

from batikrfm.plugins.http import open_http
from batikrfm.sdk import CompletionRequest, PluginContext, Secret
from batikrfm.testkit.llm_vendor import VendorServer
from batikrfm_llm_litellm.config import LiteLLMConfig
from batikrfm_llm_litellm.provider import LiteLLMProvider

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.filterwarnings("ignore:Items? .* on TypedDict class:UserWarning"),  # LiteLLM's own types, when it is imported
    pytest.mark.timeout(300),
]
Open = Callable[..., AbstractAsyncContextManager[LiteLLMProvider]]
MODEL = "openai/gpt-4o-mini"


@pytest.fixture
async def vendor() -> AsyncIterator[VendorServer]:
    async with VendorServer() as vendor:
        yield vendor


@pytest.fixture
def account(vendor: VendorServer) -> Open:
    def opened(**settings: Any) -> LiteLLMProvider:  # noqa: ANN401 - any setting
        values = {"base_url": f"{vendor.url}/v1", "economy_models": (MODEL,), **settings}
        return LiteLLMProvider(LiteLLMConfig(**values), PluginContext("id", logging.getLogger("plugin"), open_http))

    return opened


def request(model: str = MODEL, **more: Any) -> CompletionRequest:  # noqa: ANN401 - any field of a request
    return CompletionRequest(**{"id": "1", "model": model, "system": "Anda penulis.", "prompt": "Tulis.", **more})


async def test_a_shop_without_a_key_does_not_get_the_installations(
    account: Open, vendor: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-installation")
    monkeypatch.setenv("OPENAI_API_BASE", "https://elsewhere.example/v1")
    monkeypatch.setenv("OPENAI_ORGANIZATION", "org-installation")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-installation")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-installation")
    async with account() as nobody:
        await nobody.complete(request())
        await nobody.check()
    assert {asked.key for asked in vendor.requests} == {"none"}
    assert "installation" not in str([asked.headers for asked in vendor.requests])


async def test_a_server_of_ones_own_is_asked_in_its_own_way(account: Open, vendor: VendorServer) -> None:
    async with account(economy_models=("hosted_vllm/gpt-4o-mini",)) as mine:
        answer = await mine.complete(request("hosted_vllm/gpt-4o-mini", temperature=0.4, max_output_tokens=200))
    (body,) = vendor.asked()
    assert answer.text
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("gpt-4o-mini", 0.4, 200)


async def test_while_a_key_is_replaced_the_other_one_serves(account: Open, vendor: VendorServer) -> None:
    vendor.revoke("sk-mine")
    async with account(api_key=Secret("sk-mine"), second_api_key=Secret("sk-next")) as mine:
        assert (await mine.check()).facts == {"model": MODEL, "checked": "vendor"}
        await mine.complete(request())
        await mine.complete(request())
    assert [asked.key for asked in vendor.requests] == ["sk-mine", "sk-next", "sk-mine", "sk-next", "sk-next"]


async def test_where_nothing_can_be_asked_the_check_says_so(account: Open, vendor: VendorServer) -> None:
    async with account(base_url=None, economy_models=("anthropic/claude-haiku-5",)) as mine:
        assert (await mine.check()).facts == {"model": "anthropic/claude-haiku-5", "checked": "settings"}
    assert vendor.requests == []


@pytest.mark.parametrize("model", ["bedrock/anthropic.claude", "vertex_ai/gemini", "sagemaker/x", "gpt-4o", "openai/", "/x", ""])
def test_what_would_run_on_the_installations_account_is_refused(model: str) -> None:
    with pytest.raises(ValidationError, match="vendor/model"):
        LiteLLMConfig(economy_models=(model,))


def test_openai_itself_has_its_own_plugin() -> None:
    with pytest.raises(ValidationError, match="its own plugin"):
        LiteLLMConfig(economy_models=(MODEL,))


@pytest.mark.parametrize("url", ["http://gpu.example:8000", "http://169.254.169.254", "file:///etc/passwd"])
def test_a_key_goes_nowhere_in_the_clear(url: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        LiteLLMConfig(base_url=url)


def test_loading_the_plugin_imports_no_litellm() -> None:
    code = (
        "import sys; from batikrfm.plugins import load_plugins; loaded = load_plugins(only={'litellm'}).llm_providers;"
        "print(sorted(loaded), sorted({'openai', 'httpx', 'groq', 'litellm', 'polars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['litellm'] []"
