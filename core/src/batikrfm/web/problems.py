"""Every error as what HTTP says of it: the one map from exceptions to answers (RFC 9457 under ``/api``)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Final, TypedDict

import msgspec
from litestar.exceptions import HTTPException, ValidationException

from batikrfm.content.review.errors import MayNotApproveError
from batikrfm.db.errors import ConflictError
from batikrfm.delivery.campaigns.errors import MayNotSendError
from batikrfm.sdk.errors import BatikError, InputError, NotFoundError, PluginError, SetupError
from batikrfm.sdk.text import Language, Text
from batikrfm.usage.errors import BudgetUsedUpError, QuotaUsedUpError
from batikrfm.web import errors
from batikrfm.web.invalid import field_errors

MEDIA_TYPE: Final = "application/problem+json"
NAMESPACE: Final = "urn:batikrfm:problem:"


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one value that was sent."""

    field: Annotated[str, msgspec.Meta(description="Name of the parameter, or path of the value in the body", examples=["limit"])]
    message: Annotated[str, msgspec.Meta(description="What is expected instead")]


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong (RFC 9457). ``type`` is stable; ``title`` and ``detail`` speak the language of the answer."""

    type: Annotated[str, msgspec.Meta(description="What kind of problem, stable", examples=["urn:batikrfm:problem:customer-not-found"])]
    title: Annotated[str, msgspec.Meta(description="The status in words")]
    status: Annotated[int, msgspec.Meta(description="The HTTP status", ge=400, le=599)]
    detail: Annotated[str, msgspec.Meta(description="What happened and what to do, for a person")]
    instance: Annotated[str, msgspec.Meta(description="The path that was asked for")]
    request_id: Annotated[str, msgspec.Meta(description="Quote this when you ask for help")]
    errors: Annotated[list[FieldError], msgspec.Meta(description="What is wrong with which value")] = []
    limit: Annotated[int | None, msgspec.Meta(description="Of a quota that is used up: how much it is")] = None
    left: Annotated[int | None, msgspec.Meta(description="How much of it is left")] = None
    renews_at: Annotated[datetime | None, msgspec.Meta(description="When it renews")] = None


TITLES: Final[Mapping[int, Text]] = {
    400: Text(id="Permintaan tidak terbaca", en="Bad request"),
    401: Text(id="Belum dikenal", en="Not authenticated"),
    403: Text(id="Tidak ada izin", en="Not allowed"),
    404: Text(id="Tidak ditemukan", en="Not found"),
    405: Text(id="Tidak bisa dengan cara ini", en="Method not allowed"),
    408: Text(id="Terlalu lama", en="Request timeout"),
    409: Text(id="Bertabrakan", en="Conflict"),
    413: Text(id="Terlalu besar", en="Too large"),
    415: Text(id="Jenis isi tidak dikenal", en="Unsupported media type"),
    421: Text(id="Salah alamat", en="Misdirected request"),
    422: Text(id="Isian perlu diperbaiki", en="Not usable as it is"),
    429: Text(id="Terlalu sering", en="Too many requests"),
    500: Text(id="Ada kesalahan di pihak kami", en="Our mistake"),
    502: Text(id="Plugin bermasalah", en="A plugin failed"),
    503: Text(id="Sedang tidak bisa dilayani", en="Not available at the moment"),
}

STATUS_OF: Final[Mapping[type[BatikError], int]] = {
    errors.UnauthenticatedError: 401,
    errors.ForbiddenError: 403,
    errors.TooManyRequestsError: 429,
    errors.TooLargeError: 413,
    errors.TooSlowError: 408,
    errors.UnknownHostError: 421,
    errors.NotAFormError: 415,
    MayNotApproveError: 403,
    MayNotSendError: 403,
    QuotaUsedUpError: 429,
    BudgetUsedUpError: 429,
    ConflictError: 409,
    InputError: 422,
    NotFoundError: 404,
    SetupError: 503,
    PluginError: 502,
    BatikError: 500,
}
"""By the nearest class; what is not ours is 500."""

NOT_FOUND: Final = Text(id="Alamat ini tidak ada. Periksa lagi penulisannya.", en="There is nothing here. Check the address.")
BAD_METHOD: Final = Text(id="Alamat ini ada, tetapi tidak menerima cara kirim ini.", en="The address exists, but not for this method.")
UNREADABLE: Final = Text(id="Isi permintaan tidak bisa dibaca.", en="The body of the request cannot be read.")
INVALID: Final = Text(id="Ada isian yang perlu diperbaiki; lihat errors.", en="Some values cannot be used; see errors.")
TOO_LARGE: Final = Text(id="Isi permintaan terlalu besar.", en="The body of the request is too large.")
OUR_MISTAKE: Final = Text(
    id="Ada yang salah di pihak kami, dan sudah tercatat. Coba lagi nanti; sebutkan nomor permintaan ini bila bertanya.",
    en="Something went wrong on our side and was recorded. Try again later; quote the request's id when you ask.",
)
NOT_NOW: Final = Text(
    id="Layanan sedang terganggu. Data yang sudah tersimpan aman; coba lagi sebentar lagi.",
    en="The service is disturbed. What is stored is safe; try again in a moment.",
)
PLAIN_DETAILS: Final[Mapping[int, tuple[str, Text]]] = {
    400: ("bad-request", UNREADABLE),
    404: ("no-such-address", NOT_FOUND),
    405: ("method-not-allowed", BAD_METHOD),
    413: ("too-large", TOO_LARGE),
    415: ("unsupported-media-type", UNREADABLE),
}
"""What is said of Litestar's own errors; whatever else it raises is our mistake."""


