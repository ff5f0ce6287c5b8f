"""The providers that a process keeps open, and what calls of them need: circuits, limiter, clock."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, get_args
from uuid import UUID

from batikrfm.content.chain.circuits import CircuitMetrics, Circuits
from batikrfm.content.chain.errors import ProvidersClosed
from batikrfm.content.chain.limits import limits_of
from batikrfm.content.chain.model_book import ModelBook, StoredModels
from batikrfm.content.chain.watching import Reminders
from batikrfm.plugins.accounts import AccountPool, Opened, PoolLimits
from batikrfm.plugins.http import open_http
from batikrfm.plugins.settings import PluginSettings, Standing
from batikrfm.plugins.vault import Vault
from batikrfm.sdk.context import PluginContext
from batikrfm.sdk.llm import LLMProvider, Tier
from batikrfm.usage import KeyLimiter, Limits, Permit

if TYPE_CHECKING:
    from batikrfm.plugins import Plugins

KIND: Final = "llm_providers"
TIERS: Final[tuple[Tier, ...]] = get_args(Tier)
SECONDS: Final = 5.0
"""For asking a provider which models it is set to use: it asks nobody else."""

Models = Mapping[Tier, tuple[str, ...]]


@dataclass(frozen=True)
class Account:
    """One opened instance of a provider. ``keys`` are hashes that stand for its API keys, the first one first.

    ``shared``: the keys are the installation's. ``keyed``: there are any; without, the vendor has no limits to keep.
    """

    key: str
    provider: LLMProvider[Any]
    keys: tuple[str, ...]
    models: Models
    shared: bool
    keyed: bool = True

    @property
    def all_models(self) -> tuple[str, ...]:
        """The models of all tiers, each once."""
        return tuple(dict.fromkeys(model for tier in TIERS for model in self.models[tier]))


class Limiter(Protocol):
    """What the chain needs of :class:`batikrfm.usage.KeyLimiter`."""

    async def acquire(  # noqa: PLR0913 - as the limiter has it
        self, key_id: str, requests: int = 1, tokens: int = 0, *, tenant_id: UUID, per_minute: Limits, patience: float = 30.0
    ) -> Permit:
        """Wait for leave. Raises ``KeyBusyError``."""

    async def correct(self, permit: Permit, tokens: int) -> None:
        """How many tokens it really was."""

    async def slow_down(self, key_id: str, seconds: float) -> None:
        """The vendor asked for a wait."""

    async def close(self) -> None:
        """Let go of everybody who waits."""


@dataclass(frozen=True)
class Tools:
    """What calls need besides the provider."""

    plugins: Plugins
    circuits: Circuits
    limiter: Limiter
    limits: Mapping[str, Limits]
    models: ModelBook
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    dice: random.Random


@dataclass(frozen=True)
class Means:
    """What tests replace: the clock that waits are measured by, the waiting itself, chance, the limiter; and who counts circuits."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    dice: random.Random = random.Random()  # noqa: RUF009, S311 - one for all, it spreads load and guards nothing
    limiter: Limiter | None = None
    metrics: CircuitMetrics | None = None


class Providers:
    """The open providers of a process, each kept open for the next chain: see :class:`batikrfm.plugins.accounts.AccountPool`."""

    def __init__(
        self,
        settings: PluginSettings,
        context: PluginContext,
        limits: Mapping[str, Limits],
        *,
        means: Means | None = None,
        pool: PoolLimits | None = None,
    ) -> None:
        self.settings, self.limits = settings, limits
        self.means = means or Means()
        self.circuits = Circuits(self.means.monotonic, metrics=self.means.metrics)
        self.reminders = Reminders(self.means.monotonic)
        self._limiter = self.means.limiter or KeyLimiter()
        self.pool: AccountPool[Models] = AccountPool(
            settings.plugins, context, self._models_of, limits=pool, monotonic=self.means.monotonic
        )

    async def close(self) -> None:
        """Close every provider, and let go of everybody who waits for a key."""
        await self._limiter.close()
        await self.pool.close()

    @contextlib.asynccontextmanager
    async def lease(self, standing: Standing, tenant_id: UUID) -> AsyncIterator[Account]:
        """The account of these settings, open for as long as the block lasts. Raises a ``PluginError``."""
        async with self.pool.lease(standing, tenant_id) as opened:
            yield _account(opened)

    def tools(self, tenant_id: UUID) -> Tools:
        """What calls for a tenant need."""
        means = self.means
        return Tools(
            self.settings.plugins,
            self.circuits,
            self._limiter,
            self.limits,
            StoredModels(tenant_id),
            means.monotonic,
            means.sleep,
            means.dice,
        )

    async def _models_of(self, provider: LLMProvider[Any]) -> Models:
        call = self.settings.plugins.call
        return {tier: tuple(await call(provider.models, tier, timeout=SECONDS)) for tier in TIERS}


def _account(opened: Opened[Models]) -> Account:
    return Account(opened.registered.key, opened.instance, opened.keys, opened.learned, opened.shared, opened.secret)


_open: list[Providers] = []


@contextlib.asynccontextmanager
async def open_providers(
    plugins: Plugins, data_dir: Path, environ: Mapping[str, str] = os.environ, *, metrics: CircuitMetrics | None = None
) -> AsyncIterator[Providers]:
    """Make :func:`open_chain` usable for as long as the block lasts; then every provider is closed. A program does this once.

    Raises a ``SetupError`` if the secret key or the limits cannot be read.
    """
    settings = PluginSettings(plugins, Vault.of_installation(data_dir, environ), environ)
    context = PluginContext(language="id", log=logging.getLogger("batikrfm.plugin"), http=open_http)
    async with opened_providers(Providers(settings, context, limits_of(environ), means=Means(metrics=metrics))) as opened:
        yield opened


@contextlib.asynccontextmanager
async def opened_providers(opened: Providers) -> AsyncIterator[Providers]:
    """Make ``opened`` the ones that are used, for as long as the block lasts: for tests, which give a still clock and the like."""
    _open.append(opened)
    try:
        yield opened
    finally:
        _open.remove(opened)
        await opened.close()


def providers() -> Providers:
    """The open providers. Raises :class:`ProvidersClosed`."""
    if not _open:
        raise ProvidersClosed("open_providers() comes first")
    return _open[-1]
