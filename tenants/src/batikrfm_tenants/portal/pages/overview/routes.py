"""The address of the overview."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from litestar import Response, get
from litestar.params import FromQuery

from batikrfm.reports.findings import read_findings
from batikrfm.segmentation.errors import NoRunsError
from batikrfm.segmentation.figures import PERIODS, Days
from batikrfm.segmentation.overview import overview
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.pages.campaigns.listing import week_ready
from batikrfm_tenants.portal.pages.made_up import made_up_in
from batikrfm_tenants.portal.pages.overview.showing import NoOverviewPage, overview_page

USUAL: Days = 30


@get("/ringkasan", opt=needs(Permission.SEGMENTS_READ))
async def summary(desk: Desk, hari: FromQuery[int] = USUAL) -> Response[str]:
    """The shop as of its latest run; ``hari`` is how many days the figures are of."""
    days = cast("Days", hari) if hari in PERIODS else USUAL
    try:
        found = await overview(days)
    except NoRunsError:
        return desk.show(NoOverviewPage())
    week = await week_ready() if Permission.CAMPAIGNS_READ in desk.principal.permissions else None
    page = overview_page(found, await read_findings(found), week, desk.shop_path, desk.formats)
    return desk.show(replace(page, made_up=await made_up_in(desk)))


ROUTES: list[Any] = [summary]