class Quota(TypedDict, total=False):
    """What a problem says of a quota that is used up."""

    limit: int
    left: int
    renews_at: datetime


@dataclass(frozen=True)
class Fault:
    """An error as an answer, in no language yet. ``expected``: it needs no look by a developer."""

    status: int
    slug: str
    detail: BatikError | Text
    errors: tuple[tuple[str, Text], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    quota: Quota = field(default_factory=Quota)

    @property
    def expected(self) -> bool:
        return self.status < HTTPStatus.INTERNAL_SERVER_ERROR

    def problem(self, language: Language, *, instance: str, request_id: str) -> Problem:
        """What the answer says, in ``language``."""
        return Problem(
            type=NAMESPACE + self.slug,
            title=TITLES.get(self.status, TITLES[500]).say(language),
            status=self.status,
            detail=self.detail.say(language),
            instance=instance,
            request_id=request_id,
            errors=[FieldError(name, message.say(language)) for name, message in self.errors],
            **self.quota,
        )


def fault_of(error: BaseException) -> Fault:
    """What HTTP says of ``error``. Of errors that are not ours nothing is repeated: their words may hold anything."""
    if isinstance(error, BatikError):
        return _ours(error)
    if isinstance(error, ValidationException):
        return Fault(422, "invalid", INVALID, tuple(field_errors(error.extra)))
    if isinstance(error, HTTPException):
        return _litestars(error)
    return Fault(500, "our-mistake", OUR_MISTAKE)


def _ours(error: BatikError) -> Fault:
    status = next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)
    said: BatikError | Text = error
    if status == 503:  # noqa: PLR2004 - these name folders and servers: the log's business
        said = NOT_NOW
    elif type(error) is BatikError:
        said = OUR_MISTAKE
    return Fault(status, _slug(type(error)), said, headers=dict(_headers(error)), quota=_quota(error))


def _quota(error: BatikError) -> Quota:
    if isinstance(error, QuotaUsedUpError):
        return Quota(limit=error.limit, left=error.left, renews_at=error.renews_at)
    if isinstance(error, BudgetUsedUpError):
        return Quota(renews_at=error.renews_at)
    return Quota()


def _litestars(error: HTTPException) -> Fault:
    slug, detail = PLAIN_DETAILS.get(error.status_code, ("our-mistake", OUR_MISTAKE))
    status = error.status_code if error.status_code in PLAIN_DETAILS else 500
    return Fault(status, slug, detail, headers={name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"})


def _headers(error: BatikError) -> Iterator[tuple[str, str]]:
    if isinstance(error, errors.UnauthenticatedError):
        yield "WWW-Authenticate", 'Bearer realm="BatikRFM"'
    if isinstance(error, errors.TooManyRequestsError):
        yield "Retry-After", str(error.values["seconds"])
    if isinstance(error, QuotaUsedUpError | BudgetUsedUpError):
        yield "Retry-After", str(max(1, math.ceil((error.renews_at - datetime.now(UTC)).total_seconds())))
    if isinstance(error, SetupError):
        yield "Retry-After", "5"


def _slug(kind: type[BatikError]) -> str:
    """``customer-not-found`` of ``CustomerNotFoundError``."""
    name = kind.__name__.removesuffix("Error")
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
