"""Which plugins are on for a tenant. Everything here runs in the tenant's scope.

A built-in plugin is on until the tenant switches it off; any other is off until the tenant switches it on.
"""

from __future__ import annotations

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.plugins import queries
from batikrfm.plugins.errors import NoSuchPluginError, NotUsableError
from batikrfm.plugins.registry import Plugin, Plugins


async def active(plugins: Plugins) -> Plugins:
    """The working plugins that are on for the tenant of the open scope, asked each time: a switch takes effect at once."""
    rows = await current_scope().fetch(queries.SWITCHED)
    switched = {row["plugin"]: row["enabled"] for row in rows}
    return plugins.only({plugin.name for plugin in plugins.all if plugin.off is None and switched.get(plugin.name, plugin.builtin)})


async def switch(plugins: Plugins, name: str, *, on: bool) -> None:
    """Switch a plugin on or off for the tenant of the open scope.

    Raises :class:`NoSuchPluginError`, or :class:`NotUsableError` with the reason where a plugin that does not work is to be on.
    """
    plugin = require(plugins, name)
    if on and plugin.off is not None:
        raise NotUsableError(plugin=name, problem=plugin.off)
    await current_scope().execute(queries.SWITCH, uuid7(), name, on)


def require(plugins: Plugins, name: str) -> Plugin:
    """The plugin of this name, or :class:`NoSuchPluginError`, which says which there are."""
    plugin = plugins.named(name)
    if plugin is None:
        raise NoSuchPluginError(name=name, known=", ".join(one.name for one in plugins.all))
    return plugin
