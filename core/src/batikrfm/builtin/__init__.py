"""Plugins that come with the product. They know the SDK and nothing else of ours, like anybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batikrfm.sdk.hooks import hookimpl

if TYPE_CHECKING:
    from batikrfm.sdk.channels import Channel
    from batikrfm.sdk.llm import LLMProvider
    from batikrfm.sdk.segmentation import SegmentationStrategy


@hookimpl
def register_segmentation_strategies() -> list[SegmentationStrategy[Any]]:
    """The strategies ``rfm5`` and ``rfm11``."""
    from batikrfm.builtin.rfm.strategies import Rfm5, Rfm11

    return [Rfm5(), Rfm11()]


@hookimpl
def register_llm_providers() -> list[type[LLMProvider[Any]]]:
    """The provider ``template``, which needs no vendor."""
    from batikrfm.builtin.template.provider import TemplateCopywriter

    return [TemplateCopywriter]


@hookimpl
def register_channels() -> list[type[Channel[Any]]]:
    """The channels ``outbox_email`` and ``outbox_whatsapp``, which send to nobody."""
    from batikrfm.builtin.outbox.channels import OutboxEmail, OutboxWhatsApp

    return [OutboxEmail, OutboxWhatsApp]
