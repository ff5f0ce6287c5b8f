"""Errors as pages: friendly, in the visitor's language, and with a way out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from litestar import Response

from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Text
from batikrfm.web.problems import TITLES, fault_of
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import AnyRequest, Desk
from batikrfm_tenants.portal.entrance import DESK, doorstep
from batikrfm_tenants.portal.errors import SignInNeededError
from batikrfm_tenants.portal.paths import with_next
from batikrfm_tenants.portal.services import Services

HEADINGS = {
    403: Text(id="Bagian ini belum terbuka untuk Anda", en="This part is not open to you"),
    404: Text(id="Halaman tidak ditemukan", en="Page not found"),
    413: Text(id="Kiriman terlalu besar", en="That is too large"),
    422: Text(id="Isian perlu diperbaiki", en="Something needs correcting"),
    429: Text(id="Tunggu sebentar, ya", en="One moment, please"),
    500: Text(id="Maaf, ada yang salah di pihak kami", en="Sorry, something went wrong on our side"),
    503: Text(id="Layanan sedang terganggu", en="The service is disturbed"),
}
BACK_TO_SHOP = Text(id="Kembali ke beranda toko", en="Back to the shop's home")
TO_START = Text(id="Ke halaman depan", en="To the front page")
AGAIN = Text(id="Coba lagi", en="Try again")


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    """One sentence on what happened, and where to go from here."""

    template: ClassVar[str] = "errors/page.html"
    status: int = field(metadata={"help": "The HTTP status."})
    heading: Text = field(metadata={"help": "What happened, in a few words."})
    sentence: Text | BatikError = field(metadata={"help": "What happened and what to do."})
    way_out: str = field(metadata={"help": "Address of the page to go to from here."})
    way_out_words: Text = field(metadata={"help": "What the link there says."})
    request_id: str = field(metadata={"help": "For the log of a mistake of ours; empty for any other error."})


def error_page(services: Services, request: AnyRequest, error: Exception) -> Response[str]:
    """The page for ``error``. Asks the database nothing: it may be what is missing."""
    desk: Desk = request.scope["state"].get(DESK) or doorstep(services, request)
    if isinstance(error, SignInNeededError):
        return desk.go(with_next("/masuk", _then(desk)))
    fault = fault_of(error)
    way_out, words = _way_out(desk, fault.status)
    page = ErrorPage(
        status=fault.status,
        heading=HEADINGS.get(fault.status) or TITLES.get(fault.status, TITLES[500]),
        sentence=fault.detail,
        way_out=way_out,
        way_out_words=words,
        request_id="" if fault.expected else request.scope["state"].get("request_id", ""),
    )
    answer = desk.show(page, fault.status)
    answer.headers.update(fault.headers)
    return answer


def _way_out(desk: Desk, status: int) -> tuple[str, Text]:
    if status >= 500 or status == 429:  # noqa: PLR2004 - it may work in a moment
        return desk.request.url.path if desk.request.method == "GET" else "/", AGAIN
    return (desk.shop.path, BACK_TO_SHOP) if desk.shop else ("/", TO_START)


def _then(desk: Desk) -> str:
    """Where to go after signing in: to the page that was asked for; a form that was sent is not sent again."""
    url = desk.request.url
    if desk.request.method != "GET" or desk.piece:
        return "/"
    return f"{url.path}?{url.query}" if url.query else url.path
