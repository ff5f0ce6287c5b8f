"""``/api/imports``: bring files, see what we take their columns for, say what they are, watch, see what was rejected."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from batikrfm.jobs import Job, JobNotFoundError, find_job
from batikrfm.sales.cells import safe_cell
from batikrfm.sales.previews import FieldGuess, OpenQuestion, Reading, SheetPreview
from batikrfm.sales.uploads import (
    ImportSummary,
    Rejection,
    Upload,
    UploadState,
    confirm_upload,
    discard_upload,
    find_upload,
    list_uploads,
    receive,
    rejections,
)
from batikrfm.sdk.extension import Principal
from batikrfm.sdk.text import Language
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.cursors import last_of, page_of
from batikrfm.web.etags import NOT_MODIFIED, tagged
from batikrfm.web.forms import received_form
from batikrfm.web.guards import needs
from batikrfm.web.params import MOST, Cursor, Limit, Next, language, said
from batikrfm.web.scope import principal_of
from batikrfm.web.stopping import STOPPING, stops_within

KIND: Final = "imports"
EVERY: Final = 1.0  # seconds between two looks at a job that somebody watches
LONGEST_WATCH: Final = 600  # looks; an EventSource comes back by itself


class FileInfo(msgspec.Struct, frozen=True):
    """A file that was received; `seen_at` is when the very same bytes were imported before."""

    name: str
    size: int
    seen_at: datetime | None


class Guess(msgspec.Struct, frozen=True):
    """What we take a field for."""

    field: Annotated[str, msgspec.Meta(description="What `columns` of the answer is keyed by", examples=["order_id"])]
    name: str
    column: Annotated[str | None, msgspec.Meta(description="The column that we take for it")]
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)]
    required: bool


class Choice(msgspec.Struct, frozen=True):
    """One way to answer: `columns[key] = value`."""

    key: str
    value: str
    label: str


class Question(msgspec.Struct, frozen=True):
    """What has to be answered before anything is imported."""

    field: str
    about: str
    choices: list[Choice]
    candidates: list[str]


class ReadingInfo(msgspec.Struct, frozen=True):
    """How a column's cells are read, with one cell and what it comes to."""

    field: str
    column: str
    style: str | None
    cell: str
    meaning: str | None
    styles: list[str]


class Sheet(msgspec.Struct, frozen=True):
    """All sheets with one header. `cells` are rows from the top, long texts cut."""

    key: str
    file: str
    sheet: str | None
    also: list[str]
    rows: int
    columns: list[str]
    cells: list[list[str | None]]
    export: str | None
    remembered: bool
    guesses: list[Guess]
    questions: list[Question]
    readings: list[ReadingInfo]
    unknown_statuses: list[str]


class Preview(msgspec.Struct, frozen=True):
    """What was found in the files."""

    rows: int
    sure: Annotated[bool, msgspec.Meta(description="Nothing needs an answer")]
    sheets: list[Sheet]


class Summary(msgspec.Struct, frozen=True):
    """What an import did. The five outcomes add up to `rows`."""

    import_id: UUID
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


class ImportItem(msgspec.Struct, frozen=True):
    """Files on their way to being imported."""

    id: UUID
    created_at: datetime
    created_by: str
    files: list[FileInfo]
    state: UploadState
    job_id: UUID | None
    run_id: Annotated[UUID | None, msgspec.Meta(description="The segmentation run that followed")]
    result: Summary | None
    problem: Annotated[str | None, msgspec.Meta(description="Why it failed or why an answer did not do, for a person")]


class ImportInfo(ImportItem, frozen=True):
    """Files on their way to being imported, with their preview while there is a question."""

    preview: Preview | None
    columns: dict[str, str]


