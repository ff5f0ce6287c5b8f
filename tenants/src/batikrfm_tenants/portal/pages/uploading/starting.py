"""The page where files come in: what to bring, where to find it, a sample to try, and what was brought before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from batikrfm.sales.uploads import Upload
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.frame import Tone
from batikrfm_tenants.portal.states import UPLOADS


@dataclass(frozen=True)
class Marketplace:
    """A program that sellers use, and where in it the export is."""

    name: str
    way: Text


MARKETPLACES = (
    Marketplace(
        "Shopee",
        Text(
            id="Seller Centre → Pesanan Saya → Ekspor → pilih tanggal → Unduh",
            en="Seller Centre → My Orders → Export → choose the dates → Download",
        ),
    ),
    Marketplace(
        "TikTok Shop & Tokopedia",
        Text(
            id="Seller Center → Pesanan → Kelola pesanan → Ekspor → Excel",
            en="Seller Center → Orders → Manage orders → Export → Excel",
        ),
    ),
    Marketplace(
        "Kasir atau catatan sendiri",
        Text(
            id="Excel atau CSV dengan tanggal, pelanggan, dan nilai belanja: satu baris untuk setiap barang atau pesanan",
            en="Excel or CSV with the date, the customer and the amount: one row for each item or order",
        ),
    ),
)
SUFFIXES = (".xlsx", ".xls", ".csv", ".tsv", ".txt", ".ods", ".zip")


@dataclass(frozen=True)
class Trip:
    """An upload of the list: its state in words, and how loud to say it."""

    upload: Upload
    state: Text
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class StartPage(Page):
    """Choose files, or try with the sample; below it the earlier uploads."""

    template: ClassVar[str] = "uploading/start.html"
    form: Form = field(metadata={"help": "What is wrong with the files that were sent."})
    empty: bool = field(metadata={"help": "Whether nothing was ever imported: the shop is new."})
    marketplaces: tuple[Marketplace, ...] = field(metadata={"help": "Where to find the export in each program."})
    accepted: str = field(metadata={"help": "File name endings for the browser's file picker."})
    most_megabytes: int = field(metadata={"help": "The most that one upload may weigh."})
    most_files: int = field(metadata={"help": "The most files of one upload."})
    trips: tuple[Trip, ...] = field(metadata={"help": "Earlier uploads, the latest first."})
    after: str | None = field(metadata={"help": "The last one's id where there are more of them, to go on from."})
    first_page: bool = field(metadata={"help": "Whether these are the latest uploads and not older ones."})


def trip(upload: Upload) -> Trip:
    """``upload`` as the list shows it."""
    state, tone = UPLOADS[upload.state]
    return Trip(upload, state, tone)
