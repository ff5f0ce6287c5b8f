"""Any vendor that LiteLLM reaches, and servers of one's own (Ollama, vLLM)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import ModuleType
from typing import Any, ClassVar

from batikrfm.sdk import (
    BadAnswerError,
    Check,
    Completion,
    CompletionRequest,
    HttpClient,
    InvalidCredentialsError,
    LLMCapabilities,
    LLMProvider,
    PluginError,
    Secret,
    Text,
    Tier,
)
from batikrfm.sdk.openai_shape import Dialect, chat_body, completion_of, error_of
from batikrfm_llm_litellm.config import LiteLLMConfig
from batikrfm_llm_litellm.wire import load, typed

NO_KEY = "none"
"""Said where no key is set: left out, LiteLLM would take the installation's from the environment."""
NOBODYS = {"OpenAI-Organization": "", "OpenAI-Project": ""}
"""Likewise: the SDK that LiteLLM uses for many vendors takes these from the environment."""
LONGEST_TEXT = 1_000_000
GOOD = 200


class LiteLLMProvider(LLMProvider[LiteLLMConfig]):
    """Every other vendor."""

    key = "litellm"
    name = Text(id="Penyedia lain (LiteLLM)", en="Other providers (LiteLLM)")
    config_model = LiteLLMConfig
    capabilities: ClassVar[LLMCapabilities] = LLMCapabilities(json_schema=True)
    _litellm: ModuleType
    _first_refused = False

    async def open(self) -> None:
        """Import LiteLLM, which nobody else pays for."""
        self._litellm = await load()

    def models(self, tier: Tier) -> Sequence[str]:
        return self.config.models(tier)

    async def check(self) -> Check:
        """Asks for the list of models where it is known how; else looks at the settings alone, and says so."""
        model = next((model for tier in TIERS for model in self.models(tier)), "")
        address = self.config.base_url or (self._address(model) if model else None)
        if address is None:
            return Check({"model": model, "checked": "settings"})
        trouble: PluginError | None = None
        async with self.context.http(base_url=address, seconds=self.config.timeout) as http:
            for key in self._keys():
                trouble = await _looked(http, key)
                if not isinstance(trouble, InvalidCredentialsError):
                    break
        if trouble is not None:
            raise trouble
        return Check({"model": model, "checked": "vendor"})

    async def complete(self, request: CompletionRequest) -> Completion:
        first, *more = self._keys()
        if not self._first_refused or not more:
            try:
                return await self._complete(request, first)
            except InvalidCredentialsError:
                if not more:
                    raise
            self._first_refused = True
        return await self._complete(request, more[0])

    async def _complete(self, request: CompletionRequest, key: str) -> Completion:
        seconds = self.config.timeout
        async with typed(request.model, seconds), asyncio.timeout(seconds):
            answer = await self._litellm.acompletion(
                **self._body(request),
                api_key=key,
                api_base=self.config.base_url,
                extra_headers=NOBODYS,
                timeout=seconds,
                num_retries=0,
                max_retries=0,
                drop_params=True,
            )
            said = answer.model_dump()
        completion = completion_of(said, wants_json=request.answer_schema is not None, request_id=said.get("id"))
        if len(completion.text) > LONGEST_TEXT:
            raise BadAnswerError(code="too_large")
        return completion

    def _body(self, request: CompletionRequest) -> dict[str, Any]:
        """In the words that LiteLLM translates for every vendor. Thinking is asked for only where it is wanted."""
        body = chat_body(request, Dialect(), most_tokens=self.config.max_tokens, temperature=self.config.temperature)
        body["max_tokens"] = body.pop("max_completion_tokens")
        return body if request.effort == "none" else {**body, "reasoning_effort": request.effort}

    def _keys(self) -> list[str]:
        keys: list[Secret] = [key for key in (self.config.api_key, self.config.second_api_key) if key is not None]
        return [key.reveal() for key in keys] or [NO_KEY]

    def _address(self, model: str) -> str | None:
        """The address of the vendor, where LiteLLM speaks to it as to OpenAI."""
        address: str | None = self._litellm.get_llm_provider(model, api_key=NO_KEY)[3]
        return address


async def _looked(http: HttpClient, key: str) -> PluginError | None:
    """What is wrong with asking for the list of models, if anything."""
    answer = await http.request("GET", "/models", headers={"authorization": f"Bearer {key}"})
    if answer.status != GOOD:
        return error_of(answer.status, answer.body, answer.headers)
    answer.json()
    return None


TIERS: tuple[Tier, ...] = ("economy", "standard", "best")