class ImportPage(msgspec.Struct, frozen=True):
    """Imports, the latest first."""

    items: list[ImportItem]
    next: Next


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person says of the columns; what is left out is as the preview guessed."""

    columns: Annotated[
        dict[str, Annotated[str, msgspec.Meta(max_length=500)]],
        msgspec.Meta(
            description="`{field: column}` (`-` for none), `{field.style: style}`, `{status.word: meaning}`",
            max_length=500,
            examples=[{"order_id": "No. Pesanan", "refund": "-"}],
        ),
    ] = {}
    by_sheet: Annotated[
        dict[str, Annotated[dict[str, Annotated[str, msgspec.Meta(max_length=500)]], msgspec.Meta(max_length=500)]],
        msgspec.Meta(description="The same for one sheet alone, by its `key`; goes before `columns`", max_length=100),
    ] = {}
    save: Annotated[bool, msgspec.Meta(description="Remember this for files with the same header")] = True


class RejectedRow(msgspec.Struct, frozen=True):
    """A row that was not imported, and why."""

    file: str
    sheet: str | None
    line: int
    reason: Annotated[str, msgspec.Meta(description="Stable name", examples=["no_date"])]
    message: str
    values: Annotated[str, msgspec.Meta(description="The cells that caused it")]


class RejectedPage(msgspec.Struct, frozen=True):
    """Rows that an import rejected, as they stand in the files. `after` of the next page is `next`; null on the last."""

    items: list[RejectedRow]
    next: int | None


@post(
    "/imports",
    opt=needs(Permission.IMPORTS_WRITE, multipart=True),
    operation_id="createImport",
    tags=["imports"],
    request_max_body_size=None,  # received_form counts
)
async def create(request: Request[Any, Any, Any]) -> Response[ImportItem]:
    """Bring one or several files (CSV, XLS, XLSX, or a ZIP of these) of one shop. A job then looks at them."""
    principal = principal_of(request)
    async with received_form(request, limit=request.app.state.settings.upload_limit) as form:
        upload = await receive(form.incoming(), by=principal.name)
    return Response(_item(upload, language(request)), headers={"Location": f"/api/imports/{upload.id}"})


@get("/imports", opt=needs(Permission.IMPORTS_READ), operation_id="listImports", tags=["imports"], responses=NOT_MODIFIED)
async def list_(request: Request[Any, Any, Any], limit: Limit = 50, cursor: Cursor = None) -> Response[ImportPage]:
    """List imports. Ask again with `If-None-Match` to see whether anything has changed."""
    found = await list_uploads(limit + 1, last_of(cursor, KIND))
    page, next_page = page_of(found, limit, KIND)
    items = [_item(upload, language(request)) for upload in page]
    return tagged(request, ImportPage(items, next_page))


@get("/imports/{import_id:uuid}", opt=needs(Permission.IMPORTS_READ), operation_id="getImport", tags=["imports"], responses=NOT_MODIFIED)
async def one(request: Request[Any, Any, Any], import_id: FromPath[UUID]) -> Response[ImportInfo]:
    """One import; while it asks, with real rows and our guess of every column."""
    return tagged(request, _info(await find_upload(import_id), language(request)))


@post(
    "/imports/{import_id:uuid}/mapping",
    opt=needs(Permission.IMPORTS_WRITE),
    operation_id="confirmImport",
    tags=["imports"],
    status_code=202,
)
async def confirm(request: Request[Any, Any, Any], import_id: FromPath[UUID], data: JSONBody[Mapping]) -> ImportItem:
    """Say what the columns are. A job then imports the files and segments the shop anew."""
    upload = await confirm_upload(import_id, data.columns, by_sheet=data.by_sheet, save_mapping=data.save)
    return _item(upload, language(request))


@delete("/imports/{import_id:uuid}", opt=needs(Permission.IMPORTS_WRITE), operation_id="discardImport", tags=["imports"], status_code=200)
async def discard(request: Request[Any, Any, Any], import_id: FromPath[UUID]) -> ImportItem:
    """Give an import up, also while it runs: nothing of it is kept. Its files are removed; this cannot be undone.

    Once its sales are in it is refused.
    """
    return _item(await discard_upload(import_id), language(request))


@get(
    "/imports/{import_id:uuid}/progress",
    opt=needs(Permission.IMPORTS_READ),
    operation_id="watchImport",
    tags=["imports"],
    media_type="text/event-stream",
)
async def watch(request: Request[Any, Any, Any], import_id: FromPath[UUID]) -> ServerSentEvent:
    """Watch an import as server-sent events, until it is over or asks.

    Each is a `progress` with `state`, `done`, `total` and `message`, sent whenever one of them changes.
    """
    await find_upload(import_id)  # a 404 is an answer, not an event
    stopping: asyncio.Event = request.app.state[STOPPING]
    return ServerSentEvent(_progress(principal_of(request), import_id, language(request), stopping))


@get("/imports/{import_id:uuid}/rejected", opt=needs(Permission.IMPORTS_READ), operation_id="listRejectedRows", tags=["imports"])
async def rejected(
    request: Request[Any, Any, Any],
    import_id: FromPath[UUID],
    limit: Limit = MOST,
    after: Annotated[int, QueryParameter(name="after", ge=0, le=2_000_000_000, description="How many rows to skip")] = 0,
) -> RejectedPage:
    """Rows that were not imported, each with its reason."""
    found = await _rejected(import_id, limit + 1, after)
    reasons = await _reasons(language(request))
    rows = [_row(row, reasons) for row in found[:limit]]
    return RejectedPage(rows, after + limit if len(found) > limit else None)


@get(
    "/imports/{import_id:uuid}/rejected.csv",
    opt=needs(Permission.IMPORTS_READ),
    operation_id="downloadRejectedRows",
    tags=["imports"],
    media_type="text/csv",
    responses={
        200: ResponseSpec(str, generate_examples=False, media_type="text/csv", description="CSV, UTF-8, safe to open in a spreadsheet")
    },
)
async def rejected_csv(request: Request[Any, Any, Any], import_id: FromPath[UUID]) -> Response[bytes]:
    """The same rows as a CSV file."""
    found = await _rejected(import_id, None, 0)
    reasons = await _reasons(language(request))
    body = await asyncio.to_thread(_csv, [_row(row, reasons) for row in found])
    headers = {"Content-Disposition": f'attachment; filename="rejected-{import_id}.csv"'}
    return Response(body, media_type="text/csv", headers=headers)


async def _rejected(upload_id: UUID, limit: int | None, after: int) -> list[Rejection]:
    upload = await find_upload(upload_id)
    return await rejections(upload.result.id, limit, after) if upload.result else []


async def _reasons(language: Language) -> dict[str, str]:
    """What each reason says. Whoever never looks at rejected rows does not pay for what these bring along."""

    def load() -> dict[str, str]:
        from batikrfm.sales.parsing.reasons import REASON_TEXTS

        return {str(reason): text.say(language) for reason, text in REASON_TEXTS.items()}

    return await asyncio.to_thread(load)


def _row(row: Rejection, reasons: dict[str, str]) -> RejectedRow:
    return RejectedRow(row.file, row.sheet, row.line, row.reason, reasons.get(row.reason, row.reason), row.values)


def _csv(rows: list[RejectedRow]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["file", "sheet", "line", "reason", "values"])
    for row in rows:
        writer.writerow([safe_cell(row.file), safe_cell(row.sheet or ""), row.line, row.message, safe_cell(row.values)])
    return text.getvalue().encode()


async def _progress(
    principal: Principal, upload_id: UUID, language: Language, stopping: asyncio.Event
) -> AsyncIterator[ServerSentEventMessage]:
    """What to tell a watcher. The request's scope is over by now, so every look has one of its own."""
    told = b""
    for _ in range(LONGEST_WATCH):
        async with tenant_scope(principal.tenant_id):
            upload = await find_upload(upload_id)
            job = await _job_of(upload)
        now = msgspec.json.encode(_seen(upload, job, language))
        if now != told:
            told = now
            yield ServerSentEventMessage(data=now.decode(), event="progress")
        if upload.state.is_over or upload.state is UploadState.ASKING or await stops_within(stopping, EVERY):
            return


