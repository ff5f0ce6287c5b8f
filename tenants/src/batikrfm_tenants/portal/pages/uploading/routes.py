"""The addresses of uploads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from batikrfm.jobs import Job, find_job
from batikrfm.sales import uploads
from batikrfm.sales.uploads import Upload, UploadState
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.errors import NotAFormError, TooLargeError
from batikrfm.web.forms import MOST_PARTS, received_form
from batikrfm.web.guards import needs
from batikrfm.web.settings import MEGABYTE
from batikrfm_tenants import audit
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.downloads import attachment
from batikrfm_tenants.portal.entrance import READS_ITS_FORM
from batikrfm_tenants.portal.forgery import FIELD
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.going import GoingPiece
from batikrfm_tenants.portal.pages.uploading import rejected
from batikrfm_tenants.portal.pages.uploading.checking import check_page
from batikrfm_tenants.portal.pages.uploading.choices import chosen_by_sheet, unanswered
from batikrfm_tenants.portal.pages.uploading.following import FIRST_REJECTIONS, EndedPage, result_page, wait_page
from batikrfm_tenants.portal.pages.uploading.starting import MARKETPLACES, SUFFIXES, StartPage, trip

PAGE = 20
MOST_FILES = min(uploads.MOST_FILES, MOST_PARTS - 2)
"""A form has two parts more than it has files."""
GIVEN_UP = Text(id="Unggahan tidak jadi dan berkasnya sudah dihapus.", en="The upload was given up and its files are deleted.")


@get("/unggah", opt=needs(Permission.IMPORTS_READ))
async def start(desk: Desk, after: FromQuery[UUID | None] = None) -> Response[str]:
    """Choose files; earlier uploads below."""
    return desk.show(await _start_page(desk, Form(), after))


@post("/unggah", opt=needs(Permission.IMPORTS_WRITE, **{READS_ITS_FORM: True}), request_max_body_size=None)
async def receive(desk: Desk) -> Response[str]:
    """Take the files in, as they come; :func:`~batikrfm.web.forms.received_form` counts."""
    try:
        async with received_form(desk.request, limit=_most_bytes(desk)) as form:
            desk.require_genuine(form.values.get(FIELD, ""))
            upload = await uploads.receive(form.incoming(), by=desk.user.name)
    except (InputError, NotAFormError, TooLargeError) as error:
        return desk.refuse(await _start_page(desk, Form().refused(error, "files")), error)
    await audit.record(desk.principal, "upload.received", str(upload.id))
    return desk.go(_at(desk, upload.id))


@post("/unggah/contoh", opt=needs(Permission.IMPORTS_WRITE))
async def sample(desk: Desk) -> Response[str]:
    """Try it with a made-up shop's sales."""
    upload = await uploads.sample_upload(by=desk.user.name)
    await audit.record(desk.principal, "upload.received", str(upload.id))
    return desk.go(_at(desk, upload.id))


@get("/unggah/{upload_id:uuid}", opt=needs(Permission.IMPORTS_READ))
async def show(desk: Desk, upload_id: FromPath[UUID]) -> Response[str]:
    """Where the upload is: being read, asked about, being imported, done."""
    return await _shown(desk, await uploads.find_upload(upload_id))


@get("/unggah/{upload_id:uuid}/kemajuan", opt=needs(Permission.IMPORTS_READ))
async def progress(desk: Desk, upload_id: FromPath[UUID]) -> Response[str]:
    """How far the work is; once it is over, the way to the page that says so."""
    upload = await uploads.find_upload(upload_id)
    if not _working(upload) or not desk.piece:
        return desk.go(_at(desk, upload_id))
    return desk.show(GoingPiece(going=wait_page(upload, await _job(upload), _progress(desk, upload_id)).going))


