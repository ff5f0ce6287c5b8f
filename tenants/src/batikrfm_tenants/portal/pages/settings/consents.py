"""Who gets nothing any more and why, which replies stop messages, what people agreed to, and what was declared of files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from batikrfm.delivery.consent.declaring import list_declarations
from batikrfm.delivery.consent.errors import AddressError, BounceRuleError, PersonalStopError, StopWordsError
from batikrfm.delivery.consent.keywords import ALWAYS
from batikrfm.delivery.consent.model import Declaration, Suppression, Wording
from batikrfm.delivery.consent.settings import StopSettings, change_stop_settings, stop_settings
from batikrfm.delivery.consent.suppressing import add_suppression, list_suppressions, remove_suppression
from batikrfm.delivery.consent.wordings import keep_wording, list_wordings
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.sdk.errors import BatikError, InputError
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.settings.declared import PLACE
from batikrfm_tenants.portal.pages.settings.tabs import HELP, Tabs, tabs
from batikrfm_tenants.portal.states import MEDIA, PURPOSES, REASONS

PAGE: Final = 20
ADDED = Text(id="Alamat ini tidak akan dikirimi pesan lagi.", en="Nothing goes to this address any more.")
REMOVED = Text(id="Alamat itu boleh dikirimi lagi, kalau orangnya setuju.", en="This address may get messages again, if the person agreed.")
SAVED = Text(id="Pengaturan berhenti tersimpan.", en="What stops messages is saved.")
WORDED = Text(id="Kalimatnya tersimpan.", en="The words are kept.")
FIELDS: Final[dict[type[BatikError], str]] = {AddressError: "address", StopWordsError: "words", BounceRuleError: "bounces"}
WRONG_NUMBER: Final = -1


@dataclass(frozen=True)
class StoppedLine:
    """An address that gets nothing any more."""

    medium: Text
    reason: Text
    known: Suppression


@dataclass(frozen=True)
class WordingLine:
    """A version of the words of a consent."""

    purpose: Text
    known: Wording


@dataclass(frozen=True)
class DeclarationLine:
    """What was declared of a file."""

    medium: Text
    purpose: Text
    known: Declaration


@dataclass(frozen=True, kw_only=True)
class ConsentsPage(Page):
    """The list of stopped addresses, with what makes one."""

    template: ClassVar[str] = "settings/consents.html"
    tabs: Tabs = field(metadata=HELP)
    form: Form = field(metadata={"help": "The form as it was sent."})
    stopped: tuple[StoppedLine, ...] = field(metadata={"help": "Addresses that get nothing any more, the latest first."})
    after: UUID | None = field(metadata={"help": "Where the next page begins; None on the last."})
    settings: StopSettings = field(metadata={"help": "What the shop set."})
    always: tuple[str, ...] = field(metadata={"help": "Words that stop messages in every shop."})
    wordings: tuple[WordingLine, ...] = field(metadata={"help": "The words of consents, every version."})
    declarations: tuple[DeclarationLine, ...] = field(metadata={"help": "What was declared of files."})
    media: tuple[tuple[str, Text], ...] = field(metadata={"help": "The media that one can choose."})
    purposes: tuple[tuple[str, Text], ...] = field(metadata={"help": "The purposes that one can choose."})


async def page(desk: Desk, form: Form, after: UUID | None = None) -> ConsentsPage:
    """The page with ``form``."""
    found = await list_suppressions(after=after, limit=PAGE + 1)
    shown = found[:PAGE]
    return ConsentsPage(
        tabs=tabs(desk),
        form=form,
        stopped=tuple(StoppedLine(MEDIA[one.medium], REASONS[one.reason], one) for one in shown),
        after=shown[-1].id if len(found) > PAGE else None,
        settings=await stop_settings(),
        always=ALWAYS,
        wordings=tuple(WordingLine(PURPOSES[one.purpose], one) for one in await list_wordings()),
        declarations=tuple(DeclarationLine(MEDIA[one.medium], PURPOSES[one.purpose], one) for one in await list_declarations()),
        media=tuple((medium.value, label) for medium, label in MEDIA.items()),
        purposes=tuple((purpose.value, label) for purpose, label in PURPOSES.items()),
    )


@get(PLACE, opt=needs(Permission.CONSENTS_READ))
async def consents(desk: Desk, setelah: FromQuery[UUID | None] = None) -> Response[str]:
    """The page."""
    return desk.show(await page(desk, Form(), setelah))


@post(f"{PLACE}/alamat", opt=needs(Permission.CONSENTS_WRITE))
async def address_added(desk: Desk) -> Response[str]:
    """Stop an address."""
    form = await desk.form()
    medium = Medium.WHATSAPP if form["medium"] == Medium.WHATSAPP else Medium.EMAIL
    try:
        entered = await add_suppression(medium, form["address"], by=desk.principal.name)
    except InputError as error:
        return await _again(desk, form, error)
    await audit.record(desk.principal, "suppressions.added", str(entered.id), {"medium": medium})
    return desk.go(f"{desk.shop_path}{PLACE}", say=ADDED)


@post(f"{PLACE}/alamat/{{suppression_id:uuid}}/hapus", opt=needs(Permission.CONSENTS_WRITE))
async def address_removed(desk: Desk, suppression_id: FromPath[UUID]) -> Response[str]:
    """Take an address off the list, unless the person wants it there."""
    try:
        gone = await remove_suppression(suppression_id)
    except PersonalStopError as error:
        return await _again(desk, Form(), error)
    await audit.record(desk.principal, "suppressions.removed", str(gone.id), {"medium": gone.medium, "reason": gone.reason})
    return desk.go(f"{desk.shop_path}{PLACE}", say=REMOVED)


@post(f"{PLACE}/berhenti", opt=needs(Permission.CONSENTS_WRITE))
async def stop_sent(desk: Desk) -> Response[str]:
    """Keep which replies stop messages, and how many soft bounces do."""
    form = await desk.form()
    try:
        kept = await change_stop_settings(form["words"].splitlines(), bounces=_number(form["bounces"]), days=_number(form["days"]))
    except InputError as error:
        return await _again(desk, form, error)
    details = {"words": len(kept.words), "bounces": kept.bounces, "days": kept.days}
    await audit.record(desk.principal, "suppressions.settings_changed", "", details)
    return desk.go(f"{desk.shop_path}{PLACE}", say=SAVED)


@post(f"{PLACE}/kalimat", opt=needs(Permission.CONSENTS_WRITE))
async def wording_added(desk: Desk) -> Response[str]:
    """Keep words that people agree to."""
    form = await desk.form()
    purpose = Purpose.SERVICE if form["purpose"] == Purpose.SERVICE else Purpose.MARKETING
    try:
        kept = await keep_wording(purpose, form["sentence"], by=desk.principal.name)
    except InputError as error:
        return desk.refuse(await page(desk, form.refused(error, "sentence")), error)
    await audit.record(desk.principal, "consents.worded", str(kept.id), {"purpose": purpose, "version": kept.version})
    return desk.go(f"{desk.shop_path}{PLACE}", say=WORDED)


async def _again(desk: Desk, form: Form, error: InputError) -> Response[str]:
    return desk.refuse(await page(desk, form.refused(error, FIELDS.get(type(error), ""))), error)


def _number(text: str) -> int:
    """A number that cannot be where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else WRONG_NUMBER  # noqa: PLR2004 - far beyond every limit


ROUTES = [consents, address_added, address_removed, stop_sent, wording_added]
