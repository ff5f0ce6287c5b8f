"""The portal for tests: an application with nothing but it, and the ways that a person goes through it without a browser."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any, Protocol, cast

from cryptography.fernet import Fernet
from litestar import Litestar, Router

from batikrfm.db.database import Database
from batikrfm.delivery.channels import Channels, opened_channels
from batikrfm.delivery.links import Links
from batikrfm.delivery.signing import Signer
from batikrfm.plugins import load_plugins
from batikrfm.plugins.http import open_http
from batikrfm.plugins.registry import Plugin, Plugins, Registered
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import Extension, PluginContext, Text
from batikrfm.tenancy.permissions import Role
from batikrfm.web.app import create_app
from batikrfm.web.params import PLUGINS
from batikrfm.web.settings import WebSettings
from batikrfm_tenants import accounts, invitations, shops
from batikrfm_tenants.mail.outbox import list_outbox
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.passwords import Passwords
from batikrfm_tenants.portal.entrance import Entrance
from batikrfm_tenants.portal.failures import error_page
from batikrfm_tenants.portal.routes import portal_routes
from batikrfm_tenants.portal.services import Services
from batikrfm_tenants.shops import Shop
from batikrfm_tenants.signing_in import SignedIn
from persons import PASSWORD, new_email

if TYPE_CHECKING:
    import httpx

PUBLIC = "https://batik.example"
INSTALLED = {"builtin", "whatsapp"}
"""The plugins beside the portal: what comes with the product, and gateways whose numbers need care."""
HOME_ORIGIN = Origin("203.0.113.7", "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36")


class PortalAlone(Extension):
    """An extension that is the portal and nothing else."""

    key = "portal_alone"
    name = Text(id="portal", en="portal")

    def __init__(self, services: Services) -> None:
        self.services = services
        self._entrances: list[Entrance] = []

    def routes(self) -> Sequence[object]:
        routes = portal_routes(self.services)
        self._entrances = [one for router in routes if isinstance(router, Router) for one in router.middleware if isinstance(one, Entrance)]
        return routes

    def error_page(self, request: Any, problem: Any) -> object | None:  # noqa: ANN401 - what the web hands over
        return error_page(self.services, request, problem)

    def work_for(self, services: Services) -> None:
        """From now on these are the portal's services."""
        self.services = services
        for entrance in self._entrances:
            entrance.services = services


def office_at(public: str, vault: Vault) -> Office:
    """An office whose passwords cost next to nothing."""
    return Office(public, vault, passwords=Passwords(time_cost=1, memory_kib=64, lanes=1))


@dataclass
class _Made:
    """An application, and what of it is a test's own."""

    app: Litestar
    portal: PortalAlone
    plugins: Plugins
    databases: list[Database] = field(default_factory=list)


def application(services: Services, database: Database, **settings: Any) -> Litestar:  # noqa: ANN401 - what WebSettings takes
    """A new application: the real one, with the portal as its one extension; it leaves the test's database open."""
    made = _made(services, **settings)
    made.databases.append(database)
    return made.app


def kept_application(services: Services, database: Database) -> Litestar:
    """As :func:`application`, but the one that this process has for the address: making one takes longer than most tests.

    Services and database are those of the test, and so are the plugins, which a test may change; routes must stay as they are.
    """
    made = _kept(services.office.site)
    made.portal.work_for(services)
    made.databases[:] = [database]
    made.app.state[PLUGINS] = made.plugins
    return made.app


@lru_cache(maxsize=2)
def _kept(public: str) -> _Made:
    return _made(Services(office_at(public, Vault([Fernet.generate_key().decode()]))))


def _made(services: Services, **settings: Any) -> _Made:  # noqa: ANN401 - what WebSettings takes
    portal, databases = PortalAlone(services), list[Database]()
    objects = (Registered("extensions", portal.key, portal, "portal"),)
    plugins = Plugins((*load_plugins(only=INSTALLED).all, Plugin("portal", "test", "0", "", objects=objects)))

    @contextlib.asynccontextmanager
    async def opening() -> AsyncIterator[Database]:
        office = portal.services.office
        async with sending(office.site, office.vault, plugins):
            yield databases[-1]

    app = create_app(WebSettings(public_url=services.office.site, **settings), opening, plugins)
    return _Made(app, portal, plugins, databases)


