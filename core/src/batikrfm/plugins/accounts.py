"""Instances of registered classes that stay open between uses: opening one (connections, TLS) takes longer than many a call.

An instance belongs to one tenant's settings, or to the installation's account, which the tenants that use it share: so the vendor's
limits, which are for the account, are met by one pool of connections. Settings that change get a new instance; the old one is closed
when nobody uses it any more. The pool is bounded, and what was not used for a while is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from batikrfm.plugins.egress import require_public
from batikrfm.plugins.registry import Plugins, Registered
from batikrfm.plugins.secret_fields import secret_paths
from batikrfm.plugins.settings import Standing
from batikrfm.plugins.traces import place_of
from batikrfm.sdk.config import PluginConfig, Secret
from batikrfm.sdk.context import PluginContext
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.plugin_errors import CrashedError

LearnedT = TypeVar("LearnedT")


@dataclass(frozen=True)
class Opened(Generic[LearnedT]):
    """An open instance. ``keys`` are hashes that stand for its secrets, in the order of its fields; ``learned`` was asked of it once.

    ``secret``: there is a secret at all; one hash stands for the settings of an instance without.
    """

    registered: Registered
    instance: Any
    keys: tuple[str, ...]
    shared: bool
    secret: bool
    learned: LearnedT


@dataclass(frozen=True)
class PoolLimits:
    """How many instances stay open at most while nobody uses them, for how many seconds, and how long opening or closing one may take."""

    most: int = 256
    idle: float = 600.0
    seconds: float = 30.0  # the first one imports a vendor's SDK


_Name = tuple[UUID | None, str, str]
"""Whose it is (None: no tenant's, for nothing of a tenant's is in its settings), the object's address, the settings' fingerprint."""


@dataclass(eq=False)
class _Entry(Generic[LearnedT]):
    opening: asyncio.Task[Opened[LearnedT]]
    used: float
    leases: int = 0
    retired: bool = field(default=False)


class AccountPool(Generic[LearnedT]):
    """The open instances of one process (of one event loop). ``learn`` asks each new instance what its users will want to know."""

    def __init__(
        self,
        plugins: Plugins,
        context: PluginContext,
        learn: Callable[[Any], Awaitable[LearnedT]],
        *,
        limits: PoolLimits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._plugins, self._context, self._learn = plugins, context, learn
        self._limits, self._monotonic = limits or PoolLimits(), monotonic
        self._entries: OrderedDict[_Name, _Entry[LearnedT]] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._entries)

    @contextlib.asynccontextmanager
    async def lease(self, standing: Standing, tenant_id: UUID) -> AsyncIterator[Opened[LearnedT]]:
        """The instance for these settings, opened if there is none yet. It is not closed while the block lasts.

        Raises the ``PluginError`` that kept it from opening; the next lease tries again.
        """
        name, entry = self._entry(standing, tenant_id)
        entry.leases += 1
        try:
            yield await asyncio.shield(entry.opening)
        finally:
            entry.leases -= 1
            entry.used = self._monotonic()
            if entry.opening.done() and not _opened_well(entry) and self._entries.get(name) is entry:
                del self._entries[name]
            self._tidy(entry)

    async def close(self) -> None:
        """Close all of them, also those that somebody still uses."""
        entries = [*self._entries.values()]
        self._entries.clear()
        for entry in entries:
            self._let_go(entry)
        await asyncio.gather(*self._closing)

    def _entry(self, standing: Standing, tenant_id: UUID) -> tuple[_Name, _Entry[LearnedT]]:
        config, one = standing.config, standing.registered
        assert config is not None  # noqa: S101 - who leases has looked
        everybodys = standing.shared or not standing.own
        name = (None if everybodys else tenant_id, one.address, standing.fingerprint)
        entry = self._entries.get(name)
        if entry is None:
            self._retire(name)
            opening = asyncio.create_task(self._open(standing, config), context=Context())  # outside of the caller's scope
            entry = self._entries[name] = _Entry(opening, self._monotonic())
        self._entries.move_to_end(name)
        return name, entry

    def _retire(self, new: _Name) -> None:
        """The instances of this tenant's settings before they changed go. The installation's differ by tenants' numbers: all stay."""
        if new[0] is None:
            return
        for name in [name for name in self._entries if name[:2] == new[:2]]:
            entry = self._entries.pop(name)
            entry.retired = True
            self._tidy(entry)

    def _tidy(self, entry: _Entry[LearnedT]) -> None:
        """Close ``entry`` if it is retired and free, and those that are too many or too old, the longest unused first."""
        if entry.retired and not entry.leases:
            self._let_go(entry)
        now = self._monotonic()
        for name, other in list(self._entries.items()):
            if len(self._entries) <= self._limits.most and now - other.used < self._limits.idle:
                return
            if not other.leases and other.opening.done():
                del self._entries[name]
                self._let_go(other)

    def _let_go(self, entry: _Entry[LearnedT]) -> None:
        task = asyncio.create_task(self._close(entry), context=Context())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _open(self, standing: Standing, config: PluginConfig) -> Opened[LearnedT]:
        one = standing.registered
        await require_public(config, standing.own)
        try:
            instance = one.value(config, self._context)
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything; its words may hold a key
            crashed = CrashedError(method="__init__", kind=type(error).__name__, place=place_of(error))
            crashed.plugin = one.plugin
            raise crashed from None
        try:
            await self._plugins.call(instance.open, timeout=self._limits.seconds)
            learned = await self._learn(instance)
        except PluginError:
            await self._close_instance(instance)
            raise
        return Opened(one, instance, key_hashes(one.address, config), standing.shared, bool(_secrets(config)), learned)

    async def _close(self, entry: _Entry[LearnedT]) -> None:
        with contextlib.suppress(PluginError):  # it never opened
            await self._close_instance((await entry.opening).instance)

    async def _close_instance(self, instance: Any) -> None:  # noqa: ANN401 - whatever was registered
        with contextlib.suppress(PluginError):  # the metrics have counted it, and there is nothing else to do
            await self._plugins.call(instance.close, timeout=self._limits.seconds)


def _opened_well(entry: _Entry[Any]) -> bool:
    return not entry.opening.cancelled() and entry.opening.exception() is None


def key_hashes(address: str, config: PluginConfig) -> tuple[str, ...]:
    """A hash for each secret of ``config``, in the order of its fields; of settings without any, one for all of them.

    It stands for the key wherever something is kept by key: circuits, rate limits, what is known of an account. A key is random enough
    that nobody finds it from its hash.
    """
    found = _secrets(config)
    if not found:
        return (_hashed(address, config.model_dump_json()),)
    return tuple(dict.fromkeys(_hashed(address, secret.reveal()) for secret in found))


def _secrets(config: PluginConfig) -> list[Secret]:
    return [secret for path in _in_order(type(config)) if isinstance(secret := _at(config, path), Secret)]


def _hashed(address: str, text: str) -> str:
    return hashlib.sha256(f"{address}\0{text}".encode()).hexdigest()[:32]


def _in_order(model: type[PluginConfig]) -> list[tuple[str, ...]]:
    order = {name: place for place, name in enumerate(model.model_fields)}
    return sorted(secret_paths(model), key=lambda path: (order[path[0]], path))


def _at(value: object, path: tuple[str, ...]) -> object:
    for name in path:
        value = getattr(value, name, None)
    return value
