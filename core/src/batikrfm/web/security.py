"""Headers that every answer has, so that a browser does nothing on our pages that we did not write."""

from __future__ import annotations

from typing import Final

_SOURCES: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)
POLICY: Final = "; ".join(_SOURCES)
"""No inline script or style, nothing from elsewhere. ``data:`` pictures are what QR codes and icons in style sheets need."""
YEAR: Final = 31_536_000  # seconds


def security_headers(*, https: bool) -> list[tuple[bytes, bytes]]:
    """As ASGI has them. A page may bring its own value for any of them."""
    headers = {
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-frame-options": "DENY",
    }
    if https:
        headers["strict-transport-security"] = f"max-age={YEAR}; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in headers.items()]
