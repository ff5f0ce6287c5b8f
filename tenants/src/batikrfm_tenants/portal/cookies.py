"""Names and attributes of the portal's cookies.

Where people come by https every name begins with ``__Host-``: the cookie is Secure, of this host alone and of its root, so neither a
neighbouring subdomain nor plain http can plant one. On http (a demonstration on this machine) browsers refuse such names: they are plain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from litestar import Request
from litestar.datastructures import Cookie

SESSION = "session"
VISITOR = "visitor"
DEVICE = "device"
NOTICE = "notice"
CHALLENGE = "challenge"
DEPARTURE = "departure"
AFTERWARDS = "afterwards"
LANGUAGE = "language"
THEME = "theme"

MINUTE = 60
DAY = 24 * 60 * MINUTE
AGES = {
    SESSION: 90 * DAY,
    VISITOR: DAY,
    DEVICE: 365 * DAY,
    NOTICE: 5 * MINUTE,
    CHALLENGE: 10 * MINUTE,
    DEPARTURE: 10 * MINUTE,
    AFTERWARDS: 10 * MINUTE,
    LANGUAGE: 365 * DAY,
    THEME: 365 * DAY,
}
"""How long a browser keeps each; what the server accepts is the server's to say."""
LONGEST = 4000


@dataclass(frozen=True)
class Cookies:
    """Reads and makes cookies for an installation that is reached by https (``secure``) or not."""

    secure: bool
    same_site: Literal["lax"] = "lax"

    def read(self, request: Request[Any, Any, Any], name: str) -> str | None:
        """The cookie's value; None where there is none, or an impossible one."""
        value = request.cookies.get(self._full(name))
        return value if value and len(value) <= LONGEST else None

    def keep(self, name: str, value: str) -> Cookie:
        """A cookie that scripts cannot read."""
        return self._cookie(name, value, AGES[name])

    def forget(self, name: str) -> Cookie:
        """Takes the cookie away."""
        return self._cookie(name, "", 0)

    def _full(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name

    def _cookie(self, name: str, value: str, age: int) -> Cookie:
        return Cookie(key=self._full(name), value=value, path="/", max_age=age, secure=self.secure, httponly=True, samesite=self.same_site)