async def _job_of(upload: Upload) -> Job | None:
    if upload.job_id is None:
        return None
    try:
        return await find_job(upload.job_id)
    except JobNotFoundError:  # jobs that were over long ago are forgotten
        return None


def _seen(upload: Upload, job: Job | None, language: Language) -> dict[str, object]:
    return {
        "state": upload.state,
        "done": job.done if job else None,
        "total": job.total if job else None,
        "message": said(job.message, language) if job else None,
        "problem": said(upload.problem, language),
    }


def _item(upload: Upload, language: Language) -> ImportItem:
    return ImportItem(**_told(upload, language))


def _info(upload: Upload, language: Language) -> ImportInfo:
    return ImportInfo(**_told(upload, language), preview=_preview(upload, language), columns=dict(upload.chosen))


def _told(upload: Upload, language: Language) -> dict[str, Any]:
    return {
        "id": upload.id,
        "created_at": upload.created_at,
        "created_by": upload.created_by,
        "files": [FileInfo(file.name, file.size, file.seen_at) for file in upload.files],
        "state": upload.state,
        "job_id": upload.job_id,
        "run_id": upload.run_id,
        "result": _summary(upload.result) if upload.result else None,
        "problem": said(upload.problem, language),
    }


def _summary(result: ImportSummary) -> Summary:
    return Summary(
        import_id=result.id,
        rows=result.rows,
        imported=result.imported,
        cancelled=result.cancelled,
        refund=result.refund,
        without_customer=result.without_customer,
        rejected=result.rejected,
        orders_new=result.orders_new,
        orders_changed=result.orders_changed,
        orders_unchanged=result.orders_unchanged,
        customers_new=result.customers_new,
    )


def _preview(upload: Upload, language: Language) -> Preview | None:
    found = upload.preview
    if found is None:
        return None
    return Preview(found.rows, found.sure, [_sheet(sheet, language) for sheet in found.sheets])


def _sheet(sheet: SheetPreview, language: Language) -> Sheet:
    return Sheet(
        key=sheet.key,
        file=sheet.file,
        sheet=sheet.sheet,
        also=list(sheet.also),
        rows=sheet.rows,
        columns=list(sheet.columns),
        cells=[list(row) for row in sheet.cells],
        export=said(sheet.export, language),
        remembered=sheet.remembered,
        guesses=[_guess(guess, language) for guess in sheet.guesses],
        questions=[_question(question, language) for question in sheet.questions],
        readings=[_reading(reading) for reading in sheet.readings],
        unknown_statuses=list(sheet.unknown_statuses),
    )


def _guess(guess: FieldGuess, language: Language) -> Guess:
    return Guess(guess.field, guess.name.say(language), guess.column, guess.confidence, guess.required)


def _question(question: OpenQuestion, language: Language) -> Question:
    choices = [Choice(answer.key, answer.value, answer.label.say(language)) for answer in question.answers]
    return Question(question.field, question.about.say(language), choices, list(question.candidates))


def _reading(reading: Reading) -> ReadingInfo:
    return ReadingInfo(reading.field, reading.column, reading.style, reading.cell, reading.meaning, list(reading.styles))


ROUTES = (create, list_, one, confirm, discard, watch, rejected, rejected_csv)
