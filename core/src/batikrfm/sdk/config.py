"""One pydantic model per plugin gives validation, the settings form, the API schema and the docs."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class PluginConfig(BaseModel):
    """Base of every plugin's settings: unknown keys are refused, instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
