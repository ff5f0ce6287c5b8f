"""The shop's first page: where one goes from the shop's own address."""

from __future__ import annotations

from litestar import Response, get

from batikrfm.segmentation.history import past_runs
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants.portal.desk import Desk


@get("/", opt=needs(Permission.SEGMENTS_READ))
async def home(desk: Desk) -> Response[str]:
    """An empty shop is led to its first upload, any other to its overview. A notice is said there."""
    return desk.go(f"{desk.shop_path}/{'ringkasan' if await past_runs(1) else 'unggah'}")


ROUTES = [home]
