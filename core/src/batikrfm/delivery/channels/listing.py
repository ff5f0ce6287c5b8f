"""A shop's channels as they stand, and asking a vendor how an account is. Opens scopes of its own: vendors are asked outside of any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from batikrfm.delivery.channels.model import ChannelInfo, Stand
from batikrfm.delivery.channels.opening import KIND, OFF, channels, said_of
from batikrfm.delivery.channels.states import ChannelState, read_states, shop_zone
from batikrfm.delivery.model import medium_of
from batikrfm.plugins.settings import Standing
from batikrfm.sdk.account import Check
from batikrfm.sdk.channels import Channel, DomainFinding
from batikrfm.tenancy import tenant_scope

SECONDS: Final = 30.0
"""For a vendor to say how an account is."""


async def list_channels(tenant_id: UUID) -> list[ChannelInfo]:
    """Every installed channel as it stands with the shop, in the order of their keys. Opens none and asks no vendor."""
    async with tenant_scope(tenant_id):
        return await scoped_channels()


async def scoped_channels() -> list[ChannelInfo]:
    """The same within the tenant's scope."""
    standings = await channels().settings.standings(KIND)
    states, today = await read_states(), channels().means.now().astimezone(await shop_zone()).date()
    return [_info(standings[key], states.get(key) or ChannelState(key), today) for key in sorted(standings)]


async def find_channel(tenant_id: UUID, key: str) -> ChannelInfo:
    """One of them, with the part of its rate that is used now. Raises :class:`ChannelNotFoundError`."""
    channels().capabilities(key)
    return next(one for one in await list_channels(tenant_id) if one.key == key)


async def check_channel(tenant_id: UUID, key: str) -> Check:
    """Ask the vendor whether the account works; nothing is sent.

    Raises:
        ChannelNotFoundError, ChannelOffError: there is none, or it cannot be used.
        PluginError: what is wrong with it.
    """
    house = channels()
    async with house.open(tenant_id, key) as account:
        return await house.settings.plugins.call(account.channel.check, timeout=SECONDS)


async def findings_of(tenant_id: UUID, key: str) -> Sequence[DomainFinding]:
    """What the sender's domain tells receivers. Raises as :func:`check_channel`, and ``NotSupportedError`` of one without a domain."""
    house = channels()
    async with house.open(tenant_id, key) as account:
        return await house.settings.plugins.call(account.channel.domain_findings, timeout=SECONDS)


def _info(standing: Standing, state: ChannelState, today: dt.date) -> ChannelInfo:
    one: type[Channel[Any]] = standing.registered.value
    stand, problem = _stand(standing, state)
    return ChannelInfo(
        one.key,
        standing.registered.plugin,
        one.name,
        medium_of(one.capabilities),
        one.capabilities,
        stand,
        problem,
        state.pause,
        standing.shared,
        state.health(one.capabilities, today),
    )


def _stand(standing: Standing, state: ChannelState) -> tuple[Stand, Any]:
    if not standing.on:
        return Stand.OFF, OFF
    if standing.problem is not None:
        return Stand.INCOMPLETE, said_of(standing)
    return (Stand.READY, None) if state.pause is None else (Stand.PAUSED, state.pause.reason)
