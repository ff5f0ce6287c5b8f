"""What can be set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from batikrfm.sdk import ApiKey, PluginConfig, Tier, VendorUrl
from batikrfm_llm_openai.models import DEFAULTS

Models = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=100)], ...], Field(max_length=10)]


class OpenAIConfig(PluginConfig):
    """An account with OpenAI, or with whoever speaks exactly its way."""

    api_key: ApiKey = Field(
        description="From platform.openai.com, under API keys. One that may use models, files and batches is enough.",
        json_schema_extra={"environment": "OPENAI_API_KEY"},
    )
    second_api_key: ApiKey | None = Field(
        default=None,
        description="While a key is replaced: the other one, used once the first is refused.",
        json_schema_extra={"environment": "OPENAI_SECOND_API_KEY"},
    )
    organisation: str | None = Field(
        default=None, description="Only for keys of several organisations: org-...", json_schema_extra={"environment": "OPENAI_ORG_ID"}
    )
    base_url: VendorUrl = Field(
        default="https://api.openai.com/v1",
        description="Another address only for a gateway of your own.",
        json_schema_extra={"environment": "OPENAI_BASE_URL"},
    )
    default_model: str | None = Field(
        default=None,
        description="Tried first in every tier that has no models of its own here.",
        json_schema_extra={"environment": "OPENAI_DEFAULT_MODEL"},
    )
    economy_models: Models = Field(default=DEFAULTS["economy"], description="The cheap ones, the preferred one first.")
    standard_models: Models = Field(default=DEFAULTS["standard"], description="The usual ones, the preferred one first.")
    best_models: Models = Field(default=DEFAULTS["best"], description="The best ones, the preferred one first.")
    moderation_model: str = Field(default="omni-moderation-latest", description="The model that judges texts, free of charge.")
    timeout: float = Field(default=45, gt=0, le=600, description="Seconds for one answer.")
    max_tokens: int | None = Field(
        default=None,
        ge=16,
        description="The most tokens of one answer, whatever is asked for.",
        json_schema_extra={"environment": "OPENAI_MAX_TOKENS"},
    )
    temperature: float | None = Field(
        default=None,
        ge=0,
        le=2,
        description="How freely it writes where a prompt does not say; empty leaves it to the model.",
        json_schema_extra={"environment": "OPENAI_TEMPERATURE"},
    )

    def models(self, tier: Tier) -> Sequence[str]:
        """The models of ``tier``: those set for it, else the default model and then today's choice."""
        field = f"{tier}_models"
        listed: tuple[str, ...] = getattr(self, field)
        if self.default_model is None or field in self.model_fields_set:
            return listed
        return (self.default_model, *(model for model in listed if model != self.default_model))
