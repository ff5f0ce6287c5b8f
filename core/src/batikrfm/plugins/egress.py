"""Where a tenant's own account may lead: to the public net, and not to what only this machine and its neighbours can reach (SSRF).

Settings that name where to connect are marked in the sdk (``VendorUrl``, ``VendorHost``). The installation's own may lead anywhere: a model
on the same machine, a mail server next door. ``BATIKRFM_PRIVATE_VENDORS=yes`` allows the same to every tenant, for an installation whose
tenants are its operator's own shops.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Final, get_args, get_origin
from urllib.parse import urlsplit

from batikrfm.sdk.config import Outward, PluginConfig
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.plugin_errors import UnavailableError
from batikrfm.sdk.text import Text

ALLOWED: Final = "BATIKRFM_PRIVATE_VENDORS"
TUNNELS: Final = tuple(ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""Public in form, but an IPv4 address of anybody's choice is inside."""
_SECONDS: Final = 10.0

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class InsideAddressError(PluginError):
    """The address is not on the public net. Value: ``host``, which the tenant wrote."""

    text = Text(
        id="Alamat {host} tidak ada di internet umum, jadi tidak boleh dipakai di sini. Pakai alamat layanan yang resmi.",
        en="The address {host} is not on the public net, so it cannot be used here. Use the service's official address.",
    )


def is_public(address: Address) -> bool:
    """Whether ``address`` is somebody's on the public net, and not ours, and not a way round to ours."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None or any(address in network for network in TUNNELS):
            return False
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def require_public(config: PluginConfig, own: Collection[str], environ: Mapping[str, str] = os.environ) -> None:
    """Look at every address in ``config`` that the tenant wrote: in the fields ``own``. The others are the plugin's and the operator's.

    Asked each time that an account is opened, so a name that moves inside later is refused from then on. Between this look and the
    connection a name could still change; a vendor's TLS certificate is checked against the name all the same.

    Raises:
        InsideAddressError: one is not on the public net, whatever other addresses the name has.
        UnavailableError: a name is not found.
    """
    if environ.get(ALLOWED) == "yes":
        return
    for host in dict.fromkeys(hosts_of(config, own)):
        if not all(is_public(address) for address in await _addresses(host)):
            raise InsideAddressError(host=host)


def hosts_of(config: PluginConfig, own: Collection[str]) -> Iterator[str]:
    """The hosts that those of the fields ``own`` name which are marked as leading outward."""
    for name, field in type(config).model_fields.items():
        value = getattr(config, name) if name in own else None
        if isinstance(value, str) and (any(isinstance(mark, Outward) for mark in field.metadata) or _is_outward(field.annotation)):
            yield (urlsplit(value).hostname if "://" in value else value) or value


def _is_outward(annotation: Any) -> bool:  # noqa: ANN401 - any type there is
    if get_origin(annotation) is Annotated:
        return any(isinstance(mark, Outward) for mark in get_args(annotation)[1:])
    return any(_is_outward(one) for one in get_args(annotation))


async def _addresses(host: str) -> list[Address]:
    try:
        async with asyncio.timeout(_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        raise UnavailableError from None
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
