"""One request as a page's handler sees it: who is there, in which shop, what the form says; and the ways to answer.

@get("/tim", opt=needs(Permission.TEAM_READ))
async def team(desk: Desk) -> Response[str]:
return desk.show(TeamPage(members=tuple(await memberships.list_members())))
"""

from __future__ import annotations

import contextlib
import json
import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast, get_args

from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from batikrfm.plugins.errors import SecretLostError
from batikrfm.plugins.registry import Plugins
from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.extension import Principal
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.usage import Standing
from batikrfm.web.clients import is_loopback
from batikrfm.web.edge import CLIENT
from batikrfm.web.params import PLUGINS
from batikrfm_tenants import shops
from batikrfm_tenants.errors import TooManyAttemptsError
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.portal import cookies as jar
from batikrfm_tenants.portal import forgery
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.errors import STATUS_OF, SignInNeededError
from batikrfm_tenants.portal.formats import Formats
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.frame import Frame, Notice, Person, Shop, Theme, Tone
from batikrfm_tenants.portal.navigation import PLACES, destinations
from batikrfm_tenants.portal.rendering import render
from batikrfm_tenants.portal.services import Services
from batikrfm_tenants.sessions import Session
from batikrfm_tenants.shops import Visit
from batikrfm_tenants.users import User

NOTICE_PLACE = "portal/notice"
AnyRequest = Request[Any, Any, Any]


