"""The channels that a process keeps open, and what sending by them needs: limiter, links, clock."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hashlib
import logging
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import UUID

from batikrfm.delivery.channels.errors import ChannelNotFoundError, ChannelOffError, ChannelsClosed
from batikrfm.delivery.channels.settings import DeliverySettings
from batikrfm.delivery.links import Links
from batikrfm.delivery.model import Medium, medium_of
from batikrfm.plugins.accounts import AccountPool, Opened, PoolLimits
from batikrfm.plugins.http import open_http
from batikrfm.plugins.settings import PluginSettings, Standing
from batikrfm.plugins.vault import Vault
from batikrfm.sdk.channels import Capabilities, Channel
from batikrfm.sdk.context import PluginContext
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import KeyLimiter, Limits, Permit

if TYPE_CHECKING:
    from batikrfm.plugins import Plugins

KIND: Final = "channels"
WINDOW: Final = 6.0
"""Seconds in which no more than an account's rate goes out; a burst is a second's worth."""
OFF: Final = Text(id="pluginnya belum dinyalakan.", en="its plugin is switched off.")


@dataclass(frozen=True)
class OpenChannel:
    """An account that is open. ``key_id`` stands for it wherever its pace is kept; tenants of one account share it."""

    key: str
    channel: Channel[Any]
    key_id: str
    shared: bool
    opened: Opened[None]

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return self.channel.capabilities

    @property
    def medium(self) -> Medium:
        """Where its messages arrive."""
        return medium_of(self.channel.capabilities)


class Limiter(Protocol):
    """What sending needs of :class:`batikrfm.usage.KeyLimiter`."""

    async def acquire(  # noqa: PLR0913 - as the limiter has it
        self, key_id: str, requests: int = 1, tokens: int = 0, *, tenant_id: UUID, per_minute: Limits, patience: float = 30.0
    ) -> Permit:
        """Wait for leave. Raises ``KeyBusyError``."""

    async def slow_down(self, key_id: str, seconds: float) -> None:
        """The vendor asked for a wait."""

    async def slower(self, key_id: str) -> None:
        """The vendor found us too fast."""

    async def share(self, key_id: str) -> float:
        """Which part of the rate is used."""

    async def close(self) -> None:
        """Let go of everybody who waits."""


def utc_now() -> dt.datetime:
    """The time."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Means:
    """What tests replace: clocks, the waiting itself, chance, the limiter."""

    now: Callable[[], dt.datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    dice: random.Random = random.Random()  # noqa: RUF009, S311 - one for all, it spreads load and guards nothing
    limiter: Limiter | None = None


class Channels:
    """The open channels of a process: see :class:`batikrfm.plugins.accounts.AccountPool`."""

    def __init__(  # noqa: PLR0913 - all but three have defaults
        self,
        settings: PluginSettings,
        context: PluginContext,
        links: Links,
        *,
        delivery: DeliverySettings | None = None,
        means: Means | None = None,
        pool: PoolLimits | None = None,
    ) -> None:
        self.settings, self.links, self.means = settings, links, means or Means()
        self.delivery = delivery or DeliverySettings()
        self.limiter: Limiter = self.means.limiter or KeyLimiter(minute=dt.timedelta(seconds=WINDOW), look_every=0.05)
        self.pool: AccountPool[None] = AccountPool(settings.plugins, context, _nothing, limits=pool, monotonic=self.means.monotonic)

    @property
    def classes(self) -> dict[str, type[Channel[Any]]]:
        """The installed channels, by key."""
        return {one.key: one.value for one in self.settings.plugins.objects if one.kind == KIND}

    def capabilities(self, key: str) -> Capabilities:
        """What a channel can do. Raises :class:`ChannelNotFoundError`."""
        try:
            return self.classes[key].capabilities
        except KeyError:
            raise ChannelNotFoundError from None

    @contextlib.asynccontextmanager
    async def open(self, tenant_id: UUID, key: str) -> AsyncIterator[OpenChannel]:
        """The tenant's account, open for as long as the block lasts. Its settings are read in a scope that is over before it opens.

        Raises:
            ChannelNotFoundError, ChannelOffError: there is none, or it cannot be used.
            PluginError: it does not open.
        """
        standing = await self.standing(tenant_id, key)
        if not standing.on:
            raise ChannelOffError(why=OFF)
        if standing.config is None:
            raise ChannelOffError(why=said_of(standing))
        async with self.pool.lease(standing, tenant_id) as opened:
            yield OpenChannel(key, opened.instance, opened.keys[0] if opened.secret else _own(tenant_id, key), opened.shared, opened)

    async def standing(self, tenant_id: UUID, key: str) -> Standing:
        """How a channel stands with a tenant. Raises :class:`ChannelNotFoundError`."""
        self.capabilities(key)
        async with tenant_scope(tenant_id):
            return (await self.settings.standings(KIND))[key]

    async def leave(self, tenant_id: UUID, account: OpenChannel, messages: int) -> None:
        """Wait until the shop and the account may hand in so many messages more: one pace for all processes.

        Raises:
            KeyBusyError: that takes longer than anybody should wait.
        """
        patience = self.delivery.patience
        if self.delivery.per_second is not None:
            whole = Limits(requests=_within(self.delivery.per_second))
            await self.limiter.acquire(_own(tenant_id, ""), messages, tenant_id=tenant_id, per_minute=whole, patience=patience)
        rate = Limits(requests=_within(self._rate(account)))
        await self.limiter.acquire(account.key_id, messages, tenant_id=tenant_id, per_minute=rate, patience=patience)

    def _rate(self, account: OpenChannel) -> float:
        """Messages a second: as the operator says, or the account's own setting of that name, or what the channel is known to take."""
        own = getattr(account.channel.config, "per_second", None)
        said = own if isinstance(own, int | float) else account.capabilities.per_second
        return self.delivery.rates.get(account.key, said)

    async def close(self) -> None:
        """Close every channel, and let go of everybody who waits."""
        await self.limiter.close()
        await self.pool.close()


async def _nothing(_channel: Channel[Any]) -> None:
    """A channel has nothing to be asked at the start."""


def _within(per_second: float) -> int:
    return max(1, round(per_second * WINDOW))


def _own(tenant_id: UUID, key: str) -> str:
    """Stands for a shop, or for its account without a secret."""
    return hashlib.sha256(f"batikrfm/sending/{tenant_id}/{key}".encode()).hexdigest()[:40]


def said_of(standing: Standing) -> Text:
    """What keeps a channel that is on from being used."""
    assert standing.problem is not None  # noqa: S101 - it has a config otherwise
    return Text(id=standing.problem.say("id"), en=standing.problem.say("en"))


@dataclass
class _Open:
    channels: list[Channels] = field(default_factory=list)


_open = _Open()


@contextlib.asynccontextmanager
async def open_channels(plugins: Plugins, data_dir: Path, environ: Mapping[str, str] = os.environ) -> AsyncIterator[Channels]:
    """Make channels usable for as long as the block lasts; then every account is closed. A program does this once.

    Raises a ``SetupError`` if the secret key or a setting cannot be read.
    """
    settings = PluginSettings(plugins, Vault.of_installation(data_dir, environ), environ)
    context = PluginContext(language="id", log=logging.getLogger("batikrfm.plugin"), http=open_http)
    links, delivery = Links.of_installation(data_dir, environ), DeliverySettings.from_environment(environ)
    async with opened_channels(Channels(settings, context, links, delivery=delivery)) as opened:
        yield opened


@contextlib.asynccontextmanager
async def opened_channels(opened: Channels) -> AsyncIterator[Channels]:
    """Make ``opened`` the ones that are used, for as long as the block lasts: for tests, which give a still clock and the like."""
    _open.channels.append(opened)
    try:
        yield opened
    finally:
        _open.channels.remove(opened)
        await opened.close()


def channels() -> Channels:
    """The open channels. Raises :class:`ChannelsClosed`."""
    if not _open.channels:
        raise ChannelsClosed("open_channels() comes first")
    return _open.channels[-1]
