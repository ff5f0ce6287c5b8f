"""Looks at a sender's domain as receivers do, and says what is found."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from batikrfm.sdk import DomainFinding, DomainStanding, Text
from batikrfm_channel_email.domain import words
from batikrfm_channel_email.domain.resolver import DnsResolver, NotLookedUp, Resolver
from batikrfm_channel_email.domain.spf import MOST_LOOKUPS, Spf, read_spf
from batikrfm_channel_email.domain.tags import aligned, is_dkim, organisation, same_key, tags
from batikrfm_channel_email.signing import Signer, public_part, record

__all__ = ["Resolver", "Standpoint", "findings"]
GOOD, WEAK, BAD, UNKNOWN = DomainStanding.GOOD, DomainStanding.WEAK, DomainStanding.BAD, DomainStanding.UNKNOWN
POLICIES: Final = ("none", "quarantine", "reject")


@dataclass(frozen=True)
class Standpoint:
    """What a receiver sees of our mail: the ``domain`` in From, the one of the ``envelope``, the one that signs.

    ``include`` is what the SPF record has to name, ``selectors`` where keys stand, ``replies`` the domain that answers go to.
    """

    domain: str
    envelope: str
    include: str | None = None
    dkim_domain: str = ""
    selectors: tuple[str, ...] = ()
    signer: Signer | None = field(default=None, repr=False)
    replies: str = ""


async def findings(seen: Standpoint, resolver: Resolver | None = None) -> Sequence[DomainFinding]:
    """SPF, DKIM, DMARC, whether they speak for the From address, and whether answers arrive. Changes nothing, raises nothing."""
    dns = resolver or DnsResolver()
    looks: tuple[tuple[str, str, Callable[[Standpoint, Resolver], Awaitable[DomainFinding]]], ...] = (
        ("spf", seen.envelope, _spf),
        ("dkim", seen.dkim_domain or seen.domain, _dkim),
        ("dmarc", seen.domain, _dmarc),
        ("alignment", seen.domain, _alignment),
        ("mx", seen.replies or seen.domain, _mx),
    )
    return await asyncio.gather(*(_looked(subject, name, look(seen, dns)) for subject, name, look in looks))


async def _looked(subject: str, name: str, look: Awaitable[DomainFinding]) -> DomainFinding:
    try:
        return await look
    except NotLookedUp:
        return DomainFinding(subject, UNKNOWN, _filled(words.NOT_LOOKED_UP, name=name))


async def _spf(seen: Standpoint, dns: Resolver) -> DomainFinding:
    name = seen.envelope
    spf = await read_spf(name, dns)
    found = " | ".join(spf.records)
    standing, say, advice = _spf_standing(spf, seen)
    values = {"name": name, "count": len(spf.records) if len(spf.records) > 1 else spf.lookups, "include": seen.include or ""}
    return DomainFinding("spf", standing, _filled(say, **values), found, advice)


def _spf_standing(spf: Spf, seen: Standpoint) -> tuple[DomainStanding, Text, Text | None]:
    """The worst that there is to say of it."""
    wanted = f"v=spf1 include:{seen.include} ~all" if seen.include else "v=spf1 mx ~all"
    add = _filled(words.SPF_WITHOUT_ADVICE, include=seen.include or "", rest=spf.rest or "~all")
    worst = (
        (not spf.records, BAD, words.SPF_NONE, _enter(seen.envelope, wanted)),
        (len(spf.records) > 1, BAD, words.SPF_SEVERAL, words.SPF_SEVERAL_ADVICE),
        (spf.rest == "+all", BAD, words.SPF_OPEN, words.SPF_REST_ADVICE),
        (spf.lookups > MOST_LOOKUPS, BAD, words.SPF_COSTLY, words.SPF_COSTLY_ADVICE),
        (seen.include is not None and seen.include not in spf.includes, BAD, words.SPF_WITHOUT, add),
        (spf.rest not in ("~all", "-all"), WEAK, words.SPF_VAGUE, words.SPF_REST_ADVICE),
        (seen.include is None, GOOD, words.SPF_GOOD_ALONE, None),
        (True, GOOD, words.SPF_GOOD, None),
    )
    return next((standing, say, advice) for applies, standing, say, advice in worst if applies)


async def _dkim(seen: Standpoint, dns: Resolver) -> DomainFinding:
    domain = seen.dkim_domain or seen.domain
    if not seen.selectors:
        return DomainFinding("dkim", UNKNOWN, words.DKIM_BY_PROVIDER)
    names = [f"{selector}._domainkey.{domain}" for selector in seen.selectors]
    records = [(name, text) for name in names for text in await dns.texts(name) if is_dkim(text)]
    name, found = records[0] if records else (names[0], "")
    ours = _enter(name, record(seen.signer.key)) if seen.signer else _filled(words.DKIM_PROVIDER_ADVICE, name=name)
    standing, say = _dkim_standing(found, seen.signer)
    return DomainFinding("dkim", standing, _filled(say, name=name), found, None if standing is GOOD else ours)


def _dkim_standing(found: str, signer: Signer | None) -> tuple[DomainStanding, Text]:
    if not found:
        return BAD, words.DKIM_NONE
    if not tags(found).get("p"):
        return BAD, words.DKIM_REVOKED
    if signer is None:
        return GOOD, words.DKIM_THERE
    return (GOOD, words.DKIM_GOOD) if same_key(found, public_part(signer.key)) else (BAD, words.DKIM_OTHER)


async def _dmarc(seen: Standpoint, dns: Resolver) -> DomainFinding:
    name, records = await _policy(seen.domain, dns)
    found = " | ".join(records)
    enter = _enter(f"_dmarc.{organisation(seen.domain)}", f"v=DMARC1; p=none; rua=mailto:dmarc@{organisation(seen.domain)}")
    if not records:
        return DomainFinding("dmarc", BAD, _filled(words.DMARC_NONE, domain=seen.domain), "", enter)
    if len(records) > 1:
        return DomainFinding("dmarc", BAD, _filled(words.DMARC_SEVERAL, name=name, count=len(records)), found, words.SPF_SEVERAL_ADVICE)
    own = tags(records[0])
    policy = (own.get("sp") if name != f"_dmarc.{seen.domain}" else None) or own.get("p", "")
    if policy.lower() not in POLICIES:
        return DomainFinding("dmarc", BAD, _filled(words.DMARC_BROKEN, name=name), found, enter)
    if policy.lower() == "none":
        return DomainFinding("dmarc", WEAK, _filled(words.DMARC_WATCHING, name=name), found, words.DMARC_STRICTER)
    return DomainFinding("dmarc", GOOD, _filled(words.DMARC_GOOD, name=name, policy=policy.lower()), found)


async def _alignment(seen: Standpoint, dns: Resolver) -> DomainFinding:
    """Whether what proves the mail speaks for the address that people see: a signature that survives forwarding, or SPF alone."""
    _, records = await _policy(seen.domain, dns)
    policy = tags(records[0]) if len(records) == 1 else {}
    signed = bool(seen.selectors) and aligned(seen.domain, seen.dkim_domain or seen.domain, strict=policy.get("adkim") == "s")
    passed = aligned(seen.domain, seen.envelope, strict=policy.get("aspf") == "s")
    found = f"From: {seen.domain}, DKIM: {(seen.dkim_domain or seen.domain) if seen.selectors else '?'}, SPF: {seen.envelope}"
    if signed:
        return DomainFinding("alignment", GOOD, _filled(words.ALIGNED, domain=seen.domain), found)
    if passed:
        return DomainFinding("alignment", WEAK, _filled(words.ALIGNED_BY_SPF, domain=seen.domain), found, words.ALIGN_ADVICE)
    say = _filled(words.NOT_ALIGNED, domain=seen.domain, proved=(seen.dkim_domain if seen.selectors else "") or seen.envelope)
    return DomainFinding("alignment", BAD, say, found, words.ALIGN_ADVICE)


async def _mx(seen: Standpoint, dns: Resolver) -> DomainFinding:
    name = seen.replies or seen.domain
    servers = await dns.mail_servers(name)
    if not servers:
        return DomainFinding("mx", WEAK, _filled(words.MX_NONE, name=name), "", words.MX_ADVICE)
    return DomainFinding("mx", GOOD, _filled(words.MX_GOOD, name=name), ", ".join(sorted(servers)))


async def _policy(domain: str, dns: Resolver) -> tuple[str, tuple[str, ...]]:
    """The DMARC records that count for ``domain``: its own, else those of the domain that was registered. And where they stand."""
    for holder in dict.fromkeys((domain, organisation(domain))):
        name = f"_dmarc.{holder}"
        records = tuple(text for text in await dns.texts(name) if text.replace(" ", "").lower().startswith("v=dmarc1"))
        if records:
            return name, records
    return f"_dmarc.{domain}", ()


def _enter(name: str, text: str) -> Text:
    return _filled(words.ENTER_TXT, name=name, record=text)


def _filled(text: Text, **values: object) -> Text:
    """``text`` with its placeholders filled; a brace in a value is nothing to fill any more."""
    return Text(id=text.say("id", **values), en=text.say("en", **values))