@dataclass
class OpenDesk:
    """Made by :mod:`batikrfm_tenants.portal.entrance` for each request."""

    services: Services
    request: AnyRequest
    formats: Formats
    theme: Theme = "auto"
    session: Session | None = None
    token: str | None = field(default=None, repr=False)
    visit: Visit | None = None
    shops: tuple[Shop, ...] = ()
    notices: tuple[Notice, ...] = ()
    quota: Standing | None = None
    _cookies: list[Cookie] = field(default_factory=list, repr=False)

    # -- who is there

    @property
    def signed_in(self) -> Session:
        """The session. Raises :class:`SignInNeededError` where there is none."""
        if self.session is None:
            raise SignInNeededError
        return self.session

    @property
    def user(self) -> User:
        """Who is signed in."""
        return self.signed_in.user

    @property
    def inside(self) -> Visit:
        """The person in the shop of the address. Only routes of a shop have one."""
        if self.visit is None:
            raise LookupError("this route is in no shop")
        return self.visit

    @property
    def principal(self) -> Principal:
        """Who acts in the shop, for the services."""
        return self.inside.principal

    @property
    def shop(self) -> Shop | None:
        """The shop of the address."""
        return shown(self.visit.shop) if self.visit else None

    @property
    def shop_path(self) -> str:
        """Where the shop's pages begin: ``/toko/batik-sekar``."""
        return f"/toko/{self.inside.shop.tenant.slug}"

    @property
    def plugins(self) -> Plugins:
        """The plugins of the installation, as the application was made with them."""
        plugins: Plugins = self.request.app.state[PLUGINS]
        return plugins

    @property
    def alone(self) -> bool:
        """Whether the request comes from this machine itself, with nobody in between."""
        client = self.request.scope["state"].get(CLIENT)
        return client is not None and is_loopback(client)

    @property
    def origin(self) -> Origin:
        """Where the request comes from, for the services that count tries."""
        client = self.request.scope["state"].get(CLIENT)
        agent = self.request.headers.get("user-agent", "")[:400]
        return Origin((client and client.address) or "", agent, self.services.cookies.read(self.request, jar.DEVICE))

    @property
    def piece(self) -> bool:
        """Whether htmx asks for a piece of a page."""
        return self.request.headers.get("hx-request") == "true"

    # -- what was sent

    async def form(self) -> Form:
        """The texts of the request's form. Files that somebody put into it are closed: none of these forms takes any."""
        sent = await self.request.form()
        await sent.close()
        return Form.of(sent.multi_items())

    def require_genuine(self, in_form: str) -> None:
        """Raises :class:`~batikrfm_tenants.portal.forgery.ForgedError` unless the request carries a token of this session's pages."""
        if not forgery.genuine(self.token or "", self.request.headers.get(forgery.HEADER) or in_form):
            raise forgery.ForgedError

    # -- answers

    def show(self, page: Page, status: int = HTTPStatus.OK) -> Response[str]:
        """The page."""
        content = render(page, self.frame())
        if self.notices:
            self._cookies.append(self.services.cookies.forget(jar.NOTICE))
        return Response(content, media_type=MediaType.HTML, status_code=status, cookies=self._cookies, headers=PRIVATE)

    def refuse(self, page: Page, error: BatikError | None = None) -> Response[str]:
        """A form again, with what is wrong with it."""
        answer = self.show(page, STATUS_OF.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY) if error else HTTPStatus.UNPROCESSABLE_ENTITY)
        if isinstance(error, TooManyAttemptsError):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer

    def go(self, path: str, say: Text | None = None, tone: Tone = "success") -> Response[str]:
        """On to another page (POST, then GET), which says at its top what was done."""
        if say is not None:
            sealed = self.services.office.vault.seal(json.dumps([say.id, say.en, tone]), NOTICE_PLACE)
            self.keep(jar.NOTICE, sealed)
        headers = {**PRIVATE, **({"HX-Redirect": path} if self.piece else {"Location": path})}
        status = HTTPStatus.OK if self.piece else HTTPStatus.SEE_OTHER
        return Response("", media_type=MediaType.HTML, status_code=status, cookies=self._cookies, headers=headers)

    def keep(self, name: str, value: str) -> None:
        """Give the browser a cookie with the answer."""
        self._cookies.append(self.services.cookies.keep(name, value))
        if name in {jar.SESSION, jar.VISITOR}:
            self.token = value

    def forget(self, *names: str) -> None:
        """Take cookies from the browser with the answer."""
        self._cookies += [self.services.cookies.forget(name) for name in names]

    # -- around the page

    def frame(self) -> Frame:
        """What the page has around it."""
        permissions = frozenset(Permission(one) for one in self.visit.principal.permissions) if self.visit else frozenset()
        shop, path = self.shop, self.request.url.path
        return Frame(
            formats=self.formats,
            path=path,
            csrf=self.form_token,
            theme=self.theme,
            person=Person(self.session.user.name, self.session.user.email) if self.session else None,
            shop=shop,
            shops=self.shops,
            destinations=destinations(PLACES, shop, path, permissions) if shop else (),
            permissions=permissions,
            notices=self.notices,
            outbox=self.services.outbox and self.alone,
            quota=self.quota,
        )

    def form_token(self) -> str:
        """A token against forgery for a form of this session, or of this visitor who has none yet."""
        if self.token is None:
            self.keep(jar.VISITOR, secrets.token_urlsafe(24))
        return forgery.masked(cast("str", self.token))


Desk = NamedDependency[OpenDesk]
"""What a handler asks for by the name ``desk``."""

PRIVATE = {"Cache-Control": "no-store", "Vary": "Cookie, HX-Request"}
"""Pages are somebody's own: no cache keeps them, neither the browser's (the back button after signing out) nor one on the way."""


def read_notices(services: Services, sealed: str | None) -> tuple[Notice, ...]:
    """What the page before this one wanted to be said."""
    with contextlib.suppress(SecretLostError):
        if sealed:
            indonesian, english, tone = json.loads(services.office.vault.unseal(sealed, NOTICE_PLACE))
            return (Notice(Text(id=indonesian, en=english), tone),)
    return ()


def read_theme(value: str | None) -> Theme:
    """The theme cookie's value, or ``auto`` for anything else."""
    return cast("Theme", value) if value in get_args(Theme) else "auto"


def shown(shop: shops.Shop) -> Shop:
    """A shop of the person's as pages show it."""
    return Shop(shop.tenant.slug, shop.tenant.name, shop.role)
