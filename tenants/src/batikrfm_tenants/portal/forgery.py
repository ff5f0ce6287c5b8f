"""Whether a request that changes something comes from one of our own pages (CSRF).

Two checks, both needed: the browser says that the request is our site's own, and the request carries a token that only pages of this very
session have. Each page gets the token under another mask, so that compressing pages does not give it away (BREACH).
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from batikrfm.sdk.text import Text
from batikrfm.web.errors import ForbiddenError
from batikrfm_tenants import sessions

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "csrf"
HEADER = "x-csrf-token"


class ForgedError(ForbiddenError):
    """The request did not come from a page of ours, or that page is too old."""

    text = Text(
        id="Halaman ini sudah lama terbuka atau dikirim dari tempat lain. Muat ulang halamannya, lalu coba lagi.",
        en="This page was open for too long, or was sent from elsewhere. Load it again, then try once more.",
    )


def masked(session_token: str) -> str:
    """The token for one page of the session."""
    plain = sessions.form_token(session_token).encode()
    mask = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(mask + _xor(plain, mask)).decode()


def genuine(session_token: str, sent: str) -> bool:
    """Whether ``sent`` is a token for a page of the session."""
    try:
        both = base64.urlsafe_b64decode(sent.encode())
    except (binascii.Error, ValueError):
        return False
    half, odd = divmod(len(both), 2)
    if odd or not half:
        return False
    return sessions.is_form_token(session_token, _xor(both[half:], both[:half]).decode(errors="replace"))


def same_site(headers: Mapping[str, str], site: str) -> bool:
    """Whether the browser says that the request comes from our own site; what says nothing is no browser of today."""
    if fetch_site := headers.get("sec-fetch-site"):
        return fetch_site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc in {headers.get("host", ""), urlsplit(site).netloc} and origin != "null"


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
