"""BatikRFM plugin: WhatsApp by Fonnte, Wablas or the Meta Cloud API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from batikrfm.sdk import Channel, hookimpl


@hookimpl
def register_channels() -> Sequence[type[Channel[Any]]]:
    """One class for each gateway: what they can do differs."""
    from batikrfm_channel_whatsapp.fonnte import FonnteChannel
    from batikrfm_channel_whatsapp.meta import MetaChannel
    from batikrfm_channel_whatsapp.wablas import WablasChannel

    return [FonnteChannel, WablasChannel, MetaChannel]
