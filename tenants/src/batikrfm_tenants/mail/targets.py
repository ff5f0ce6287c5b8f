"""Where mail goes: ``BATIKRFM_MAIL_URL``, taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from batikrfm_tenants.addresses import normal_email
from batikrfm_tenants.errors import EmailError, MailUrlError

VARIABLE: Final = "BATIKRFM_MAIL_URL"
DEFAULT: Final = "outbox:"
Tls = Literal["starttls", "implicit", "none"]
PORTS: Final[dict[str, int]] = {"starttls": 587, "implicit": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class Server:
    """An SMTP server. ``sender`` is the address that mail comes from."""

    host: str
    port: int
    tls: Tls
    sender: str
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


def server_of(url: str) -> Server | None:
    """The server of ``smtp://user:password@host:587?tls=starttls&from=address``, or None for ``outbox:`` (mail stays here).

    ``tls`` is ``starttls`` unless said otherwise; ``none`` sends passwords in the clear and is for servers on this machine.

    Raises:
        MailUrlError: it is neither.
    """
    if url == DEFAULT:
        return None
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query, strict_parsing=True)
        return _server(parts.scheme, parts.hostname, parts.port, parts.username, parts.password, query)
    except (ValueError, KeyError, EmailError):
        raise MailUrlError from None  # the cause would show the password


def mail_url(environ: Mapping[str, str]) -> str:
    """What the environment says, or ``outbox:``."""
    return environ.get(VARIABLE) or DEFAULT


def _server(  # noqa: PLR0913, PLR0917 - the parts of a URL
    scheme: str, host: str | None, port: int | None, user: str | None, password: str | None, query: Mapping[str, list[str]]
) -> Server:
    tls = query.get("tls", ["starttls"])[0]
    if scheme != "smtp" or not host or tls not in PORTS or not query.keys() <= {"tls", "from"}:
        raise ValueError(scheme)
    return Server(
        host,
        port or PORTS[tls],
        tls,  # type: ignore[arg-type] # it is one of PORTS
        normal_email(query["from"][0]),
        unquote(user) if user else None,
        unquote(password) if password else None,
    )
