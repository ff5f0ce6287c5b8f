"""BatikRFM plugin: OpenAI as a provider of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from batikrfm.sdk import LLMProvider, hookimpl


@hookimpl
def register_llm_providers() -> Sequence[type[LLMProvider[Any]]]:
    """OpenAI. Its SDK is imported when an account is opened, not here."""
    from batikrfm_llm_openai.provider import OpenAIProvider

    return [OpenAIProvider]
