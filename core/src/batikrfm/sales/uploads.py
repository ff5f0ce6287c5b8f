"""Uploads: files that a person gave to a shop, on their way to being imported.

::

    received -> looking -> asking -> importing -> done
        |          |          |          |
        +----------+----------+----------+--> failed      (a sentence says why)
        +----------+----------+----------+--> discarded   (somebody changed their mind before the sales were in, or nobody answered)

*Looking* reads the files and keeps a preview (:mod:`batikrfm.sales.preview`), *asking* waits for a person, *importing* loads the sales and
segments the shop anew. Both pieces of work are jobs (:mod:`batikrfm.sales.tasks`) that can be killed anywhere and run again. Everything
here runs in the tenant's scope.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sales import uploads_queries as sql
from batikrfm.sales.previews import Preview
from batikrfm.sales.upload_errors import (
    BROKEN,
    NOT_SEGMENTED,
    STOPPED,
    EmptyUploadError,
    NoFilesError,
    TooManyUploadsError,
    UnknownSheetError,
    UploadImportedError,
    UploadMovedOnError,
    UploadNotFoundError,
    UploadTooBigError,
)
from batikrfm.sdk.text import Text
from batikrfm.storage import TenantFiles, storage
from batikrfm.tenancy import current_tenant

EVERY_SHEET: Final = "*"
"""The key of choices that count for every sheet."""

FILES: Final = "uploads"
LONGEST_NAME: Final = 200
MOST_FILES: Final = 200
MOST_BYTES: Final = 512 * (1 << 20)
"""Of one file. As :class:`~batikrfm.sales.reading.limits.Limits` has them, which would bring polars."""


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
    """A row that was not imported: where it stands, why (a word of :class:`~batikrfm.sales.parsing.reasons.Reason`), and its cells."""

    file: str
    sheet: str | None
    line: int
    reason: str
    values: str


async def receive(files: Sequence[IncomingFile], *, by: str, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES) -> Upload:
    """Keep the files, and have a job look at them. ``by`` is who brought them, as colleagues know them.

    The files are stored piece by piece as they come, before the database is asked anything: ``most_files`` at most. Raises
    :class:`~batikrfm.sales.upload_errors.UploadError` (none, too big, too many, empty) with nothing kept.
    """
    from batikrfm.jobs import enqueue
    from batikrfm.sales.tasks import forget_upload, preview_upload

    store, upload_id = TenantFiles(current_tenant()), uuid7()
    numbered = enumerate(_not_too_many(files, most_files), start=1)
    try:
        kept = [await _keep(store, upload_id, number, file, most_bytes) for number, file in numbered]
    except BaseException:
        await store.delete(FILES, upload_id)
        raise
    scope = current_scope()
    await scope.execute(sql.ADD, upload_id, by, msgspec.json.encode(kept).decode())
    await scope.execute(sql.SET_JOB, upload_id, await enqueue(preview_upload, {"upload_id": str(upload_id)}, priority=1))
    await enqueue(forget_upload, {"upload_id": str(upload_id)}, run_at=dt.datetime.now(dt.UTC) + storage().keep_uploads)
    return await find_upload(upload_id)


async def sample_upload(*, by: str) -> Upload:
    """As :func:`receive`, with a made-up shop's export of the year up to yesterday: to try everything on."""
    import asyncio

    zone = ZoneInfo(await current_scope().fetchval(sql.TIME_ZONE))
    name, data = await asyncio.to_thread(_sample, dt.datetime.now(zone).date() - dt.timedelta(days=1))
    return await receive([IncomingFile(name, data)], by=by)


def _sample(last_day: dt.date) -> tuple[str, bytes]:
    from batikrfm.sales.sample import write_sample

    with tempfile.TemporaryDirectory() as folder:
        path = write_sample(Path(folder), last_day=last_day)
        return path.name, path.read_bytes()


