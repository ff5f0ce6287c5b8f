"""What the owner declares of the customers of an imported file: they agreed to get messages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import ClassVar, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from batikrfm.delivery.consent.declaring import Claim, declare
from batikrfm.delivery.consent.errors import ConsentError, DeclarationError, ImportNotFoundError, WordingError
from batikrfm.delivery.consent.wordings import keep_wording
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.sales.uploads import ImportSummary, find_upload
from batikrfm.sdk.errors import BatikError, InputError
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.settings.declared import gone_on
from batikrfm_tenants.portal.states import MEDIA, PURPOSES

TICK_FIRST = Text(id="Centang dulu pernyataannya.", en="Tick the declaration first.")
A_DAY = Text(id="Tulis tanggalnya, misalnya 2026-01-31.", en="Write the day, such as 2026-01-31.")
FIELDS: Final[dict[type[BatikError], str]] = {ConsentError: "source", DeclarationError: "since", WordingError: "words"}


@dataclass(frozen=True, kw_only=True)
class DeclarePage(Page):
    """The declaration as a form."""

    template: ClassVar[str] = "uploading/declare.html"
    form: Form = field(metadata={"help": "The form as it was sent."})
    upload: UUID = field(metadata={"help": "The upload's id."})
    files: tuple[str, ...] = field(metadata={"help": "The files' names."})
    media: tuple[tuple[str, Text], ...] = field(metadata={"help": "The media that one can choose."})
    purposes: tuple[tuple[str, Text], ...] = field(metadata={"help": "The purposes that one can choose."})


@get("/unggah/{upload_id:uuid}/persetujuan", opt=needs(Permission.CONSENTS_WRITE))
async def show(desk: Desk, upload_id: FromPath[UUID]) -> Response[str]:
    """The form."""
    return desk.show(_page(Form(), upload_id, await _result(upload_id)))


@post("/unggah/{upload_id:uuid}/persetujuan", opt=needs(Permission.CONSENTS_WRITE))
async def sent(desk: Desk, upload_id: FromPath[UUID]) -> Response[str]:
    """Declare it, in the name of whoever does."""
    form, result = await desk.form(), await _result(upload_id)
    since = _day(form["since"])
    if not form.ticked("sure", "on") or since is None:
        refused = form.refused(A_DAY, "since") if since is None else form.refused(TICK_FIRST, "sure")
        return desk.refuse(_page(refused, upload_id, result))
    medium = Medium.WHATSAPP if form["medium"] == Medium.WHATSAPP else Medium.EMAIL
    purpose = Purpose.SERVICE if form["purpose"] == Purpose.SERVICE else Purpose.MARKETING
    try:
        wording = (await keep_wording(purpose, form["words"], by=desk.principal.name)).id if form["words"] else None
        done = await declare(result.id, Claim(medium, purpose, form["source"], since, wording), desk.principal)
    except InputError as error:
        return desk.refuse(_page(form.refused(error, FIELDS.get(type(error), "")), upload_id, result), error)
    details = {"medium": medium, "purpose": purpose, "customers": done.concerned, "refused": done.refused}
    await audit.record(desk.principal, "consents.declared", str(done.id), details)
    return gone_on(desk, done)


async def _result(upload_id: UUID) -> ImportSummary:
    """What the upload brought. Raises ImportNotFoundError where that is nothing yet."""
    result = (await find_upload(upload_id)).result
    if result is None:
        raise ImportNotFoundError
    return result


def _page(form: Form, upload_id: UUID, result: ImportSummary) -> DeclarePage:
    return DeclarePage(
        form=form,
        upload=upload_id,
        files=tuple(result.files),
        media=tuple((medium.value, label) for medium, label in MEDIA.items()),
        purposes=tuple((purpose.value, label) for purpose, label in PURPOSES.items()),
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


ROUTES = [show, sent]
