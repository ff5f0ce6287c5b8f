"""BatikRFM plugin: Groq as a provider of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from batikrfm.sdk import LLMProvider, hookimpl


@hookimpl
def register_llm_providers() -> Sequence[type[LLMProvider[Any]]]:
    """Groq. Its SDK is imported when an account is opened, not here."""
    from batikrfm_llm_groq.provider import GroqProvider

    return [GroqProvider]
