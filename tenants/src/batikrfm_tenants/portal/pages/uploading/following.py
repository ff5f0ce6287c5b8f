"""While the program works on an upload, and when that ended: progress, result, failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from batikrfm.jobs import Job
from batikrfm.sales.uploads import ImportSummary, Rejection, Upload, UploadState
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.pages.going import Going, going
from batikrfm_tenants.portal.pages.uploading.words import NOT_UNDERSTOOD, REASONS

LOOKING = Text(id="Berkas sedang kami baca…", en="We are reading the files…")
IMPORTING = Text(id="Penjualan sedang dimasukkan…", en="The sales are being imported…")
FIRST_REJECTIONS = 5


@dataclass(frozen=True, kw_only=True)
class WaitPage(Page):
    """The files are being read or imported. The page may be closed."""

    template: ClassVar[str] = "uploading/wait.html"
    upload: UUID = field(metadata={"help": "The upload's id."})
    importing: bool = field(metadata={"help": "Whether the columns are settled and the sales are on their way in."})
    files: tuple[str, ...] = field(metadata={"help": "The files' names."})
    can_stop: bool = field(metadata={"help": "Whether it can be given up now with nothing left behind."})
    going: Going = field(metadata={"help": "How far it is."})


@dataclass(frozen=True)
class Refused:
    """A row that was not imported, with the reason in words."""

    place: str
    line: int
    reason: Text
    values: str


@dataclass(frozen=True, kw_only=True)
class ResultPage(Page):
    """What became of every row, and the one next step."""

    template: ClassVar[str] = "uploading/result.html"
    upload: Upload = field(metadata={"help": "The upload, which is done."})
    result: ImportSummary = field(metadata={"help": "What the import did."})
    refused: tuple[Refused, ...] = field(metadata={"help": "The first rows that were not imported."})


@dataclass(frozen=True, kw_only=True)
class EndedPage(Page):
    """An upload that failed or was given up, and a way to go on."""

    template: ClassVar[str] = "uploading/ended.html"
    upload: Upload = field(metadata={"help": "The upload, which failed or was given up."})
    failed: bool = field(metadata={"help": "Whether it failed; else somebody gave it up, or nobody answered for long."})


def wait_page(upload: Upload, job: Job | None, address: str) -> WaitPage:
    """The page for an ``upload`` that is being worked on by ``job``."""
    importing = upload.state is UploadState.IMPORTING
    return WaitPage(
        upload=upload.id,
        importing=importing,
        files=tuple(file.name for file in upload.files),
        can_stop=upload.result is None,
        going=going(job, address, IMPORTING if importing else LOOKING),
    )


def result_page(upload: Upload, result: ImportSummary, rejected: Sequence[Rejection]) -> ResultPage:
    """The page for an ``upload`` that is done."""
    return ResultPage(upload=upload, result=result, refused=tuple(refused(one) for one in rejected))


def refused(rejection: Rejection) -> Refused:
    """A rejected row in words."""
    place = f"{rejection.file} → {rejection.sheet}" if rejection.sheet else rejection.file
    return Refused(place, rejection.line, REASONS.get(rejection.reason, NOT_UNDERSTOOD), rejection.values)
