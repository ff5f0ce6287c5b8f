"""What can be set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from batikrfm.sdk import ApiKey, PluginConfig, Tier, VendorUrl

VENDORS = frozenset(
    {
        *("anthropic", "cerebras", "cohere_chat", "dashscope", "deepinfra", "deepseek", "fireworks_ai", "gemini", "hosted_vllm"),
        *("mistral", "moonshot", "nebius", "novita", "nvidia_nim", "ollama_chat", "openai", "openrouter", "perplexity", "sambanova"),
        *("together_ai", "xai", "zai"),
    }
)
"""Vendors that take a key and nothing else. Those that take what the machine has (Bedrock, Vertex AI, SageMaker) would serve every tenant
on the installation's own account, so they are left out."""


def _known_vendor(model: str) -> str:
    vendor, _, name = model.partition("/")
    if vendor in VENDORS and name:
        return model
    raise ValueError(f"it has to be vendor/model, of these vendors: {', '.join(sorted(VENDORS))}")


Models = Annotated[tuple[Annotated[str, Field(max_length=120), AfterValidator(_known_vendor)], ...], Field(max_length=10)]


class LiteLLMConfig(PluginConfig):
    """An account with one vendor that LiteLLM knows."""

    api_key: ApiKey | None = Field(default=None, description="The vendor's key; empty for a server of your own that asks for none.")
    second_api_key: ApiKey | None = Field(
        default=None, description="While a key is replaced: the other one, used once the first is refused."
    )
    base_url: VendorUrl | None = Field(
        default=None, description="Address of a server of your own, such as Ollama's or vLLM's; empty for the vendor's own."
    )
    economy_models: Models = Field(default=(), description="The cheap ones, the preferred one first, such as mistral/mistral-small-latest.")
    standard_models: Models = Field(default=(), description="The usual ones, the preferred one first.")
    best_models: Models = Field(default=(), description="The best ones, the preferred one first.")
    timeout: float = Field(default=60, gt=0, le=600, description="Seconds for one answer.")
    max_tokens: int | None = Field(default=None, ge=16, description="The most tokens of one answer, whatever is asked for.")
    temperature: float | None = Field(default=None, ge=0, le=2, description="How freely it writes; empty leaves it to the model.")

    @model_validator(mode="after")
    def _server_of_its_own(self) -> Self:
        """``openai/...`` means a server that speaks OpenAI's way. OpenAI itself has a plugin of its own."""
        listed = (*self.economy_models, *self.standard_models, *self.best_models)
        if self.base_url is None and any(model.startswith("openai/") for model in listed):
            raise ValueError("openai/... needs a base_url; for OpenAI itself take its own plugin")
        return self

    def models(self, tier: Tier) -> Sequence[str]:
        """The models of ``tier``."""
        models: tuple[str, ...] = getattr(self, f"{tier}_models")
        return models
