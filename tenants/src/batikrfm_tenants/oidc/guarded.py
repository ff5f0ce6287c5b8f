"""HTTP to a provider that cannot be turned against our own network (SSRF): a transport that decides where a connection goes.

The name is resolved once, every address it has must be on the public net, and the connection goes to the very address that was looked
at, so a name that changes in between (DNS rebinding) changes nothing. TLS still checks the certificate against the name. Only HTTPS, no
redirects, no proxies from the environment, no compression, an answer of a megabyte at most, fifteen seconds for all of it.
"""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Final

import httpx2

from batikrfm.plugins.egress import Address, is_public

LARGEST: Final = 1_000_000
SECONDS: Final = 15.0


class RefusedAddress(httpx2.TransportError):
    """The request would go where none may go."""


class _Limited(httpx2.AsyncByteStream):
    """A body that raises when it gets too large."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._stream:
            size += len(piece)
            if size > LARGEST:
                raise httpx2.ReadError("the answer is too large")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


class GuardedTransport(httpx2.AsyncBaseTransport):
    """See the module. ``loopback`` is for tests: plain HTTP to this machine is allowed, and only to this machine."""

    def __init__(self, *, loopback: bool = False) -> None:
        self._loopback = loopback
        self._inner = httpx2.AsyncHTTPTransport(verify=_certificates())

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        host, plain = request.url.host, request.url.scheme == "http"
        if request.url.scheme != "https" and not (plain and self._loopback):
            raise RefusedAddress("only HTTPS")
        address = await _resolved(host, request.url.port or 443, loopback=plain)
        headers = httpx2.Headers(request.headers)
        headers["Accept-Encoding"] = "identity"
        pinned = httpx2.Request(
            request.method,
            request.url.copy_with(host=str(address)),
            headers=headers,  # Host is the name still
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        response = await self._inner.handle_async_request(pinned)
        if "content-encoding" in response.headers:
            await response.aclose()
            raise httpx2.ReadError("a compressed answer, which nobody asked for")
        assert isinstance(response.stream, httpx2.AsyncByteStream)  # noqa: S101 - an asynchronous transport has no other
        return httpx2.Response(
            response.status_code, headers=response.headers, stream=_Limited(response.stream), extensions=response.extensions
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


@functools.cache
def _certificates() -> ssl.SSLContext:
    """The machine's own certificates (a company's network has one of its own); reading them takes a moment."""
    return ssl.create_default_context()


async def _resolved(host: str, port: int, *, loopback: bool) -> Address:
    """An address of ``host``, all of which are allowed. Raises RefusedAddress."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx2.ConnectError("no such host") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    allowed = (lambda address: address.is_loopback) if loopback else is_public
    if not addresses or not all(allowed(address) for address in addresses):
        raise RefusedAddress("not an address on the public net")
    return addresses[0]
