"""Which plugins are on for a tenant. Everything here runs in the tenant's scope.

A built-in plugin is on until the tenant switches it off. So is one that the installation has set up for everybody: whose object gets every
setting that it requires from the environment (:mod:`batikrfm.plugins.environment`). Any other is off until the tenant switches it on.
"""

from __future__ import annotations

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.plugins import queries
from batikrfm.plugins.environment import ENVIRON, Environ, is_enough
from batikrfm.plugins.errors import NoSuchPluginError, NotUsableError
from batikrfm.plugins.registry import Plugin, Plugins


async def active(plugins: Plugins, environ: Environ = ENVIRON) -> Plugins:
    """The working plugins that are on for the tenant of the open scope, asked each time: a switch takes effect at once."""
    rows = await current_scope().fetch(queries.SWITCHED)
    switched = {row["plugin"]: row["enabled"] for row in rows}
    return plugins.only({plugin.name for plugin in plugins.all if is_on(plugin, switched.get(plugin.name), environ)})


def is_on(plugin: Plugin, switched: bool | None, environ: Environ = ENVIRON) -> bool:  # noqa: FBT001 - as the column has it
    """Whether a plugin is on for a tenant that switched it on, off, or said nothing (None)."""
    if plugin.off is not None:
        return False
    return plugin.builtin or is_set_up(plugin, environ) if switched is None else switched


def is_set_up(plugin: Plugin, environ: Environ = ENVIRON) -> bool:
    """Whether the installation gives all that one of the plugin's objects requires."""
    return any(is_enough(one.config_model, environ) for one in plugin.objects)


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
