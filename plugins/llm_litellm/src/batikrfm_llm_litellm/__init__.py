"""BatikRFM plugin: every other LLM provider, by LiteLLM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from batikrfm.sdk import LLMProvider, hookimpl


@hookimpl
def register_llm_providers() -> Sequence[type[LLMProvider[Any]]]:
    """Whatever LiteLLM reaches. It is imported when an account is opened, not here: that takes seconds."""
    from batikrfm_llm_litellm.provider import LiteLLMProvider

    return [LiteLLMProvider]
