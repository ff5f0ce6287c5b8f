"""The entry point by which the core finds this distribution; it registers what people need: sign-in, the portal, their commands.

Importing this imports no pages, no mail and no database: each method fetches what it needs when it is asked.
"""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, cast
from urllib.parse import urlsplit
from uuid import UUID

from batikrfm.sdk import Credentials, DemoAccount, Extension, Language, Principal, Text, hookimpl

if TYPE_CHECKING:
    from batikrfm.web.problems import Problem
    from batikrfm_tenants.office import Office
    from batikrfm_tenants.portal.desk import AnyRequest
    from batikrfm_tenants.portal.services import Services

THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
SITE: Final = "http://127.0.0.1:8000"
"""Where links lead if nobody said; ``batikrfm web`` and ``batikrfm up`` say where they listen."""


class People(Extension):
    """Accounts, teams, API keys and the portal."""

    key: ClassVar[str] = "people"
    name: ClassVar[Text] = Text(id="Akun dan portal", en="Accounts and portal")

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        """Keep the environment; it is read when something is asked for."""
        self._environ = environ

    @functools.cached_property
    def office(self) -> Office:
        """The installation as people meet it. Raises a ``SetupError`` if its settings are wrong."""
        return office_of(self._environ)

    @functools.cached_property
    def services(self) -> Services:
        """What the portal's pages need."""
        return services_of(self._environ, self.office)

    def routes(self) -> Sequence[object]:
        """The portal."""
        from batikrfm_tenants.portal.routes import portal_routes

        return portal_routes(self.services)

    def error_page(self, request: object, problem: object) -> object | None:
        """An error as the portal shows it."""
        from batikrfm_tenants.portal.failures import error_page

        return error_page(self.services, cast("AnyRequest", request), cast("Problem", problem))

    async def authenticate(self, credentials: Credentials) -> Principal | None:
        """Whose API key it is."""
        from batikrfm_tenants.api_keys import authenticate

        return await authenticate(credentials.token) if credentials.scheme == "bearer" else None

    async def log_deed(self, by: Principal, action: str, target: str, details: Mapping[str, str | int | bool | None]) -> None:
        """A line in the shop's log."""
        from batikrfm_tenants import audit

        await audit.record(by, action, target, details)

    async def tell(self, subject: Text, words: Text, place: str) -> None:
        """A mail to each owner of the shop."""
        from batikrfm_tenants.telling import tell_owners

        await tell_owners(self.office.site, subject, words, place)

    async def serve(self, stop: asyncio.Event) -> None:
        """Send mail, and sweep out what has expired."""
        from batikrfm_tenants.mail.sending import serve
        from batikrfm_tenants.mail.targets import mail_url

        await serve(stop, mail_url(self._environ))

    def commands(self) -> Sequence[object]:
        """``batikrfm user``."""
        from batikrfm_tenants.commands import user

        return (user,)

    async def open_demo(self, tenant_id: UUID, language: Language) -> DemoAccount | None:
        """An owner of the shop, with a password that is new each time."""
        from batikrfm_tenants.operators import open_demo
        from batikrfm_tenants.passwords import Passwords

        return await open_demo(Passwords(), tenant_id, language)


def office_of(environ: Mapping[str, str]) -> Office:
    """The office as the environment describes it; counters are shared where there is a Redis."""
    from batikrfm.plugins.vault import Vault
    from batikrfm.settings import Settings
    from batikrfm.web.rates import Counters, RateLimits
    from batikrfm_tenants.office import Office

    folder: Path = Settings.from_environment(environ).data_dir
    site = (environ.get("BATIKRFM_PUBLIC_URL") or SITE).rstrip("/")
    counters = Counters(RateLimits(environ.get("REDIS_URL") or None))
    return Office(site, Vault.of_installation(folder, environ), counters, most_shops=_most_shops(environ))


def _most_shops(environ: Mapping[str, str]) -> int:
    from batikrfm_tenants.errors import ShopLimitError
    from batikrfm_tenants.office import MOST_SHOPS

    given = environ.get("BATIKRFM_SHOPS_PER_PERSON") or str(MOST_SHOPS)
    if not given.isascii() or not given.isdigit() or int(given) == 0:
        raise ShopLimitError(given=given)
    return int(given)


def services_of(environ: Mapping[str, str], office: Office) -> Services:
    """The portal's services. Raises a ``SetupError`` if the settings are wrong: when the program starts, not when the first mail is due.

    Mail is shown only where it stays here and nobody else can come: at an address of this machine alone.
    """
    from batikrfm_tenants import oidc
    from batikrfm_tenants.mail.targets import mail_url, server_of
    from batikrfm_tenants.portal.services import Services

    stays_here = server_of(mail_url(environ)) is None and urlsplit(office.site).hostname in THIS_MACHINE
    return Services(office, oidc.providers(environ), outbox=stays_here)


@hookimpl
def register_extensions() -> Sequence[Extension]:
    """One extension for the whole process."""
    return (People(),)
