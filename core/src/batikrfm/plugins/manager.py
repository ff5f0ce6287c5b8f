"""Calls the hooks of one plugin. Each plugin gets a pluggy manager of its own, so that none can wrap, replace or break another."""

from __future__ import annotations

import pluggy

from batikrfm.sdk import hooks


def collect(plugin: object, name: str) -> dict[str, list[object]]:
    """What each hook of ``plugin`` returned, by hook. Raises whatever is wrong with it."""
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(plugin, name)
    manager.check_pending()
    callers = manager.get_hookcallers(plugin) or []
    return {caller.name: [one for answer in caller() for one in answer] for caller in callers}
