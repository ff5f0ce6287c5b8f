"""The provider ``template``: no vendor, no model, no cost. The same brief gets the same words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar, Final

from batikrfm.builtin.template.errors import NoBriefError
from batikrfm.builtin.template.writing import write
from batikrfm.sdk.account import Check
from batikrfm.sdk.config import PluginConfig
from batikrfm.sdk.llm import Completion, CompletionRequest, Finish, LLMCapabilities, LLMProvider, Tier, Usage
from batikrfm.sdk.plugin_errors import ModelGoneError
from batikrfm.sdk.text import Text

MODEL: Final = "template-1"
"""It is no model: the name says so wherever an answer's origin is shown."""


class TemplateConfig(PluginConfig):
    """Nothing to set: there is no account."""


class TemplateCopywriter(LLMProvider[TemplateConfig]):
    """Fills fixed sentences with the facts of ``request.brief``; the prompt is not read.

    Answers ``{"variants": [{subject, preheader, email, whatsapp, call_to_action}, ...]}``, as many as the brief wants.
    """

    key = "template"
    name = Text(id="Kalimat siap pakai", en="Ready-made sentences")
    config_model = TemplateConfig
    capabilities: ClassVar[LLMCapabilities] = LLMCapabilities(json_schema=True)

    async def check(self) -> Check:
        """There is nothing that could be down."""
        return Check({"model": MODEL})

    def models(self, tier: Tier) -> Sequence[str]:  # noqa: ARG002 - one for every tier
        """The one set of sentences there is."""
        return (MODEL,)

    async def complete(self, request: CompletionRequest) -> Completion:
        """The copy for ``request.brief``.

        Raises:
            NoBriefError: the request has no brief.
            ModelGoneError: another model is asked for.
        """
        if request.model != MODEL:
            raise ModelGoneError(model=request.model)
        if request.brief is None:
            raise NoBriefError
        answer = {"variants": write(request.brief)}
        return Completion(Finish.COMPLETE, json.dumps(answer, ensure_ascii=False), MODEL, Usage(0, 0), data=answer)
