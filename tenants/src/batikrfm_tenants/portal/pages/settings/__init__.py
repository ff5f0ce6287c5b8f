"""Pengaturan: the shop's own pages about itself. Each has the same tabs."""

from __future__ import annotations

from typing import Final

from litestar.handlers import HTTPRouteHandler

from batikrfm_tenants.portal.pages.settings import (
    channels,
    closing,
    consents,
    contents,
    declared,
    delivery,
    keys,
    log,
    plugins,
    profile,
    steering,
    team,
)

ROUTES: Final[list[HTTPRouteHandler]] = [
    *(*profile.ROUTES, *team.ROUTES, *closing.ROUTES),
    *(*contents.ROUTES, *channels.ROUTES, *steering.ROUTES, *delivery.ROUTES, *consents.ROUTES, *declared.ROUTES),
    *(*keys.ROUTES, *plugins.ROUTES, *log.ROUTES),
]
