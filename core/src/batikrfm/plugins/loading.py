"""Loads what was found, one plugin at a time: what is wrong with one switches that one off and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from batikrfm.plugins.discovery import Found, discover
from batikrfm.plugins.manager import collect
from batikrfm.plugins.registry import Plugin, Plugins, Registered
from batikrfm.sdk.text import Text


def load_plugins(*, only: Collection[str] | None = None, path: Iterable[str] | None = None) -> Plugins:
    """Load every installed plugin (or those named in ``only``, importing no other). Never raises for a plugin's sake."""
    return Plugins(tuple(_load(found) for found in discover(path) if only is None or found.name in only))


def _load(found: Found) -> Plugin:
    value = found.entry_point.value if found.entry_point else ""
    try:
        if found.entry_point is None:
            raise ValueError(found.trouble)
        objects = tuple(
            Registered(kind=hook.removeprefix("register_"), key=one.key, value=one, plugin=found.name)  # type: ignore[attr-defined]
            for hook, registered in collect(found.entry_point.load(), found.name).items()
            for one in registered
        )
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises switches it off and nothing else
        reason = f"{type(error).__name__}: {error}"
        return Plugin(found.name, found.distribution, found.version, value, off=Text(id=reason, en=reason))
    return Plugin(found.name, found.distribution, found.version, value, objects=objects)
