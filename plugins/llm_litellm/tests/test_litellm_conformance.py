"""LiteLLM's provider keeps what every provider promises: the real library against a real server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from batikrfm.sdk import LLMProvider
from batikrfm.testkit.llm import Accounts, LLMProviderConformance
from batikrfm.testkit.llm_vendor import VendorServer
from batikrfm_llm_litellm.provider import LiteLLMProvider

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.filterwarnings("ignore:Items? .* on TypedDict class:UserWarning"),  # LiteLLM's own types, when it is imported
    pytest.mark.timeout(300),  # importing it takes seconds, on a busy machine many
]


class TestLiteLLM(LLMProviderConformance):
    @pytest.fixture
    def provider_class(self) -> type[LLMProvider[Any]]:
        return LiteLLMProvider

    def settings(self, vendor: VendorServer, key: str, seconds: float) -> Mapping[str, Any]:
        models = ["openai/gpt-4o-mini"]
        return {"api_key": key, "base_url": f"{vendor.url}/v1", "timeout": seconds, "economy_models": models}

    @pytest.mark.xfail(reason="LiteLLM keeps a client for each key, and gives no way to close that of one account")
    async def test_nothing_stays_open(self, accounts: Accounts, vendor: VendorServer, model: str) -> None:
        await super().test_nothing_stays_open(accounts, vendor, model)
