"""Where a request comes from, as little of it as is needed: a network, a browser's family, a device that signed in before."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field

FAMILIES = (
    ("Edge", r"\bEdgA?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|CriOS)/"),
    ("Safari", r"\bSafari/"),
)
SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh"),
    ("Linux", r"Linux"),
)
"""First match wins: most browsers also claim to be others, and Android is a Linux."""


@dataclass(frozen=True)
class Origin:
    """A request's origin. ``ip`` is the peer's address as the web server trusts it; ``device`` the device cookie's value, if any.

    Neither the whole address nor the whole user agent is ever stored.
    """

    ip: str = field(repr=False)
    user_agent: str = field(default="", repr=False)
    device: str | None = field(default=None, repr=False)

    @property
    def network(self) -> str:
        """The address without its last part: ``203.0.113.0/24``, ``2001:db8:1:2::/64``; empty where there is none."""
        try:
            address = ipaddress.ip_address(self.ip.partition("%")[0])
        except ValueError:
            return ""
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))  # noqa: PLR2004 - IP's versions

    @property
    def browser(self) -> str:
        """Family and system, such as ``Chrome, Android``; empty where unknown."""
        return ", ".join(filter(None, (_first(FAMILIES, self.user_agent), _first(SYSTEMS, self.user_agent))))


def _first(patterns: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in patterns if re.search(pattern, text)), "")
