"""The issuers that the installation trusts, as its environment names them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from batikrfm_tenants.errors import OidcSettingsError

GOOGLE: Final = "https://accounts.google.com"
SETTING: Final = re.compile(r"BATIKRFM_OIDC_([A-Z0-9]+(?:_[A-Z0-9]+)*)_(?:ISSUER|CLIENT_ID|CLIENT_SECRET)")


@dataclass
class Remembered:
    """What a provider said of itself, until it is asked again."""

    at: float
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Provider:
    """An issuer that the installation trusts. ``key`` is in URLs (``google``), ``name`` on the button.

    ``loopback`` allows plain HTTP to this machine. Tests set it; no environment can.
    """

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    loopback: bool = False
    remembered: dict[str, Remembered] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Believed:
    """Who the provider says that the person is. ``verified``: it vouches for the address."""

    subject: str = field(repr=False)
    email: str = field(repr=False)
    verified: bool
    name: str = field(repr=False)


def providers(environ: Mapping[str, str]) -> dict[str, Provider]:
    """The providers that the environment names, by key.

    ``GOOGLE_CLIENT_ID`` and ``GOOGLE_CLIENT_SECRET``; for any other NAME ``BATIKRFM_OIDC_<NAME>_ISSUER``, ``_CLIENT_ID`` and
    ``_CLIENT_SECRET``. Raises OidcSettingsError.
    """
    found = {}
    if environ.get("GOOGLE_CLIENT_ID") or environ.get("GOOGLE_CLIENT_SECRET"):
        named = {"GOOGLE_ISSUER": GOOGLE, **environ}
        found["google"] = _provider(named, "google", "Google", "GOOGLE")
    names = sorted({match[1] for variable, value in environ.items() if value and (match := SETTING.fullmatch(variable))})
    for name in names:
        key = name.lower().replace("_", "-")
        found[key] = _provider(environ, key, name.replace("_", " ").title(), f"BATIKRFM_OIDC_{name}")
    return found


def _provider(environ: Mapping[str, str], key: str, name: str, prefix: str) -> Provider:
    issuer, client_id, client_secret = (_needed(environ, f"{prefix}_{part}") for part in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET"))
    parts = urlsplit(issuer)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise OidcSettingsError(variable=f"{prefix}_ISSUER")
    return Provider(key, name, issuer, client_id, client_secret)


def _needed(environ: Mapping[str, str], variable: str) -> str:
    if not environ.get(variable):
        raise OidcSettingsError(variable=variable)
    return environ[variable]
