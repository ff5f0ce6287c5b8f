"""The providers that a process keeps open, and what calls of them need: circuits, limiter, clock."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from batikrfm.plugins import Plugins
    from batikrfm.sdk import LLMProvider, Tier


@dataclass(frozen=True)
class Account:
    """One opened instance of a provider. ``keys`` are hashes that stand for its API keys, the first one first."""

    key: str
    provider: LLMProvider[Any]
    keys: tuple[str, ...]
    models: Mapping[Tier, tuple[str, ...]]
    shared: bool


@dataclass(frozen=True)
class Tools:
    """What calls need besides the provider."""


class Providers:
    """The open providers of a process: see :func:`open_providers`."""


@contextlib.asynccontextmanager
async def open_providers(plugins: Plugins, data_dir: Path) -> AsyncIterator[Providers]:
    """Make :func:`open_chain` usable for as long as the block lasts; then every provider is closed. A program does this once."""
    raise NotImplementedError
    yield


@contextlib.asynccontextmanager
async def opened_providers(providers: Providers) -> AsyncIterator[Providers]:
    """Make ``providers`` the ones that are used, for as long as the block lasts: for tests, which give a still clock and the like."""
    raise NotImplementedError
    yield
