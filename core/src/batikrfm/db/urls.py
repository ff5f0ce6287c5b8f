"""Where the database is, for each role."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit


@dataclass(frozen=True, slots=True)
class Urls:
    """One PostgreSQL URL a role. ``owner`` is None where this process may not migrate."""

    app: str
    platform: str
    owner: str | None


def with_user(url: str, user: str, password: str) -> str:
    """``url`` for another user."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password, safe='')}@{host}"))


def without_password(url: str) -> str:
    """``url`` as it may be shown: the server and the database, no user, no password, no options."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"
