"""The shop's first page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from litestar import Response, get

from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    """Where a shop begins: what to do next."""

    template: ClassVar[str] = "home/page.html"


@get("/", opt=needs(Permission.SEGMENTS_READ))
async def home(desk: Desk) -> Response[str]:
    """The shop's first page."""
    return desk.show(HomePage())


ROUTES = [home]
