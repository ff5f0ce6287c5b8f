"""The tabs of Kampanye."""

from __future__ import annotations

from typing import Final

from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm_tenants.portal.desk import Desk, shown
from batikrfm_tenants.portal.frame import Destination
from batikrfm_tenants.portal.navigation import CAMPAIGNS, destinations

Tabs = tuple[Destination, ...]
HELP: Final = {"help": "The pages of Kampanye that one may see."}
"""Metadata of a page's field ``tabs``."""
SIMULATED_HELP: Final = {"help": "What to say where nothing here really left the installation; None where it did."}
SIMULATED: Final = Text(
    id=(
        "Simulasi. Saluran ini tidak mengirim ke siapa pun: pesannya tinggal di Kotak keluar. Kalau di sini ada yang sampai, dibaca, "
        "diklik, dibalas, atau dipesan, itu karangan program peragaan, bukan hasil sungguhan."
    ),
    en=(
        "A simulation. This channel sends to nobody: its messages stay in the Outbox. Whatever arrived, was read, clicked, answered or "
        "ordered here is made up by the demonstration and no real result."
    ),
)


def tabs(desk: Desk) -> Tabs:
    """The tabs that the person may see, the page's own marked."""
    permissions = frozenset(Permission(one) for one in desk.principal.permissions)
    return destinations(CAMPAIGNS, shown(desk.inside.shop), desk.request.url.path, permissions)
