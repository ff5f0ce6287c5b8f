"""The channels of a shop as the pages of campaigns need them: which can send, what they need, what to be told of them."""

from __future__ import annotations

from dataclasses import dataclass

from batikrfm.delivery.channels import ChannelInfo, Health, Stand, scoped_channels
from batikrfm.delivery.model import Medium
from batikrfm.sdk.channels import Capabilities
from batikrfm.sdk.text import Text


@dataclass(frozen=True)
class Channel:
    """One channel. ``usable``: it is on and set up, and not paused."""

    key: str
    name: Text
    medium: Medium
    capabilities: Capabilities
    usable: bool
    health: Health

    @property
    def outbox(self) -> bool:
        """Whether nothing leaves this installation by it, and whatever comes back is made up."""
        return self.capabilities.kept


async def channels_of() -> dict[str, Channel]:
    """Every channel that is installed, by its key; those that really send first, the networks' own ways before others."""
    found = [_channel(info) for info in await scoped_channels()]
    return {one.key: one for one in sorted(found, key=lambda one: (one.outbox, one.capabilities.unofficial, one.name.id))}


def usable(channels: dict[str, Channel]) -> tuple[Channel, ...]:
    """Those that can send now."""
    return tuple(one for one in channels.values() if one.usable)


def _channel(info: ChannelInfo) -> Channel:
    return Channel(info.key, info.name, info.medium, info.capabilities, info.stand is Stand.READY, info.health)
