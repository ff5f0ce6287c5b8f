"""Errors as pages: friendly, in the visitor's language, and with a way out.

Who is not signed in goes to the sign-in page, who has to prove who they are to that page, and both come back. Errors of ours are shown
here; mistakes, a database that is gone and addresses that nobody knows are answered by :mod:`batikrfm.web.answering`, which writes them
down and asks :func:`error_page` how they look.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import urlsplit

from litestar import Response

from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Text
from batikrfm.web.answering import answer_error
from batikrfm.web.problems import NOT_FOUND, NOT_NOW, OUR_MISTAKE, TITLES, Problem, fault_of
from batikrfm_tenants.errors import StepUpNeededError
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import AnyRequest, Desk
from batikrfm_tenants.portal.entrance import DESK, doorstep
from batikrfm_tenants.portal.errors import STATUS_OF, SignInNeededError
from batikrfm_tenants.portal.forgery import ForgedError
from batikrfm_tenants.portal.paths import local, with_next
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
DETAILS = {404: NOT_FOUND, 500: OUR_MISTAKE, 503: NOT_NOW}
"""What is said of errors that come with no sentence of their own, in both languages."""
OLD_PAGE = Text(id="Muat ulang halamannya dulu", en="Load the page again first")
BACK_TO_SHOP = Text(id="Kembali ke beranda toko", en="Back to the shop's home")
TO_START = Text(id="Ke halaman depan", en="To the front page")
AGAIN = Text(id="Coba lagi", en="Try again")
SERVER_ERROR = HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    """One sentence on what happened, and where to go from here."""

    template: ClassVar[str] = "errors/page.html"
    status: int = field(metadata={"help": "The HTTP status."})
    heading: Text = field(metadata={"help": "What happened, in a few words."})
    sentence: Text | BatikError | str = field(metadata={"help": "What happened and what to do."})
    way_out: str = field(metadata={"help": "Address of the page to go to from here."})
    way_out_words: Text = field(metadata={"help": "What the link there says."})
    request_id: str = field(metadata={"help": "For the log of a mistake of ours; empty for any other error."})


def answer(request: AnyRequest, error: BatikError) -> Response[Any]:
    """What the portal's routes say of an error of ours."""
    desk: Desk | None = request.scope["state"].get(DESK)
    if desk is None:
        return answer_error(request, error)
    if isinstance(error, SignInNeededError):
        return desk.go(with_next("/masuk", _asked_for(desk)))
    if isinstance(error, StepUpNeededError):
        return desk.go(with_next("/akun/buktikan", _came_from(desk)))
    status = STATUS_OF.get(type(error))
    fault = fault_of(error)
    if status is None and not fault.expected:
        return answer_error(request, error)
    shown = desk.show(_page(desk, status or fault.status, error), status or fault.status)
    shown.headers.update(fault.headers)
    return shown


def error_page(services: Services, request: AnyRequest, problem: Problem) -> Response[str]:
    """How ``problem`` looks. Asks the database nothing: it may be what is missing."""
    desk: Desk = request.scope["state"].get(DESK) or doorstep(services, request)
    sentence = DETAILS.get(problem.status, problem.detail)
    return desk.show(_page(desk, problem.status, sentence), problem.status)


def _page(desk: Desk, status: int, sentence: Text | BatikError | str) -> ErrorPage:
    forged = isinstance(sentence, ForgedError)
    way_out, words = (_came_from(desk), AGAIN) if forged else _way_out(desk, status)
    request_id = desk.request.scope["state"].get("request_id", "") if status >= SERVER_ERROR else ""
    heading = OLD_PAGE if forged else HEADINGS.get(status) or TITLES.get(status, TITLES[500])
    return ErrorPage(status=status, heading=heading, sentence=sentence, way_out=way_out, way_out_words=words, request_id=request_id)


def _way_out(desk: Desk, status: int) -> tuple[str, Text]:
    if status >= SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:  # it may work in a moment
        return (local(desk.request.url.path) if desk.request.method == "GET" else _came_from(desk)), AGAIN
    return (desk.shop.path, BACK_TO_SHOP) if desk.shop else ("/", TO_START)


def _asked_for(desk: Desk) -> str:
    """Where to go after signing in: to the page that was asked for; a form that was sent is not sent again."""
    url = desk.request.url
    if desk.request.method != "GET" or desk.piece:
        return _came_from(desk)
    return local(f"{url.path}?{url.query}" if url.query else url.path)


def _came_from(desk: Desk) -> str:
    """The page that sent the form, as the browser says; only its path, and only on this site."""
    headers = desk.request.headers
    came_from = urlsplit(headers.get("hx-current-url") or headers.get("referer") or "")
    return local(came_from.path, "/")