async def confirm_upload(
    upload_id: UUID,
    chosen: Mapping[str, str] | None = None,
    *,
    by_sheet: Mapping[str, Mapping[str, str]] | None = None,
    save_mapping: bool = True,
) -> Upload:
    """Take a person's word on the columns, and have a job import the upload.

    ``chosen`` holds ``{field: column}`` (``-`` for "the file has none"), ``{"<field>.style": style}`` and ``{"status.<word>": meaning}``
    and counts for every sheet; ``by_sheet`` (by ``SheetPreview.key``) goes before it. What is not chosen is as the preview guessed, or as
    it was chosen in an answer before.

    Raises:
        UploadNotFoundError, UploadMovedOnError: it is not asking (twice the same answer is no error).
        ChoiceError: a field or column that is not there.
    """
    from batikrfm.jobs import enqueue
    from batikrfm.sales.tasks import import_upload

    scope, row = current_scope(), await _locked(upload_id)
    said = _merged(msgspec.json.decode(row["chosen"]), {EVERY_SHEET: chosen or {}, **(by_sheet or {})})
    if row["state"] != UploadState.ASKING:
        if row["state"] in {UploadState.IMPORTING, UploadState.DONE} and said == msgspec.json.decode(row["chosen"]):
            return await find_upload(upload_id)
        raise UploadMovedOnError
    _check_choices(msgspec.json.decode(row["preview"], type=Preview), said)
    await scope.execute(sql.CONFIRM, upload_id, msgspec.json.encode(said).decode(), save_mapping)
    await scope.execute(sql.SET_JOB, upload_id, await enqueue(import_upload, {"upload_id": str(upload_id)}, priority=1))
    return await find_upload(upload_id)


async def discard_upload(upload_id: UUID) -> Upload:
    """Give an upload up: its preview goes at once, its files too. An import that is under way is stopped, and nothing of it is kept.

    What holds is the upload's row: an import ends by writing to it, in the transaction that brings the sales in, and finds it over.

    Raises:
        UploadNotFoundError, UploadMovedOnError: there is none, or it is over.
        UploadImportedError: its sales are in.
    """
    from batikrfm.jobs import enqueue
    from batikrfm.sales.tasks import forget_upload

    row = await _locked(upload_id)
    if UploadState(row["state"]).is_over:
        raise UploadMovedOnError
    if row["import_id"] is not None:
        raise UploadImportedError
    if row["state"] == UploadState.IMPORTING:
        await _stop_job(row["job_id"])
    await end_upload(upload_id, UploadState.DISCARDED, STOPPED if row["state"] == UploadState.IMPORTING else None)
    await enqueue(forget_upload, {"upload_id": str(upload_id)})
    return await find_upload(upload_id)


async def find_upload(upload_id: UUID) -> Upload:
    """One upload with its preview. Raises UploadNotFoundError."""
    rows = await current_scope().fetch(sql.FIND, upload_id)
    if not rows:
        raise UploadNotFoundError
    return await _settled(_upload(rows[0]))


async def list_uploads(limit: int = 50, after: UUID | None = None) -> list[Upload]:
    """The latest first, without previews; ``after`` is the last one of the page before."""
    return [await _settled(_upload(row)) for row in await current_scope().fetch(sql.LIST, after, limit)]


async def rejections(import_id: UUID, limit: int | None = 200, after: int = 0) -> list[Rejection]:
    """Rows that an import rejected, as they stand in the files; ``after`` skips so many, ``limit`` None is all of them."""
    return [Rejection(*row) for row in await current_scope().fetch(sql.REJECTIONS, import_id, limit, after)]


async def end_upload(upload_id: UUID, state: UploadState, problem: Text | None = None) -> None:
    """Nothing more happens to it, and the rows of its preview are gone. One that is over stays what it is."""
    await current_scope().execute(sql.END, upload_id, state, None if problem is None else msgspec.json.encode(problem).decode())


async def note_run(upload_id: UUID, run_id: UUID) -> None:
    """The upload's sales were segmented by this run. Raises :class:`InterruptedError` where another attempt did so."""
    if await current_scope().execute(sql.NOTE_RUN, upload_id, run_id) != "UPDATE 1":
        raise InterruptedError("another attempt has segmented this upload")


async def _locked(upload_id: UUID) -> Mapping[str, Any]:
    rows = await current_scope().fetch(sql.LOCK, upload_id)
    if not rows:
        raise UploadNotFoundError
    row: Mapping[str, Any] = rows[0]
    return row


async def _stop_job(job_id: UUID | None) -> None:
    """Spare a worker the rest of it; a job that was forgotten has nobody working on it."""
    from batikrfm.jobs import cancel_job
    from batikrfm.jobs.errors import JobNotFoundError

    if job_id is not None:
        with contextlib.suppress(JobNotFoundError):
            await cancel_job(job_id)


