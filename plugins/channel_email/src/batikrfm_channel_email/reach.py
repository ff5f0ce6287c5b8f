"""Connections to a shop's mail server, which may not lead inside the installation's network (SSRF).

The host looks at the server's name before it opens an account; here the name is resolved once more, and the connection goes to the very
address that was looked at, so a name that changes in between changes nothing. ``BATIKRFM_PRIVATE_VENDORS=yes`` allows all, as everywhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
from collections.abc import Sequence
from typing import Final

from batikrfm.sdk import NotAllowedError, UnavailableError

ALLOWED: Final = "BATIKRFM_PRIVATE_VENDORS"
TUNNELS: Final = tuple(ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""Public in form, but an IPv4 address of anybody's choice is inside."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


async def connect(host: str, port: int, seconds: float) -> socket.socket:
    """A connected socket.

    Raises ``NotAllowedError`` for an address inside, ``UnavailableError`` (code ``no_connection``) where nobody answers.
    """
    try:
        async with asyncio.timeout(seconds):
            return await _to_first(await resolved(host, port), port)
    except (OSError, TimeoutError):
        raise UnavailableError(code="no_connection") from None


async def resolved(host: str, port: int) -> Sequence[Address]:
    """The addresses of ``host``, all of which are allowed. Raises ``NotAllowedError``, or ``OSError`` for a name that nobody has."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError from None
    addresses = list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
    if os.environ.get(ALLOWED) != "yes" and not all(map(is_public, addresses)):
        raise NotAllowedError(code="inside")
    return addresses


def is_public(address: Address) -> bool:
    """Whether ``address`` is somebody's on the public net, and not ours, and not a way round to ours."""
    if isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped is not None or address.is_site_local or any(address in network for network in TUNNELS)
    ):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def _to_first(addresses: Sequence[Address], port: int) -> socket.socket:
    """A connection to the first of ``addresses`` that answers. Raises ``OSError``."""
    trouble = OSError()
    for address in addresses:
        line = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)  # noqa: PLR2004 - IPv4
        line.setblocking(False)  # noqa: FBT003 - the socket module's way
        try:
            await asyncio.get_running_loop().sock_connect(line, (str(address), port))
        except OSError as error:
            line.close()
            trouble = error
        except BaseException:
            line.close()
            raise
        else:
            return line
    raise trouble
