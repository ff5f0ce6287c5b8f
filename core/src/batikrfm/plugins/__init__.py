"""The host of plugins: find them one by one, check them, keep the good ones, say why the others are off."""

from __future__ import annotations

from batikrfm.plugins.loading import find_strategy, load_plugins
from batikrfm.plugins.registry import Plugin, Plugins, Registered

__all__ = ["Plugin", "Plugins", "Registered", "find_strategy", "load_plugins"]
