"""What the web application is told by its environment. Read when asked, never on import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from batikrfm.sdk.errors import SetupError
from batikrfm.sdk.text import Text

MEGABYTE = 1_000_000
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

Network = IPv4Network | IPv6Network


class WebSettingError(SetupError):
    """Values: ``name`` of the variable, ``value``."""

    text = Text(
        id="{name} tidak bisa dibaca: {value}. Lihat docs/reference/environment.md.",
        en="{name} cannot be read: {value}. See docs/reference/environment.md.",
    )


@dataclass(frozen=True)
class WebSettings:
    """How the application meets the world.

    ``hosts`` are answered besides the loopback names and the host of ``public_url``; ``proxies`` are believed when they say who asks.
    ``upload_limit`` is bytes of one request; ``per_key`` and ``per_address`` are requests a minute.
    """

    hosts: frozenset[str] = frozenset()
    public_url: str | None = None
    proxies: tuple[Network, ...] = ()
    redis_url: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    sentry_dsn: str | None = field(default=None, repr=False)
    otlp_endpoint: str | None = None
    upload_limit: int = 200 * MEGABYTE
    per_key: int = 600
    per_address: int = 60
    body_seconds: float = 30.0
    """How long a client may be silent in the middle of a body."""
    remember_seconds: float = 30.0
    """How long it is remembered whose key a key is. One that is revoked is forgotten at once; this bounds what nobody says."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> WebSettings:
        """Raises :class:`WebSettingError` for what cannot be read."""
        return cls(
            hosts=frozenset(host.lower() for host in _words(environ, "BATIKRFM_HOSTS")),
            public_url=_url(environ, "BATIKRFM_PUBLIC_URL"),
            proxies=tuple(_network(word) for word in _words(environ, "BATIKRFM_PROXIES")),
            redis_url=environ.get("REDIS_URL") or None,
            metrics_token=environ.get("BATIKRFM_METRICS_TOKEN") or None,
            sentry_dsn=environ.get("SENTRY_DSN") or None,
            otlp_endpoint=environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
            upload_limit=_number(environ, "BATIKRFM_UPLOAD_LIMIT_MB", 200) * MEGABYTE,
            per_key=_number(environ, "BATIKRFM_RATE_PER_KEY", 600),
            per_address=_number(environ, "BATIKRFM_RATE_PER_ADDRESS", 60),
        )

    @property
    def known_hosts(self) -> frozenset[str]:
        """The names that this installation answers to, in small letters, without a port."""
        public = urlsplit(self.public_url or "").hostname
        return self.hosts | LOOPBACK_NAMES | ({public} if public else set())

    @property
    def https(self) -> bool:
        """Whether people reach this installation by https."""
        return (self.public_url or "").startswith("https://")


def _words(environ: Mapping[str, str], name: str) -> list[str]:
    return [word.strip() for word in environ.get(name, "").split(",") if word.strip()]


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    given = environ.get(name) or str(default)
    if not given.isascii() or not given.isdigit() or int(given) == 0:
        raise WebSettingError(name=name, value=given)
    return int(given)


def _url(environ: Mapping[str, str], name: str) -> str | None:
    given = environ.get(name, "").rstrip("/") or None
    parts = urlsplit(given or "")
    if given and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise WebSettingError(name=name, value=given)
    return given


def _network(word: str) -> Network:
    try:
        return ip_network(word, strict=False)
    except ValueError:
        raise WebSettingError(name="BATIKRFM_PROXIES", value=word) from None
