"""Every page, a module for each group. A module's ``ROUTES`` take their place here, by who may come in."""

from __future__ import annotations

from typing import Final

from litestar.handlers import HTTPRouteHandler

from batikrfm_tenants.portal.pages import account, front, home, invited, outbox, resetting, settings, shops, signing_in, signing_up
from batikrfm_tenants.portal.pages.contents import prompting, reviewing
from batikrfm_tenants.portal.pages.contents import routes as contents
from batikrfm_tenants.portal.pages.customers import routes as customers
from batikrfm_tenants.portal.pages.overview import routes as overview
from batikrfm_tenants.portal.pages.recipients import choosing, unsubscribing
from batikrfm_tenants.portal.pages.reporting import routes as reporting
from batikrfm_tenants.portal.pages.segments import routes as segments
from batikrfm_tenants.portal.pages.tracing import routes as tracing
from batikrfm_tenants.portal.pages.uploading import declaring
from batikrfm_tenants.portal.pages.uploading import routes as uploading
from batikrfm_tenants.portal.pages.using import routes as using

VISITORS: Final[list[HTTPRouteHandler]] = [
    *(*front.ROUTES, *signing_in.ROUTES, *signing_up.ROUTES),
    *(*resetting.ROUTES, *invited.ROUTES, *outbox.ROUTES),
]
"""For everybody, signed in or not."""

RECIPIENTS: Final[list[HTTPRouteHandler]] = [*unsubscribing.ROUTES, *choosing.ROUTES]
"""For the people whom a shop writes to: let in by a signed link, without cookies. They open the scope of the shop that the link names."""

ACCOUNT: Final[list[HTTPRouteHandler]] = [*shops.ROUTES, *account.ROUTES]
"""For who is signed in, outside of any shop. No scope is open: services open their own."""

SHOP: Final[list[HTTPRouteHandler]] = [
    *(*home.ROUTES, *settings.ROUTES),
    *(*overview.ROUTES, *customers.ROUTES),
    *(*uploading.ROUTES, *declaring.ROUTES, *segments.ROUTES, *tracing.ROUTES, *reporting.ROUTES),
    *(*contents.ROUTES, *reviewing.ROUTES, *prompting.ROUTES, *using.ROUTES),
]
"""Below ``/toko/{slug}``, for members, each with its permission; inside the shop's scope."""
