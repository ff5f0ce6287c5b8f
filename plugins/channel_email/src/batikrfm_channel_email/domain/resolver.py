"""The questions that are asked of the DNS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver as System

SECONDS = 5.0


class NotLookedUp(Exception):
    """The DNS did not answer, so nobody knows."""


class Resolver(Protocol):
    """Answers about a name. Nothing there is an empty answer; :class:`NotLookedUp` is none."""

    async def texts(self, name: str) -> tuple[str, ...]:
        """The TXT records, the pieces of each put together."""

    async def mail_servers(self, name: str) -> tuple[str, ...]:
        """The names in the MX records."""


class DnsResolver:
    """The system's resolver, or the one that is given."""

    def __init__(self, system: System | None = None) -> None:
        self._system = system

    async def texts(self, name: str) -> tuple[str, ...]:
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in await self._ask(name, "TXT"))

    async def mail_servers(self, name: str) -> tuple[str, ...]:
        found = [record.exchange.to_text(omit_final_dot=True).lower() for record in await self._ask(name, "MX")]
        return tuple(server for server in found if server != ".")  # a lone dot says: no mail here (RFC 7505)

    async def _ask(self, name: str, kind: str) -> list[TxtOrMx]:
        import dns.asyncresolver
        import dns.exception
        import dns.resolver

        system = self._system or dns.asyncresolver.get_default_resolver()
        try:
            return list(await system.resolve(f"{name}.", kind, lifetime=SECONDS))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, ValueError):
            raise NotLookedUp from None


class TxtOrMx(Protocol):
    """A record as dnspython has it."""

    strings: tuple[bytes, ...]
    exchange: MailName


class MailName(Protocol):
    """A name as dnspython has it."""

    def to_text(self, omit_final_dot: bool = False) -> str:  # noqa: FBT001, FBT002 - dnspython's signature
        """The name."""
