"""Uploads: files that a person gave to a shop, on their way to being imported.

::

    received -> looking -> asking -> importing -> done
        |          |          |          |
        +----------+----------+----------+--> failed      (a sentence says why)
        +----------+----------+-------------> discarded   (somebody changed their mind, or nobody answered for long)

*Looking* reads the files and keeps a preview (:mod:`batikrfm.sales.preview`), *asking* waits for a person, *importing* loads the sales and
segments the shop anew. Both pieces of work are jobs (:mod:`batikrfm.sales.tasks`) that can be killed anywhere and run again. Everything
here runs in the tenant's scope.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from batikrfm.sales.previews import Preview
from batikrfm.sdk.text import Text


class UploadState(StrEnum):
    """Where an upload is on its way."""

    RECEIVED = "received"
    LOOKING = "looking"
    ASKING = "asking"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"
    DISCARDED = "discarded"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self in {UploadState.DONE, UploadState.FAILED, UploadState.DISCARDED}


@dataclass(frozen=True)
class IncomingFile:
    """A file on its way in: its name as the person knows it (it is shown and never used as a path), and its bytes."""

    name: str
    data: bytes | AsyncIterable[bytes]


@dataclass(frozen=True)
class UploadedFile:
    """A file that was received; ``seen_at`` is when the very same bytes were imported before, if they were."""

    name: str
    size: int
    seen_at: dt.datetime | None = None


@dataclass(frozen=True)
class ImportSummary:
    """What an import did: ``rows`` were read, the five outcomes add up to them; the rest counts orders and customers."""

    id: UUID
    created_at: dt.datetime
    files: tuple[str, ...]
    rows: int
    imported: int
    cancelled: int
    refund: int
    without_customer: int
    rejected: int
    orders_new: int
    orders_changed: int
    orders_unchanged: int
    customers_new: int

    @property
    def changed_nothing(self) -> bool:
        """Whether everything in the files was there already."""
        return not (self.orders_new or self.orders_changed)


@dataclass(frozen=True)
class Upload:
    """An upload. ``preview`` is there while it is asked about and holds real rows: personal data, gone when the upload is over.

    ``problem`` says why it failed, or, while asking, why the last answer did not do. ``job_id`` is the job that works or worked on it.
    ``unknown_statuses`` are words that were taken for a sale because we do not know them.
    """

    id: UUID
    created_at: dt.datetime
    created_by: str
    files: tuple[UploadedFile, ...]
    state: UploadState
    preview: Preview | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)
    save_mapping: bool = True
    job_id: UUID | None = None
    result: ImportSummary | None = None
    run_id: UUID | None = None
    unknown_statuses: tuple[str, ...] = ()
    problem: Text | None = None


@dataclass(frozen=True)
class Rejection:
    """A row that was not imported: where it stands, why (a :class:`~batikrfm.sales.parsing.reasons.Reason`), and the cells that caused it."""

    file: str
    sheet: str | None
    line: int
    reason: str
    values: str


async def receive(files: Sequence[IncomingFile], *, by: str) -> Upload:
    """Keep the files, and have a job look at them. ``by`` is who brought them, as colleagues know them.

    The files are stored piece by piece as they come, before the database is asked anything. Raises
    :class:`~batikrfm.sales.reading.errors.ReadingError` (too big, too many, empty) with nothing kept.
    """
    raise NotImplementedError


async def sample_upload(*, by: str) -> Upload:
    """As :func:`receive`, with a made-up shop's export of the year up to yesterday: to try everything on."""
    raise NotImplementedError


async def confirm_upload(
    upload_id: UUID,
    chosen: Mapping[str, str] | None = None,
    *,
    by_sheet: Mapping[str, Mapping[str, str]] | None = None,
    save_mapping: bool = True,
) -> Upload:
    """Take a person's word on the columns, and have a job import the upload.

    ``chosen`` holds ``{field: column}`` (``-`` for "the file has none"), ``{"<field>.style": style}`` and ``{"status.<word>": meaning}``
    and counts for every sheet; ``by_sheet`` (by ``SheetPreview.key``) goes before it. What is not chosen is as the preview guessed.

    Raises:
        UploadNotFoundError, UploadMovedOnError: it is not asking (twice the same answer is no error).
        ChoiceError: a field or column that is not there.
    """
    raise NotImplementedError


async def discard_upload(upload_id: UUID) -> Upload:
    """Give an upload up: its preview goes at once, its files too. Raises UploadMovedOnError where it is importing or over."""
    raise NotImplementedError


async def find_upload(upload_id: UUID) -> Upload:
    """One upload with its preview. Raises UploadNotFoundError."""
    raise NotImplementedError


async def list_uploads(limit: int = 50, after: UUID | None = None) -> list[Upload]:
    """The latest first, without previews; ``after`` is the last one of the page before."""
    raise NotImplementedError


async def rejections(import_id: UUID, limit: int | None = 200, after: int = 0) -> list[Rejection]:
    """Rows that an import rejected, as they stand in the files; ``after`` skips so many, ``limit`` None is all of them."""
    raise NotImplementedError
