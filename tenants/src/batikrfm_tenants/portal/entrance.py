"""The way in: session cookie -> person, address -> shop, before the handler runs. Everything here is outside of any scope."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from batikrfm.sdk.text import Language
from batikrfm.tenancy.permissions import Permission
from batikrfm.usage import GENERATIONS, standing
from batikrfm.web.languages import DEFAULT, preferred
from batikrfm.web.scope import enter_tenant
from batikrfm_tenants import sessions, shops
from batikrfm_tenants.portal import cookies as jar
from batikrfm_tenants.portal import forgery
from batikrfm_tenants.portal.desk import AnyRequest, Desk, OpenDesk, read_notices, read_theme, shown
from batikrfm_tenants.portal.errors import NoSuchPageError
from batikrfm_tenants.portal.formats import Formats
from batikrfm_tenants.portal.services import Services
from batikrfm_tenants.sessions import Session
from batikrfm_tenants.users import User

DESK = "batikrfm_desk"
READS_ITS_FORM = "reads_its_form"
"""In a route's ``opt``: its body is not read for it."""


class Entrance(ASGIMiddleware):
    """Puts a :class:`Desk` beside the request, and opens the tenant's scope for the pages of a shop."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, services: Services) -> None:
        self.services = services

    def __deepcopy__(self, memo: object) -> Entrance:
        """Itself: Litestar copies routers, and the counters of tries must stay those of the whole process."""
        return self

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Say who is there. Who is not signed in gets a desk as well: what they may see, the route says."""
        request: AnyRequest = Request(scope, receive, send)
        desk = await arrive(self.services, request)
        if desk.visit is not None:
            await enter_tenant(scope, desk.visit.principal)
            if not desk.piece and Permission.USAGE_READ in desk.principal.permissions:
                desk.quota = await standing(GENERATIONS)
        await next_app(scope, receive, send)


async def arrive(services: Services, request: AnyRequest) -> Desk:
    """The desk for ``request``: looks up the session, and the shop if the address has one."""
    token = services.cookies.read(request, jar.SESSION)
    session = await sessions.find(token) if token else None
    desk = doorstep(services, request, session)
    request.scope["state"][DESK] = desk
    desk.session = session
    desk.token = token if session else services.cookies.read(request, jar.VISITOR)
    if slug := request.path_params.get("slug"):
        await _into_shop(desk, desk.user, slug)
    return desk


def doorstep(services: Services, request: AnyRequest, session: Session | None = None) -> Desk:
    """A desk that has looked nothing up: for a page that must show where the database is gone, too."""
    read = services.cookies.read
    formats = Formats(language=_language(request, session, read(request, jar.LANGUAGE)))
    theme, notices = read_theme(read(request, jar.THEME)), read_notices(services, read(request, jar.NOTICE))
    token = read(request, jar.SESSION) or read(request, jar.VISITOR)
    return OpenDesk(services, request, formats, theme=theme, notices=notices, token=token)


def desk_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Desk:
    """The desk that :class:`Entrance` put beside the request."""
    desk: Desk = connection.scope["state"][DESK]
    return desk


async def _into_shop(desk: Desk, user: User, slug: str) -> None:
    desk.visit = await shops.shop_of(user, slug)
    if desk.visit is None:
        raise NoSuchPageError
    tenant = desk.visit.shop.tenant
    desk.formats = Formats(language=desk.formats.language, currency=tenant.currency, time_zone=tenant.time_zone)
    if not desk.piece:
        desk.shops = tuple(shown(shop) for shop in await shops.list_shops(user))


def _language(request: AnyRequest, session: Session | None, chosen: str | None) -> Language:
    """The person's own language; of who is not signed in the one they chose here, else the browser's."""
    if session:
        return session.user.language
    if chosen in {"id", "en"}:
        return "en" if chosen == "en" else "id"
    return preferred(request.headers.get("accept-language")) or DEFAULT


# -- guards: run after the entrance, before the handler


async def only_our_forms(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuses what changes something and does not come from a page of this session.

    A route with ``READS_ITS_FORM`` takes files as they come: it is held to the browser's word here, and to its token by itself, with
    :meth:`~batikrfm_tenants.portal.desk.Desk.require_genuine`, before it does anything.
    """
    desk = desk_of(connection)
    request = desk.request
    if request.method in forgery.SAFE:
        return
    if not desk.token or not forgery.same_site(dict(request.headers), desk.services.office.site):
        raise forgery.ForgedError
    if not handler.opt.get(READS_ITS_FORM):
        desk.require_genuine((await desk.form()).exactly(forgery.FIELD))


async def only_signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Sends who is not signed in to the sign-in page. A plain function would go through a thread for each request."""
    desk_of(connection).signed_in  # noqa: B018 - it raises
