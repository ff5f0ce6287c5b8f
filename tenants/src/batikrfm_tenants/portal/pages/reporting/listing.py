"""The page of reports, and its list alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from batikrfm.reports.model import Kind, ReportFile, State
from batikrfm.sdk.text import Language, Text
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.states import REPORTS

NAMES = {
    Kind.PDF: Text(id="Laporan PDF", en="PDF report"),
    Kind.XLSX: Text(id="Buku kerja Excel", en="Excel workbook"),
}
LANGUAGES: dict[Language, Text] = {"id": Text(id="bahasa Indonesia", en="in Indonesian"), "en": Text(id="bahasa Inggris", en="in English")}


@dataclass(frozen=True)
class Line:
    """A report of the list."""

    report: ReportFile
    name: Text
    language: Text
    state: Text
    ready: bool
    making: bool


@dataclass(frozen=True)
class Listing:
    """The reports of the list; while one is being made, the list asks for itself again at ``address``."""

    lines: tuple[Line, ...]
    address: str
    after: str | None

    @property
    def making(self) -> bool:
        return any(line.making for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class ReportsPage(Page):
    """Order a report, and find those there are."""

    template: ClassVar[str] = "reporting/page.html"
    counted: bool = field(metadata={"help": "Whether the shop has segments, so that there is something to report."})
    language: Language = field(metadata={"help": "The language to begin with: the person's own."})
    listing: Listing = field(metadata={"help": "The reports there are."})


@dataclass(frozen=True, kw_only=True)
class ListingPiece(Page):
    """The list alone; htmx asks for it while something is being made."""

    template: ClassVar[str] = "reporting/list.html"
    listing: Listing = field(metadata={"help": "The reports there are."})


def listing(found: Sequence[ReportFile], page: int, address: str) -> Listing:
    """``found`` is one more than a ``page`` where there are more."""
    reports = found[:page]
    return Listing(tuple(_line(one) for one in reports), address, str(reports[-1].id) if len(found) > page else None)


def _line(report: ReportFile) -> Line:
    named = (NAMES[report.kind], LANGUAGES[report.language], REPORTS[report.state])
    return Line(report, *named, ready=report.state is State.READY, making=report.state is State.MAKING)
