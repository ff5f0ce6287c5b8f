"""The channels of a shop as the pages of campaigns need them: which can send, what they need, what to be told of them."""

from __future__ import annotations

from dataclasses import dataclass

from batikrfm.delivery.model import Medium, medium_of
from batikrfm.plugins.settings import PluginSettings, Standing
from batikrfm.sdk.channels import Capabilities
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.desk import Desk


@dataclass(frozen=True)
class Channel:
    """One channel. ``usable``: it is on and set up. ``outbox``: what is sent stays here, and whatever comes back is made up."""

    key: str
    name: Text
    medium: Medium
    capabilities: Capabilities
    usable: bool

    @property
    def outbox(self) -> bool:
        """Whether nothing really leaves this installation by it."""
        return self.key.startswith("outbox_")


async def channels_of(desk: Desk) -> dict[str, Channel]:
    """Every channel that is installed, by its key; those that really send first."""
    standings = await PluginSettings(desk.plugins, desk.services.office.vault).standings("channels")
    found = [_channel(key, standing) for key, standing in standings.items()]
    return {one.key: one for one in sorted(found, key=lambda one: (one.outbox, one.capabilities.unofficial, one.name.id))}


def usable(channels: dict[str, Channel]) -> tuple[Channel, ...]:
    """Those that can send now."""
    return tuple(one for one in channels.values() if one.usable)


def _channel(key: str, standing: Standing) -> Channel:
    kind = standing.registered.value
    return Channel(key, kind.name, medium_of(kind.capabilities), kind.capabilities, standing.on and standing.config is not None)
