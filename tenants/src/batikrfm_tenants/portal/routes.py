"""The portal's routes, put together: assets, pages for visitors, for people, for people in a shop, for those whom shops write to."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import Provide
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from batikrfm.sdk.errors import BatikError
from batikrfm.web.guards import public
from batikrfm_tenants.portal import assets
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.entrance import Entrance, desk_of, only_our_forms, only_signed_in
from batikrfm_tenants.portal.errors import NoSuchPageError
from batikrfm_tenants.portal.failures import answer
from batikrfm_tenants.portal.pages import ACCOUNT, RECIPIENTS, SHOP, VISITORS
from batikrfm_tenants.portal.services import Services


def portal_routes(services: Services) -> list[ControllerRouterHandler]:
    """Every route of the portal."""
    entrance, dependencies = Entrance(services), {"desk": Provide(desk, sync_to_thread=False)}
    pages = Router(
        "/",
        route_handlers=[
            Router("/", route_handlers=VISITORS),
            Router("/", route_handlers=ACCOUNT, guards=[only_signed_in]),
            Router("/toko/{slug:str}", route_handlers=SHOP, guards=[only_signed_in]),
        ],
        middleware=[entrance],
        guards=[only_our_forms],
        dependencies=dependencies,
        exception_handlers={BatikError: answer},
        include_in_schema=False,
    )
    # No guard against forgery: a mail program that posts the way out has no page of ours, and the link itself is what lets somebody in.
    by_link = Router(
        "/",
        route_handlers=RECIPIENTS,
        middleware=[entrance],
        dependencies=dependencies,
        exception_handlers={BatikError: answer},
        include_in_schema=False,
    )
    return [asset, pages, by_link]


def desk(request: Request[Any, Any, Any]) -> Desk:
    """What handlers ask for by the name ``desk``."""
    return desk_of(request)


@get("/aset/{version:str}/{name:str}", opt=public("styles and scripts are everybody's"), include_in_schema=False, sync_to_thread=False)
def asset(version: FromPath[str], name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
    """A built file; a browser may keep it for good, for the next build has another address."""
    built = assets.built()
    found = built.files.get(name) if version == built.version else None
    if found is None:
        raise NoSuchPageError
    headers = {"Cache-Control": assets.FOREVER, "Vary": "Accept-Encoding"}
    if found.squeezed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.squeezed, headers={**headers, "Content-Encoding": "gzip"}, media_type=found.content_type)
    return Response(found.plain, headers=headers, media_type=found.content_type)
