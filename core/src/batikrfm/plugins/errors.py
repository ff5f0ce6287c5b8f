"""What can go wrong when somebody asks for a plugin or sets it up. Why a plugin is off is in ``troubles``.

::

    NotFoundError
    ├── NoSuchPluginError      no plugin of this name is installed
    └── NoSuchStrategyError    no working plugin offers this strategy
"""

from __future__ import annotations

from batikrfm.sdk.errors import NotFoundError
from batikrfm.sdk.text import Text


class NoSuchPluginError(NotFoundError):
    """Values: ``name``, ``known`` (the names there are)."""

    text = Text(id="Tidak ada plugin {name}. Yang terpasang: {known}.", en="There is no plugin {name}. Installed: {known}.")


class NoSuchStrategyError(NotFoundError):
    """Values: ``key``, ``known`` (the keys there are)."""

    text = Text(
        id="Tidak ada strategi {key}. Yang ada: {known}. Plugin yang mati dijelaskan oleh: batikrfm plugins doctor",
        en="There is no strategy {key}. There are: {known}. For plugins that are off, ask: batikrfm plugins doctor",
    )
