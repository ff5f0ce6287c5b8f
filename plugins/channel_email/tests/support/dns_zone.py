"""A real DNS server on this machine, with the records that a test enters."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import dns.asyncresolver
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from batikrfm_channel_email.domain.resolver import DnsResolver


@dataclass
class Zone(asyncio.DatagramProtocol):
    """``async with Zone({"toko.example TXT": ["v=spf1 -all"]}) as zone``; ``silent`` names get no answer, ``broken`` ones SERVFAIL."""

    records: Mapping[str, Sequence[str]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def resolver(self) -> DnsResolver:
        system = dns.asyncresolver.Resolver(configure=False)
        system.nameservers, system.port = ["127.0.0.1"], self.port
        return DnsResolver(system)

    async def __aenter__(self) -> Self:
        self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self.port = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._transport.close()

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        (question,) = query.question
        name, kind = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        if name in self.silent:
            return
        answer = dns.message.make_response(query)
        found = self.records.get(f"{name} {kind}")
        if name in self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif found:
            texts = [_quoted(text) if kind == "TXT" else text for text in found]
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *texts))
        elif not any(key.startswith(f"{name} ") for key in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(answer.to_wire(max_size=65_535), address)


def _quoted(text: str) -> str:
    return " ".join(f'"{text[start : start + 200]}"' for start in range(0, max(len(text), 1), 200))
