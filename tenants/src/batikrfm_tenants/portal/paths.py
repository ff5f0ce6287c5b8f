"""Addresses that a request brings along and that a browser will be sent to: ours only."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

LONGEST = 500


def local(path: str | None, otherwise: str = "/") -> str:
    """``path`` if it is a path on this site, else ``otherwise``. Browsers read a backslash as a slash and skip control characters."""
    if not path or len(path) > LONGEST or not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return otherwise
    try:
        parts = urlsplit(path)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else path


def with_next(path: str, then: str) -> str:
    """``path`` that leads on to ``then`` afterwards."""
    return f"{path}?next={quote(then, safe='/')}"