@post("/unggah/{upload_id:uuid}", opt=needs(Permission.IMPORTS_WRITE))
async def confirm(desk: Desk, upload_id: FromPath[UUID]) -> Response[str]:
    """Take a person's word on the columns, and import."""
    upload, form = await uploads.find_upload(upload_id), await desk.form()
    if upload.preview is None or upload.state is not UploadState.ASKING:
        return desk.go(_at(desk, upload_id))
    form = unanswered(upload.preview, form)
    if form.problems:
        return desk.refuse(check_page(upload, upload.preview, form))
    save, chosen = form.ticked("save_mapping", "on"), chosen_by_sheet(upload.preview, form)
    try:
        await uploads.confirm_upload(upload_id, by_sheet=chosen, save_mapping=save)
    except InputError as error:
        return desk.refuse(check_page(upload, upload.preview, form.refused(error)))
    await audit.record(desk.principal, "upload.confirmed", str(upload_id))
    return desk.go(_at(desk, upload_id))


@post("/unggah/{upload_id:uuid}/batal", opt=needs(Permission.IMPORTS_WRITE))
async def give_up(desk: Desk, upload_id: FromPath[UUID]) -> Response[str]:
    """Give the upload up: its files and its preview go."""
    try:
        await uploads.discard_upload(upload_id)
    except InputError as error:
        return desk.go(_at(desk, upload_id), say=Text(id=error.say("id"), en=error.say("en")), tone="warning")
    await audit.record(desk.principal, "upload.given_up", str(upload_id))
    return desk.go(f"{desk.shop_path}/unggah", say=GIVEN_UP)


@get("/unggah/{upload_id:uuid}/ditolak.csv", opt=needs(Permission.IMPORTS_READ))
async def rejected_rows(desk: Desk, upload_id: FromPath[UUID]) -> Stream:
    """The rows that were not imported, with the reason of each, to be put right and uploaded again."""
    upload = await uploads.find_upload(upload_id)
    rows = await uploads.rejections(upload.result.id, limit=None) if upload.result else []
    name = Text(id="baris-ditolak", en="rejected-rows").say(desk.formats.language)
    return Stream(rejected.as_csv(rows, desk.formats.language), media_type="text/csv", headers=attachment(f"{name}.csv"))


async def _shown(desk: Desk, upload: Upload) -> Response[str]:
    if upload.state is UploadState.ASKING and upload.preview is not None:
        return desk.show(check_page(upload, upload.preview, Form()))
    if upload.state is UploadState.DONE and upload.result is not None:
        return desk.show(result_page(upload, upload.result, await uploads.rejections(upload.result.id, limit=FIRST_REJECTIONS)))
    if upload.state.is_over:
        return desk.show(EndedPage(upload=upload, failed=upload.state is UploadState.FAILED))
    return desk.show(wait_page(upload, await _job(upload), _progress(desk, upload.id)))


async def _start_page(desk: Desk, form: Form, after: UUID | None = None) -> StartPage:
    found = await uploads.list_uploads(PAGE + 1, after)
    trips = tuple(trip(upload) for upload in found[:PAGE])
    return StartPage(
        form=form,
        empty=after is None and not any(upload.result for upload in found),
        marketplaces=MARKETPLACES,
        accepted=",".join(SUFFIXES),
        most_megabytes=min(_most_bytes(desk), uploads.MOST_BYTES) // MEGABYTE,
        most_files=MOST_FILES,
        trips=trips,
        after=str(trips[-1].upload.id) if len(found) > PAGE else None,
        first_page=after is None,
    )


def _most_bytes(desk: Desk) -> int:
    limit: int = desk.request.app.state.settings.upload_limit
    return limit


async def _job(upload: Upload) -> Job | None:
    return await find_job(upload.job_id) if upload.job_id else None


def _working(upload: Upload) -> bool:
    return not upload.state.is_over and upload.state is not UploadState.ASKING


def _at(desk: Desk, upload_id: UUID) -> str:
    return f"{desk.shop_path}/unggah/{upload_id}"


def _progress(desk: Desk, upload_id: UUID) -> str:
    return f"{_at(desk, upload_id)}/kemajuan"


ROUTES: list[Any] = [start, receive, sample, show, progress, confirm, give_up, rejected_rows]
