"""OpenAI's provider keeps what every provider promises: the real SDK against a real server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from batikrfm.sdk import LLMProvider
from batikrfm.testkit.llm import LLMProviderConformance
from batikrfm.testkit.llm_vendor import VendorServer
from batikrfm_llm_openai.provider import OpenAIProvider

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class TestOpenAI(LLMProviderConformance):
    @pytest.fixture
    def provider_class(self) -> type[LLMProvider[Any]]:
        return OpenAIProvider

    def settings(self, vendor: VendorServer, key: str, seconds: float) -> Mapping[str, Any]:
        return {"api_key": key, "base_url": f"{vendor.url}/v1", "timeout": seconds}
