"""What pages of the demonstration's shop say of their people and orders, so that nobody takes them for real."""

from __future__ import annotations

from typing import Final

from batikrfm.sdk.text import Text
from batikrfm_tenants.demonstration import is_demonstration
from batikrfm_tenants.portal.desk import Desk

MADE_UP: Final = Text(
    id="Ini toko contoh: orang dan pesanannya karangan, selain yang Anda unggah sendiri.",
    en="This is the sample shop: its people and orders are made up, but for those that you upload yourself.",
)
HELP: Final = {"help": "What to say of the people and orders of the demonstration's shop; None in any other."}
"""Metadata of a page's field ``made_up``."""


async def made_up_in(desk: Desk) -> Text | None:
    """What to say in the shop of the address."""
    return MADE_UP if await is_demonstration(desk.inside.shop.tenant) else None
