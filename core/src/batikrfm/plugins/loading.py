"""Loads what was found, one plugin at a time: what is wrong with one switches that one off and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from batikrfm.plugins import troubles
from batikrfm.plugins.compatibility import check_compatible
from batikrfm.plugins.discovery import HOST, Found, discover
from batikrfm.plugins.kinds import KINDS, NAME, check_object
from batikrfm.plugins.manager import collect
from batikrfm.plugins.metrics import Metrics, NoMetrics
from batikrfm.plugins.registry import Plugin, Plugins, Registered
from batikrfm.plugins.traces import trouble_of

if TYPE_CHECKING:
    from batikrfm.sdk import SegmentationStrategy

BUILTIN = "builtin"
"""The name of the plugin that comes with batikrfm itself."""


def load_plugins(
    *,
    only: Collection[str] | None = None,
    hooks: Collection[str] | None = None,
    path: Iterable[str] | None = None,
    running: str | None = None,
    metrics: Metrics | None = None,
) -> Plugins:
    """Load every installed plugin, or only those named in ``only`` and import no other. Never raises for a plugin's sake.

    With ``hooks`` only those are asked what they register: whoever needs a strategy does not wait for channels and vendors. ``path`` is
    searched instead of ``sys.path``; ``running`` is taken for batikrfm's version.
    """
    loader = _Loader(running, hooks)
    plugins = tuple(loader.load(found) for found in discover(path) if only is None or found.name in only)
    return Plugins(plugins, metrics or NoMetrics())


def find_strategy(key: str) -> SegmentationStrategy[Any]:
    """The segmentation strategy of this key: a built-in one without importing anybody else's plugin. ``NoSuchStrategyError`` if none.

    Looked for once: what is installed changes with a restart.
    """
    return _found_strategy(key, tuple(sys.path))


@lru_cache(maxsize=64)
def _found_strategy(key: str, _path: tuple[str, ...]) -> SegmentationStrategy[Any]:
    built_in = load_plugins(only={BUILTIN}, hooks={"register_segmentation_strategies"}).segmentation_strategies
    return built_in[key] if key in built_in else load_plugins().strategy(key)


@dataclass
class _Loader:
    """Remembers who took which name and key."""

    running: str | None
    hooks: Collection[str] | None = None
    names: dict[str, str] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)

    def load(self, found: Found) -> Plugin:
        """``found`` with what it registered, or with its trouble."""
        value = found.entry_point.value if found.entry_point else ""
        about = Plugin(name=found.name, distribution=found.distribution, version=found.version, value=value)
        try:
            self._take_name(found)
            requires = check_compatible(found, self.running)
            objects = self._objects(found)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises switches it off and nothing else
            return about.switched_off(trouble_of(error, value=value, distribution=found.distribution))
        return about.switched_on(objects, requires, builtin=found.distribution == HOST)

    def _take_name(self, found: Found) -> None:
        if found.entry_point is None:
            raise troubles.DamagedListError(distribution=found.distribution)
        if not NAME.fullmatch(found.name):
            raise troubles.BadNameError(name=found.name)
        if other := self.names.get(found.name):
            raise troubles.NameTakenError(name=found.name, other=other)
        self.names[found.name] = found.distribution

    def _objects(self, found: Found) -> tuple[Registered, ...]:
        """All of the plugin's objects or none: their keys are taken only when every one of them is good."""
        taken: dict[tuple[str, str], str] = {}
        objects = []
        for hook, values in collect(_imported(found), found.name, self.hooks).items():
            kind = KINDS[hook]
            for value in values:
                key = check_object(kind, value)
                other = self.keys.get((kind.name, key)) or taken.get((kind.name, key))
                if other:
                    raise troubles.KeyTakenError(key=key, kind=kind.name, plugin=found.name, other=other)
                taken[kind.name, key] = found.name
                objects.append(Registered(kind=kind.name, key=key, value=value, plugin=found.name))
        self.keys |= taken
        return tuple(objects)


def _imported(found: Found) -> object:
    assert found.entry_point is not None  # noqa: S101 - _take_name refused it
    return found.entry_point.load()
