"""Asks a shop's channel what a request means. The channel checks the signature; what it refuses is believed by nobody."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from batikrfm.delivery.events.errors import NotListeningError
from batikrfm.delivery.model import Medium, medium_of
from batikrfm.plugins.accounts import AccountPool
from batikrfm.plugins.settings import PluginSettings, Standing
from batikrfm.sdk.channels import Channel, DeliveryEvents, WebhookRequest
from batikrfm.sdk.context import PluginContext
from batikrfm.sdk.errors import NotFoundError, PluginError
from batikrfm.sdk.plugin_errors import ForgedRequestError, NotSupportedError
from batikrfm.tenancy import tenant_scope

KIND: Final = "channels"
SECONDS: Final = 5.0
"""For reading a request, which asks nobody."""
MOST_KNOWN: Final = 10_000


class NoSuchChannelError(NotFoundError):
    """The channel is not installed any more, or reports nothing."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a request said, and which medium its channel serves."""

    medium: Medium
    told: DeliveryEvents


@dataclass(frozen=True)
class _Known:
    standing: Standing
    until: float


class Reader:
    """Reads requests for all shops.

    How a channel is set up is remembered for ``remember`` seconds, and looked up anew before anything is called forged: its secret may be
    a new one.
    """

    def __init__(
        self, settings: PluginSettings, context: PluginContext, *, remember: float = 15.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings, self._remember, self._monotonic = settings, remember, monotonic
        self._pool: AccountPool[None] = AccountPool(settings.plugins, context, _nothing, monotonic=monotonic)
        self._known: dict[tuple[UUID, str], _Known] = {}

    async def close(self) -> None:
        """Close every channel."""
        await self._pool.close()

    async def read(self, tenant_id: UUID, channel: str, request: WebhookRequest) -> Read:
        """What ``request`` says. Called in no scope.

        Raises ForgedRequestError, NoSuchChannelError, NotListeningError.
        """
        known = self._known.get((tenant_id, channel))
        if known is not None and known.until > self._monotonic():
            try:
                return await self._ask(tenant_id, known.standing, request)
            except ForgedRequestError:
                pass
        return await self._ask(tenant_id, await self._look_up(tenant_id, channel), request)

    async def _look_up(self, tenant_id: UUID, channel: str) -> Standing:
        async with tenant_scope(tenant_id):
            standing = (await self._settings.standings(KIND)).get(channel)
        if standing is None:
            raise NoSuchChannelError
        if not standing.on or standing.config is None:
            raise NotListeningError
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[tenant_id, channel] = _Known(standing, self._monotonic() + self._remember)
        return standing

    async def _ask(self, tenant_id: UUID, standing: Standing, request: WebhookRequest) -> Read:
        try:
            async with self._pool.lease(standing, tenant_id) as opened:
                instance: Channel[Any] = opened.instance
                told = await self._settings.plugins.call(instance.parse_events, request, timeout=SECONDS)
                return Read(medium_of(instance.capabilities), told)
        except ForgedRequestError:
            raise
        except NotSupportedError as error:
            raise NoSuchChannelError from error
        except PluginError as error:
            raise NotListeningError from error


async def _nothing(_channel: object) -> None:
    """There is nothing to learn of a channel that only reads."""