async def _settled(upload: Upload) -> Upload:
    """The upload, ended where the job that was to bring it on is over for good: killed in its last attempt, or stopped by somebody."""
    from batikrfm.jobs import JobState, find_job
    from batikrfm.jobs.errors import JobNotFoundError

    if upload.job_id is None or upload.state.is_over or upload.state is UploadState.ASKING:
        return upload
    try:
        state = (await find_job(upload.job_id)).state
    except JobNotFoundError:
        state = JobState.DEAD
    if state not in {JobState.DEAD, JobState.FAILED, JobState.CANCELLED}:
        return upload
    if state is JobState.CANCELLED and upload.result is None:
        ended, problem = UploadState.DISCARDED, STOPPED
    else:
        ended, problem = UploadState.FAILED, BROKEN if upload.result is None else NOT_SEGMENTED
    await end_upload(upload.id, ended, problem)
    return replace(upload, state=ended, problem=problem, preview=None)


def _not_too_many(files: Sequence[IncomingFile], most: int) -> Sequence[IncomingFile]:
    if not files:
        raise NoFilesError
    if len(files) > most:
        raise TooManyUploadsError(limit=most)
    return files


async def _keep(store: TenantFiles, upload_id: UUID, number: int, file: IncomingFile, most: int) -> dict[str, Any]:
    name, digest = shown_name(file.name), hashlib.sha256()
    size = await store.put(_measured(file.data, name, digest, most), FILES, upload_id, number)
    if not size:
        raise EmptyUploadError(file=name)
    return {"name": name, "size": size, "sha256": digest.hexdigest()}


async def _measured(data: bytes | AsyncIterable[bytes], name: str, digest: hashlib._Hash, most: int) -> AsyncIterator[bytes]:
    """The pieces of a file, refused as soon as they are too many."""
    size = 0
    async for piece in _pieces(data):
        size += len(piece)
        if size > most:
            raise UploadTooBigError(file=name, limit=most // (1 << 20))
        digest.update(piece)
        yield piece


async def _pieces(data: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    async for piece in data:
        yield piece


def shown_name(name: str) -> str:
    """A file's name as it is shown: without folders and control characters, and not endless."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    return shown[-LONGEST_NAME:] if shown.strip(".") else "file"


def _merged(before: Mapping[str, Mapping[str, str]], said: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    merged = {key: {**before.get(key, {}), **said.get(key, {})} for key in {**before, **said}}
    return {key: choices for key, choices in merged.items() if choices}


def _check_choices(preview: Preview, said: Mapping[str, Mapping[str, str]]) -> None:
    """Raises a ``ChoiceError`` for what the files do not have, and :class:`UnknownSheetError` for a sheet that is not there."""
    from batikrfm.sales.mapping.choosing import choices

    sheets = {sheet.key: sheet for sheet in preview.sheets}
    if set(said) - {EVERY_SHEET, *sheets}:
        raise UnknownSheetError
    for sheet in sheets.values():
        choices(sheet, {**said.get(EVERY_SHEET, {}), **said.get(sheet.key, {})})


def _upload(row: Mapping[str, Any]) -> Upload:
    files = msgspec.json.decode(row["files"], type=list[_StoredFile])
    return Upload(
        id=row["id"],
        created_at=row["created_at"],
        created_by=row["created_by"],
        files=tuple(UploadedFile(file.name, file.size, file.seen_at) for file in files),
        state=UploadState(row["state"]),
        preview=None if row["preview"] is None else msgspec.json.decode(row["preview"], type=Preview),
        chosen=msgspec.json.decode(row["chosen"]).get(EVERY_SHEET, {}),
        save_mapping=row["save_mapping"],
        job_id=row["job_id"],
        result=_summary(row),
        run_id=row["run_id"],
        unknown_statuses=tuple(row["unknown_statuses"]),
        problem=None if row["problem"] is None else msgspec.json.decode(row["problem"], type=Text),
    )


def _summary(row: Mapping[str, Any]) -> ImportSummary | None:
    if row["import_id"] is None:
        return None
    counts = {name: row[name] for name in _COUNTS}
    return ImportSummary(id=row["import_id"], created_at=row["imported_at"], files=tuple(row["sheets"]), **counts)


class _StoredFile(msgspec.Struct):
    name: str
    size: int
    seen_at: dt.datetime | None = None


_COUNTS: Final = (
    *("rows", "imported", "cancelled", "refund", "without_customer", "rejected"),
    *("orders_new", "orders_changed", "orders_unchanged", "customers_new"),
)
