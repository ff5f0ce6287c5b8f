"""What the host knows after loading: each plugin with its state, each registered object with its origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from batikrfm.sdk.segmentation import SegmentationStrategy
from batikrfm.sdk.text import Text

ObjectT = TypeVar("ObjectT", covariant=True)


@dataclass(frozen=True)
class Plugin:
    """One installed plugin. ``off`` is None for a plugin that works, else why it does not."""

    name: str
    distribution: str
    version: str
    value: str
    off: Text | None = None
    advice: Text | None = None
    objects: tuple[Registered[Any], ...] = ()


@dataclass(frozen=True)
class Registered(Generic[ObjectT]):
    """An object that a plugin registered, and who did: ``kind`` is the hook's subject, ``key`` unique within it."""

    kind: str
    key: str
    value: ObjectT
    plugin: str


@dataclass(frozen=True)
class Plugins:
    """Every plugin found, good ones with what they registered, in a fixed order: built-ins first, then by name."""

    all: tuple[Plugin, ...] = field(default=())

    @cached_property
    def segmentation_strategies(self) -> Mapping[str, SegmentationStrategy[Any]]:
        """The strategies of every working plugin, by key."""
        return self._of("segmentation_strategies")

    def _of(self, kind: str) -> dict[str, Any]:
        return {one.key: one.value for plugin in self.all for one in plugin.objects if one.kind == kind}
