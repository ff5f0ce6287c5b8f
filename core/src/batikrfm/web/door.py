"""The API's door: a key says who asks and in which tenant, a limit says how often.

A program asks many times with one key, so who it is is remembered for a moment (``WebSettings.remember_seconds``). What is remembered is a
hash of the key, and only while the database can say that a key has ended (NOTIFY on :data:`CHANNEL`, in the transaction that ends it): then
it is forgotten in every process. Looking it up each time instead would be one more transaction for each request.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from hashlib import sha256
from typing import Final
from uuid import UUID

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from batikrfm.plugins import Plugins
from batikrfm.sdk.extension import Credentials, Extension, Principal
from batikrfm.web.answering import send_error
from batikrfm.web.clients import network_of
from batikrfm.web.edge import CLIENT
from batikrfm.web.errors import TooManyRequestsError, UnauthenticatedError
from batikrfm.web.metrics import WebMetrics
from batikrfm.web.rates import RateLimits, Verdict
from batikrfm.web.scope import enter_tenant
from batikrfm.web.settings import WebSettings

PATIENCE: Final = 10.0  # seconds for an extension to say whose key it is
LONGEST_TOKEN: Final = 512
CHANNEL: Final = "batikrfm_keys"
"""Where the ids of principals are said whose keys are not what they were."""
MOST_REMEMBERED: Final = 10_000
PER_KEY, PER_ADDRESS = "key", "address"


class Remembered:
    """Who some keys stood for a moment ago. Deaf at first: nothing is kept that nobody could call back."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._hears = False
        self.said = 0
        self._known: dict[bytes, tuple[float, Principal]] = {}

    def heard(self, said: str) -> None:
        """The principal with this id is not to be believed any more; empty: we have just begun to listen."""
        self._hears = True
        self.said += 1
        self._known = {key: kept for key, kept in self._known.items() if said and kept[1].id != UUID(said)}

    def deaf(self) -> None:
        """Nobody tells us what happens: remember nothing."""
        self._hears = False
        self.said += 1
        self._known.clear()

    def find(self, token: str) -> Principal | None:
        """The principal of a key that was kept less than so many seconds ago."""
        until, principal = self._known.get(_hash(token), (0.0, None))
        return principal if until > time.monotonic() else None

    def keep(self, token: str, principal: Principal, since: int) -> None:
        """Remember ``principal``, who was looked up when so much had been ``said``; what is too old goes when there is much of it."""
        if not self._hears or since != self.said:  # it may have ended between the look and now
            return
        now = time.monotonic()
        if len(self._known) >= MOST_REMEMBERED:
            self._known = {key: kept for key, kept in self._known.items() if kept[0] > now}
        if len(self._known) < MOST_REMEMBERED:
            self._known[_hash(token)] = (now + self._seconds, principal)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


class ApiDoor(ASGIMiddleware):
    """Lets a request with a good key into its tenant. Cookies mean nothing here, so no other site can ask in somebody's name."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, plugins: Plugins, limits: RateLimits, settings: WebSettings, metrics: WebMetrics) -> None:
        self._plugins = plugins
        self._extensions: Sequence[Extension] = tuple(plugins.extensions.values())
        self._limits = limits
        self._settings = settings
        self._metrics = metrics
        self.remembered = Remembered(settings.remember_seconds)

    def __deepcopy__(self, memo: object) -> ApiDoor:
        """Litestar copies a router with all that hangs on it when it is registered; there is one set of limits and figures, though."""
        return self

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        principal = await self._who(scope)
        if principal is None:
            name, verdict = PER_ADDRESS, await self._hit(PER_ADDRESS, network_of(scope["state"][CLIENT]), self._settings.per_address)
        else:
            name, verdict = PER_KEY, await self._hit(PER_KEY, principal.id.hex, self._settings.per_key)
        send_limited = _with_headers(send, verdict.headers(name))
        if not verdict.allowed:
            await send_error(TooManyRequestsError(seconds=verdict.reset), scope, receive, send_limited)
        elif principal is None:
            await send_error(UnauthenticatedError(), scope, receive, send_limited)
        else:
            await enter_tenant(scope, principal)
            await next_app(scope, receive, send_limited)

    async def _who(self, scope: Scope) -> Principal | None:
        credentials = _credentials(scope)
        if credentials is None:
            return None
        if (known := self.remembered.find(credentials.token)) is not None:
            return known
        since = self.remembered.said
        for extension in self._extensions:
            principal = await self._plugins.call(extension.authenticate, credentials, timeout=PATIENCE)
            if principal is not None:
                self.remembered.keep(credentials.token, principal, since)
                return principal
        return None

    async def _hit(self, limit: str, who: str, most: int) -> Verdict:
        verdict = await self._limits.hit(limit, who, most)
        if not verdict.allowed:
            self._metrics.limited(limit)
        return verdict


def _credentials(scope: Scope) -> Credentials | None:
    """What the Authorization header holds, if it is a bearer's token."""
    header = next((value for name, value in scope["headers"] if name == b"authorization"), b"").decode("latin-1")
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not 0 < len(token) <= LONGEST_TOKEN or not token.isascii() or not token.isprintable():
        return None
    return Credentials("bearer", token)


def _with_headers(send: Send, headers: list[tuple[bytes, bytes]]) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *headers]
        await send(message)

    return sent
