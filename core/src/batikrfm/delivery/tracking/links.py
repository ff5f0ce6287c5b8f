"""Gives each link of a letter the address that is counted. What it leads to is written down before the first letter leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from batikrfm.content.model import Copy
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.letters.letter import compile_letter
from batikrfm.delivery.letters.model import DIRECT, LinkMaker
from batikrfm.delivery.letters.settings import shop_of
from batikrfm.delivery.letters.slots import Gapped
from batikrfm.delivery.links import Links
from batikrfm.delivery.signing import LinkKind
from batikrfm.delivery.tracking import queries as sql
from batikrfm.delivery.tracking.settings import Tracking, read_tracking
from batikrfm.tenancy import current_tenant, tenant_scope

CLICK: Final = "/t"
OPEN: Final = "/o"
LONGEST: Final = 2_000
MOST_LINKS: Final = 1_000
PICTURE: Final = 0
"""The number of the picture that says that a letter was opened; links are numbered from 1."""
SHOP_LINK: Final = "tautan"
"""The placeholder that is the shop's own address."""


@dataclass(frozen=True)
class TrackedLinks:
    """The addresses of a campaign's letters. ``numbers``: of each address that is written down."""

    links: Links = field(repr=False)
    tenant_id: UUID
    campaign_id: UUID
    tracking: Tracking
    numbers: Mapping[str, int]

    def link(self, delivery_id: UUID, number: int, url: str) -> str:  # noqa: ARG002 - a letter numbers its own links, we those of the campaign
        """The counted address in place of ``url``; ``url`` itself where it is none that was written down."""
        known = self.numbers.get(url)
        return url if known is None or not self.tracking.clicks else f"{self.links.site}{CLICK}/{self._click(delivery_id, known)}"

    def pixel(self, delivery_id: UUID) -> str | None:
        """The address of the picture, where opens are counted."""
        return f"{self.links.site}{OPEN}/{self._open(delivery_id)}" if self.tracking.opens else None

    def _click(self, delivery_id: UUID, number: int) -> str:
        if self.tracking.anonymous:
            return self.links.signer.sign(LinkKind.COUNTED_CLICK, self.tenant_id, self.campaign_id, number)
        return self.links.signer.sign(LinkKind.CLICK, self.tenant_id, delivery_id, number)

    def _open(self, delivery_id: UUID) -> str:
        if self.tracking.anonymous:
            return self.links.signer.sign(LinkKind.COUNTED_OPEN, self.tenant_id, self.campaign_id, PICTURE)
        return self.links.signer.sign(LinkKind.OPEN, self.tenant_id, delivery_id, PICTURE)


def link_makers(links: Links) -> Callable[[UUID, UUID], Awaitable[LinkMaker]]:
    """What sending asks once for each run of a campaign, outside of any scope."""

    async def link_maker(tenant_id: UUID, campaign_id: UUID) -> LinkMaker:
        async with tenant_scope(tenant_id):
            return await link_maker_of(campaign_id, links)

    return link_maker


async def link_maker_of(campaign_id: UUID, links: Links) -> LinkMaker:
    """What counts the links of a campaign; their addresses are written down here, in the tenant's scope.

    Leaves letters as they are where the shop tracks nothing. Addresses that are no web page, or that differ by person, are not counted.
    """
    tracking = await read_tracking()
    if not tracking.opens and not tracking.clicks:
        return DIRECT
    numbers = await _numbered(campaign_id, await _addresses(campaign_id)) if tracking.clicks else {}
    return TrackedLinks(links, current_tenant(), campaign_id, tracking, numbers)


async def _addresses(campaign_id: UUID) -> list[str]:
    """Where the texts of a campaign lead, the same for everybody."""
    found: list[str] = []
    for row in await current_scope().fetch(sql.TEXTS, campaign_id):
        shop = await shop_of(row["language"])
        copy = Copy(row["subject"], row["preheader"], row["email"], row["whatsapp"], row["call_to_action"])
        letter = compile_letter(copy, shop)
        found += [_filled(address, shop.link) for address in letter.addresses if address.names <= {SHOP_LINK}] + [shop.link]
    return found


def _filled(address: Gapped, link: str) -> str:
    return address.fill(lambda _slot: link)


def is_web_page(url: str) -> bool:
    """Whether a browser may be sent there: http or https, a host, nobody's password, nothing invisible."""
    if len(url) > LONGEST or any(letter <= " " or letter in "\\\x7f" for letter in url) or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False


async def _numbered(campaign_id: UUID, urls: Iterable[str]) -> dict[str, int]:
    scope = current_scope()
    await scope.fetchval(sql.LOCK_CAMPAIGN, campaign_id)  # two workers that begin at once number the same links alike
    known = {row["url"]: row["number"] for row in await scope.fetch(sql.LINKS, campaign_id)}
    new = [url for url in dict.fromkeys(urls) if url not in known and is_web_page(url)][: max(0, MOST_LINKS - len(known))]
    added = {url: number for number, url in enumerate(new, start=len(known) + 1)}
    if added:
        await scope.execute(sql.ADD_LINKS, campaign_id, [uuid7() for _ in added], list(added.values()), list(added))
    return known | added
