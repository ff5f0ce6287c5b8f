"""The tabs of Pengaturan."""

from __future__ import annotations

from batikrfm.tenancy.permissions import Permission
from batikrfm_tenants.portal.desk import Desk, shown
from batikrfm_tenants.portal.frame import Destination
from batikrfm_tenants.portal.navigation import SETTINGS, destinations

Tabs = tuple[Destination, ...]
HELP = {"help": "The tabs of the settings that one may see."}
"""Metadata of every settings page's field ``tabs``."""


def tabs(desk: Desk) -> Tabs:
    """The tabs that the person may see, the page's own marked."""
    permissions = frozenset(Permission(one) for one in desk.principal.permissions)
    return destinations(SETTINGS, shown(desk.inside.shop), desk.request.url.path, permissions)