@contextlib.asynccontextmanager
async def sending(site: str, vault: Vault, plugins: Plugins | None = None) -> AsyncIterator[None]:
    """Channels can be used for as long as the block lasts: those that send to nobody; the gateways lack their keys."""
    settings = PluginSettings(plugins or load_plugins(only=INSTALLED), vault, {})
    context = PluginContext(language="id", log=logging.getLogger(__name__), http=open_http)
    async with opened_channels(Channels(settings, context, Links(site, Signer(vault)))):
        yield


async def new_person(office: Office, email: str | None = None, name: str = "Ibu Sri") -> SignedIn:
    """Somebody who signed up, confirmed and signed in."""
    address = email or new_email()
    await accounts.sign_up(office, HOME_ORIGIN, email=address, name=name, password=PASSWORD)
    signed_in = await accounts.confirm(office, HOME_ORIGIN, await link_in_mail(address, "confirm"), PASSWORD)
    assert isinstance(signed_in, SignedIn)
    return signed_in


async def new_member(office: Office, shop: Shop, owner: SignedIn, role: Role, name: str = "Mas Budi") -> SignedIn:
    """Somebody whom the owner invited and who came."""
    from batikrfm.tenancy import tenant_scope

    member = await new_person(office, name=name)
    by = shops.principal_of(owner.user, shop)
    async with tenant_scope(shop.tenant.id):
        await invitations.invite(office, by, member.user.email, role)
    await invitations.accept(member.user, await link_in_mail(member.user.email, "invitation"))
    return member


async def link_in_mail(address: str, kind: str) -> str:
    """The token of the newest link of this kind that was sent to ``address``."""
    for mail in await list_outbox(10_000):
        if mail.recipient == address and mail.kind == kind:
            found = re.search(r"/([\w-]{43})\s*$", mail.text, re.MULTILINE)
            assert found is not None
            return found[1]
    raise LookupError(f"no {kind} mail")


class AgeSession(Protocol):
    """Makes a session an hour old, so that it is not fresh any more."""

    async def __call__(self, who: SignedIn) -> None: ...


@dataclass
class Site:
    """The portal as one browser sees it: cookies are kept, forms are sent with the page's own token."""

    client: httpx.AsyncClient
    services: Services
    app: Litestar

    def sign_in(self, who: SignedIn | None) -> None:
        """From now on ``who`` is signed in here."""
        self.client.cookies.clear()
        if who:
            self.client.cookies.set(self.cookie, who.token, domain="batik.example", path="/")

    @property
    def cookie(self) -> str:
        """What the session's cookie is called."""
        return "__Host-session" if self.services.office.site.startswith("https") else "session"

    async def open(self, path: str, **headers: str) -> httpx.Response:
        """A page, as a browser asks for it; redirects are not followed."""
        return await self.client.get(path, headers={"Accept-Language": "id", **headers}, follow_redirects=False)

    async def send(self, path: str, values: Mapping[str, Any] | None = None, *, page: str | None = None, **headers: str) -> httpx.Response:
        """A form of ``page`` (the path itself by default) with its token."""
        token = csrf_of(await self.open(page or path))
        return await self.client.post(path, data={"csrf": token, **(values or {})}, headers=headers, follow_redirects=False)


@contextlib.asynccontextmanager
async def site_of(app: Litestar, services: Services) -> AsyncIterator[Site]:
    """``app`` behind https, asked without a network."""
    import httpx

    transport = httpx.ASGITransport(app=cast("Any", app), raise_app_exceptions=False)
    async with sending(services.office.site, services.office.vault), httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
        yield Site(client, services, app)


def csrf_of(page: httpx.Response) -> str:
    """The token against forgery of the page's forms."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, f"{page.status_code}: no form here"
    return unescape(found[1])
