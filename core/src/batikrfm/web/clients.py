"""Who is at the other end of the line. A proxy is believed only if the installation names it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from litestar.types import Scope

from batikrfm.web.settings import Network

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Client:
    """``address`` is None where there is none, as on a Unix socket. ``direct``: nobody in between said that it is somebody else."""

    address: str | None
    direct: bool


def client_of(scope: Scope, headers: dict[bytes, bytes], proxies: tuple[Network, ...]) -> Client:
    """Who asks, as the socket says, or as the proxies that we trust say in X-Forwarded-For (read from its end)."""
    peer = scope["client"][0] if scope.get("client") else None  # type: ignore[index] # it is there
    named = headers.get(b"x-forwarded-for")
    if named is None:
        return Client(peer, direct=b"forwarded" not in headers)
    address = peer
    for claimed in reversed(named.decode("latin-1").split(",")):
        if not _trusted(address, proxies):
            break
        address = claimed.strip() or address
    return Client(address, direct=False)


def is_loopback(client: Client) -> bool:
    """Whether the client is a program of this machine that talks to us without a proxy."""
    parsed = _parsed(client.address)
    return client.direct and parsed is not None and parsed.is_loopback


def network_of(client: Client) -> str:
    """What a limit counts by: an IPv4 address, or the /64 of an IPv6 address, which one line usually has to itself."""
    parsed = _parsed(client.address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"{int(parsed) >> 64:x}::/64"
    return str(parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else str(parsed)


def _trusted(address: str | None, proxies: tuple[Network, ...]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in proxies)


def _parsed(address: str | None) -> Address | None:
    try:
        return ip_address(address or "")
    except ValueError:
        return None
