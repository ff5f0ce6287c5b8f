"""Which migrations this version has. Without Piccolo: every start asks, and few have anything to run."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from types import ModuleType

from batikrfm_migrations import core, tenants

APPS: Mapping[str, ModuleType] = {"core": core, "tenants": tenants}
"""The packages of migrations by the name that their files' names begin with."""


def known_migrations(apps: Mapping[str, ModuleType] = APPS) -> list[str]:
    """The IDs of every migration that this version has, in the order in which they run: by time, over all apps."""
    modules = ((app, module.name) for app, package in apps.items() for module in pkgutil.iter_modules(package.__path__))
    return sorted((name for app, name in modules if name.startswith(f"{app}_")), key=lambda name: name.partition("_")[2])
