"""What was declared of a file: taken back, and watched while a job is at it because it concerns very many customers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from batikrfm.delivery.consent.declaring import carry_on, find_declaration, withdraw
from batikrfm.delivery.consent.errors import DeclarationNotFoundError
from batikrfm.delivery.consent.model import Declaration, Doing, Work
from batikrfm.delivery.consent.tasks import WORKING
from batikrfm.jobs import JobNotFoundError, find_job
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.pages.going import QUEUED, Going, GoingPiece
from batikrfm_tenants.portal.states import MEDIA, PURPOSES

PLACE: Final = "/pengaturan/persetujuan"
ONE: Final = f"{PLACE}/pernyataan/{{declaration_id:uuid}}"
DECLARED = Text(
    id="Pernyataan dicatat atas nama Anda. Pelanggan di berkas ini boleh dikirimi, kecuali yang pernah menolak.",
    en="Your declaration is kept in your name. The customers of this file may be written to, except those who said no before.",
)
TAKEN_BACK = Text(id="Pernyataan ditarik. Yang berlaku sebelumnya berlaku lagi.", en="Taken back. What held before holds again.")


@dataclass(frozen=True, kw_only=True)
class DeclaredPage(Page):
    """A declaration whose customers have their turn one after the other, or that stopped half-way."""

    template: ClassVar[str] = "settings/declared.html"
    declaration: UUID = field(metadata={"help": "The declaration's id."})
    about: tuple[Text, Text, str] = field(metadata={"help": "Medium, purpose and source."})
    work: Work = field(metadata={"help": "How far it got."})
    going: Going | None = field(metadata={"help": "How far it is; None where it stopped."})
    withdrawing: bool = field(metadata={"help": "Whether it is being taken back."})


@get(ONE, opt=needs(Permission.CONSENTS_READ))
async def declared(desk: Desk, declaration_id: FromPath[UUID]) -> Response[str]:
    """How far it is; once it is done, back to the list."""
    found, address = await find_declaration(declaration_id), _address(desk, declaration_id)
    now = await _going(found.work, address)
    if now is None:  # work and job end together, which may have been between the two looks: then it is done and did not stop
        found = await find_declaration(declaration_id)
    work = found.work
    if work is None:
        return gone_on(desk, found)
    if desk.piece:
        return desk.go(address) if now is None else desk.show(GoingPiece(going=now))
    about = (MEDIA[found.medium], PURPOSES[found.purpose], found.source)
    withdrawing = work.doing is Doing.WITHDRAWING
    return desk.show(DeclaredPage(declaration=declaration_id, about=about, work=work, going=now, withdrawing=withdrawing))


@post(f"{ONE}/tarik", opt=needs(Permission.CONSENTS_WRITE))
async def withdrawn(desk: Desk, declaration_id: FromPath[UUID]) -> Response[str]:
    """Take a declaration back. Twice is once."""
    try:
        gone = await withdraw(declaration_id, desk.principal)
    except DeclarationNotFoundError:
        return gone_on(desk, await find_declaration(declaration_id))  # it was taken back before, or is not there at all
    await audit.record(desk.principal, "consents.withdrawn", str(gone.id), {"customers": gone.customers})
    return gone_on(desk, gone)


@post(f"{ONE}/lanjut", opt=needs(Permission.CONSENTS_WRITE))
async def carried_on(desk: Desk, declaration_id: FromPath[UUID]) -> Response[str]:
    """Go on with one that stopped half-way."""
    return gone_on(desk, await carry_on(declaration_id))


def gone_on(desk: Desk, declaration: Declaration) -> Response[str]:
    """On to where its work is watched, or back to the list if all of it is done."""
    if declaration.work is not None:
        return desk.go(_address(desk, declaration.id))
    return desk.go(f"{desk.shop_path}{PLACE}", say=TAKEN_BACK if declaration.withdrawn else DECLARED)


def _address(desk: Desk, declaration_id: UUID) -> str:
    return f"{desk.shop_path}{PLACE}/pernyataan/{declaration_id}"


async def _going(work: Work | None, address: str) -> Going | None:
    """None where there is none, or where the job is over and the work is not: somebody stopped it, or it broke off too often."""
    if work is None or work.job_id is None:
        return None
    try:
        job = await find_job(work.job_id)
    except JobNotFoundError:
        return None
    if job.state.over:
        return None
    return Going(address, work.done, work.people, WORKING[work.doing] if job.started_at else QUEUED)


ROUTES = [declared, withdrawn, carried_on]
