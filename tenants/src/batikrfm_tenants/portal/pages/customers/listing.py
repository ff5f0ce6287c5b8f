"""The page of the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from batikrfm.sdk.text import Text
from batikrfm.segmentation.customers import IN_NONE, CustomerPage, CustomerRow, Sort
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.pages.customers.asked import Asked
from batikrfm_tenants.portal.pages.made_up import HELP

NO_SEGMENT = Text(id="belum masuk segmen", en="in no segment")
SORTS = (
    (Sort.MONETARY, Text(id="Belanja paling banyak", en="Spent the most")),
    (Sort.FREQUENCY, Text(id="Paling sering belanja", en="Bought most often")),
    (Sort.RECENCY, Text(id="Paling baru belanja", en="Bought most recently")),
    (Sort.NAME, Text(id="Nama, A ke Z", en="Name, A to Z")),
)
SCORE_LABELS = {
    "r": Text(id="Nilai R (baru belanja)", en="R score (recency)"),
    "f": Text(id="Nilai F (seringnya)", en="F score (frequency)"),
    "m": Text(id="Nilai M (banyaknya)", en="M score (money)"),
}


@dataclass(frozen=True)
class CustomerLine:
    """A customer of the list."""

    row: CustomerRow
    segment: Text
    href: str


@dataclass(frozen=True, kw_only=True)
class CustomersPage(Page):
    """Customers, fifty at a time."""

    template: ClassVar[str] = "customers/page.html"
    lines: tuple[CustomerLine, ...] = field(metadata={"help": "The customers of this page."})
    asked: Asked = field(metadata={"help": "What the list was asked for."})
    total: int | None = field(metadata={"help": "How many match; None for a search."})
    capped: bool = field(metadata={"help": "Whether more were found than were looked at."})
    after: str | None = field(metadata={"help": "Cursor of the page after; None on the last."})
    segments: tuple[tuple[str, Text], ...] = field(metadata={"help": "Keys and names of the segments that one can choose."})
    sorts: tuple[tuple[str, Text], ...] = field(metadata={"help": "What one can sort by."})
    scores: tuple[tuple[str, Text], ...] = field(metadata={"help": "The scores that one can filter by."})
    made_up: Text | None = field(default=None, metadata=HELP)


def customers_page(found: CustomerPage, asked: Asked, names: Mapping[str, Text], shop_path: str) -> CustomersPage:
    """The page of what was found; ``names`` are the segments of the latest run."""
    return CustomersPage(
        lines=tuple(CustomerLine(row, segment_name(row.segment, names), f"{shop_path}/pelanggan/{row.id}") for row in found.rows),
        asked=asked,
        total=found.total,
        capped=found.capped,
        after=found.next,
        segments=(*names.items(), (IN_NONE, NO_SEGMENT)),
        sorts=tuple((sort.value, label) for sort, label in SORTS),
        scores=tuple(SCORE_LABELS.items()),
    )


def segment_name(key: str | None, names: Mapping[str, Text]) -> Text:
    """What people call a segment; its key where the strategy of the latest run does not know it."""
    return NO_SEGMENT if key is None else names.get(key, Text(id=key, en=key))
