"""Where the database is, for each role."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit, urlunsplit


@dataclass(frozen=True, slots=True)
class Urls:
    """One PostgreSQL URL a role, password and all, so none is shown. ``owner`` is None where this process may not migrate."""

    app: str = field(repr=False)
    platform: str = field(repr=False)
    owner: str | None = field(repr=False)


def with_user(url: str, user: str, password: str) -> str:
    """``url`` for another user."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password, safe='')}@{host}"))


def without_password(url: str) -> str:
    """``url`` as it may be shown: the server and the database, no user, no password, no options."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"
