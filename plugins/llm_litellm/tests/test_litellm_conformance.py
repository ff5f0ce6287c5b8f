"""LiteLLM's provider keeps what every provider promises: the real library against a real server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from batikrfm.sdk import LLMProvider
from batikrfm.testkit.llm import LLMProviderConformance
from batikrfm.testkit.llm_vendor import VendorServer
from batikrfm_llm_litellm.provider import LiteLLMProvider

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.filterwarnings("ignore:Items? .* on TypedDict class:UserWarning")]


class TestLiteLLM(LLMProviderConformance):
    @pytest.fixture
    def provider_class(self) -> type[LLMProvider[Any]]:
        return LiteLLMProvider

    def settings(self, vendor: VendorServer, key: str, seconds: float) -> Mapping[str, Any]:
        models = ["openai/gpt-4o-mini"]
        return {"api_key": key, "base_url": f"{vendor.url}/v1", "timeout": seconds, "economy_models": models}
