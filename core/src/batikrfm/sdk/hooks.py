"""The hooks: what a plugin may offer. This module and the host's ``batikrfm.plugins.manager`` are the only ones that know pluggy.

A hook only *registers*: it is synchronous, takes no arguments, does no I/O and returns objects (or classes) that do the work
later, one at a time, behind a boundary with a timeout. Mark an implementation with :data:`hookimpl`::

    from batikrfm.sdk import hookimpl

    @hookimpl
    def register_segmentation_strategies():
        return [MyStrategy()]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from batikrfm.sdk.channels import Channel
    from batikrfm.sdk.extension import Extension
    from batikrfm.sdk.llm import LLMProvider
    from batikrfm.sdk.segmentation import SegmentationStrategy

PROJECT = "batikrfm"
"""The name that ties hooks, their implementations and the entry-point group together."""

hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as its implementation of the hook of the same name."""

hookspec = pluggy.HookspecMarker(PROJECT)


@hookspec
def register_segmentation_strategies() -> Sequence[SegmentationStrategy[Any]]:  # type: ignore[empty-body] # pluggy never runs a specification
    """Offer ways to group customers: instances of :class:`batikrfm.sdk.SegmentationStrategy`.

    A strategy is pure, so one instance serves every tenant. Its ``key`` must be nobody else's.

    .. versionadded:: 0.1
    """


@hookspec
def register_llm_providers() -> Sequence[type[LLMProvider[Any]]]:  # type: ignore[empty-body] # pluggy never runs a specification
    """Offer vendors of words: subclasses of :class:`batikrfm.sdk.LLMProvider`.

    Classes, not instances: the host makes one instance per tenant's settings, so no two tenants share a key or a connection.

    .. versionadded:: 0.1
    """


@hookspec
def register_channels() -> Sequence[type[Channel[Any]]]:  # type: ignore[empty-body] # pluggy never runs a specification
    """Offer ways to reach customers: subclasses of :class:`batikrfm.sdk.Channel`.

    Classes, not instances: the host makes one instance per tenant's settings, so no two tenants share a key or a connection.

    .. versionadded:: 0.1
    """


@hookspec
def register_extensions() -> Sequence[Extension]:  # type: ignore[empty-body] # pluggy never runs a specification
    """Offer parts of the installation as a whole: instances of :class:`batikrfm.sdk.Extension`.

    An extension serves every tenant at once, so it is not switched on or off for one, and no tenant has settings for it.

    .. versionadded:: 0.1
    """
