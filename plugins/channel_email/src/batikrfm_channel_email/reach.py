"""Where this plugin may connect to: the public net, and inside of ours only what the operator names (SSRF).

A shop says which server its mail goes to. The name is resolved once, every address it has must be allowed, and the connection goes to
the very address that was looked at, so a name that changes in between changes nothing. ``BATIKRFM_MAIL_INSIDE`` lists what may be reached
inside: names, addresses or networks, separated by commas.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
from collections.abc import Sequence
from typing import Final

from batikrfm.sdk import NotAllowedError, UnavailableError

VARIABLE: Final = "BATIKRFM_MAIL_INSIDE"
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
    if not addresses or not all(is_public(address) or is_named(host, address) for address in addresses):
        raise NotAllowedError(code="inside")
    return addresses


def is_public(address: Address) -> bool:
    """Whether ``address`` is somebody's on the public net, and not ours, and not a way round to ours."""
    if isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped is not None or address.is_site_local or any(address in network for network in TUNNELS)
    ):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_named(host: str, address: Address) -> bool:
    """Whether the operator lets mail go to ``host`` at ``address``, though it is inside."""
    for named in os.environ.get(VARIABLE, "").lower().replace(",", " ").split():
        if named == host.lower():
            return True
        try:
            if address in ipaddress.ip_network(named, strict=False):
                return True
        except ValueError:  # a name, of another host
            continue
    return False


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
