"""Gives each link of a letter the address that is counted. What it leads to is written down before the first letter leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.letters.model import DIRECT, LinkMaker
from batikrfm.delivery.links import Links
from batikrfm.delivery.signing import LinkKind
from batikrfm.delivery.tracking import queries as sql
from batikrfm.delivery.tracking.settings import Tracking, read_tracking
from batikrfm.tenancy import current_tenant

CLICK: Final = "/t"
OPEN: Final = "/o"
LONGEST: Final = 2_000
MOST_LINKS: Final = 1_000
PICTURE: Final = 0
"""The number of the picture that says that a letter was opened; links are numbered from 1."""
_TEXT: Final = 1 << 16


@dataclass(frozen=True)
class TrackedLinks:
    """The addresses of one text of a campaign. ``numbers``: of each address that is written down."""

    links: Links = field(repr=False)
    tenant_id: UUID
    campaign_id: UUID
    variant: int
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
            return self.links.signer.sign(LinkKind.COUNTED_CLICK, self.tenant_id, self.campaign_id, packed(self.variant, number))
        return self.links.signer.sign(LinkKind.CLICK, self.tenant_id, delivery_id, number)

    def _open(self, delivery_id: UUID) -> str:
        if self.tracking.anonymous:
            return self.links.signer.sign(LinkKind.COUNTED_OPEN, self.tenant_id, self.campaign_id, packed(self.variant, PICTURE))
        return self.links.signer.sign(LinkKind.OPEN, self.tenant_id, delivery_id, PICTURE)


async def link_maker(campaign_id: UUID, variant: int, urls: Iterable[str], links: Links) -> LinkMaker:
    """What counts the links of one text, whose addresses are ``urls``; they are written down here, in the tenant's scope.

    Leaves letters as they are where the shop tracks nothing. Addresses that are no web page, or that differ by person, are not counted.
    """
    tracking = await read_tracking()
    if not tracking.opens and not tracking.clicks:
        return DIRECT
    numbers = await _numbered(campaign_id, urls) if tracking.clicks else {}
    return TrackedLinks(links, current_tenant(), campaign_id, variant, tracking, numbers)


def is_web_page(url: str) -> bool:
    """Whether a browser may be sent there: http or https, a host, nobody's password, nothing invisible."""
    if len(url) > LONGEST or any(letter <= " " or letter in "\\\x7f" for letter in url) or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False


def packed(variant: int, number: int) -> int:
    """A text and a link of it as one number."""
    return variant * _TEXT + number


def unpacked(number: int) -> tuple[int, int]:
    """What :func:`packed` made one number of."""
    return divmod(number, _TEXT)


async def _numbered(campaign_id: UUID, urls: Iterable[str]) -> dict[str, int]:
    scope = current_scope()
    await scope.fetchval(sql.LOCK_CAMPAIGN, campaign_id)  # two workers that begin at once number the same links alike
    known = {row["url"]: row["number"] for row in await scope.fetch(sql.LINKS, campaign_id)}
    new = [url for url in dict.fromkeys(urls) if url not in known and is_web_page(url)][: max(0, MOST_LINKS - len(known))]
    added = {url: number for number, url in enumerate(new, start=len(known) + 1)}
    if added:
        await scope.execute(sql.ADD_LINKS, campaign_id, [uuid7() for _ in added], list(added.values()), list(added))
    return known | added
