"""``/api/consents``: what customers agreed to and refused, the words of it, and what is declared of a file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from batikrfm.delivery.consent import Consent, ConsentState, Means, Recipient, Said, consent_history, consents_of, opt_out, set_consent
from batikrfm.delivery.consent.declaring import Claim, declare, list_declarations, withdraw
from batikrfm.delivery.consent.errors import ImportNotFoundError
from batikrfm.delivery.consent.model import Declaration, Doing, Wording
from batikrfm.delivery.consent.states import Held, list_consents
from batikrfm.delivery.consent.wordings import keep_wording, list_wordings
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.jobs import find_job
from batikrfm.sales.uploads import find_upload
from batikrfm.segmentation.profile import require_customer
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.cursors import last_of, page_of
from batikrfm.web.deeds import log_deed
from batikrfm.web.etags import NOT_MODIFIED, tagged
from batikrfm.web.guards import needs
from batikrfm.web.openapi import NOT_FOUND
from batikrfm.web.params import Cursor, Limit, Next, language
from batikrfm.web.routes import jobs
from batikrfm.web.routes.customers import ConsentItem, consent_item
from batikrfm.web.routes.jobs import JobInfo
from batikrfm.web.scope import principal_of

KIND = "consents"

Source = Annotated[
    str, msgspec.Meta(description="How you know of it, in words", min_length=1, max_length=200, examples=["form in the shop"])
]
Words = (
    Annotated[str, msgspec.Meta(description="The words that they agreed to; the same words are one version", min_length=1, max_length=4000)]
    | None
)


class HeldItem(msgspec.Struct, frozen=True):
    """What holds for one customer."""

    customer_id: UUID
    medium: Medium
    purpose: Purpose
    state: ConsentState
    at: datetime
    source: str
    means: Means
    wording: int | None


class HeldPage(msgspec.Struct, frozen=True):
    """Customers who said something. Who is not among them said nothing, which is no yes."""

    items: list[HeldItem]
    next: Next


class PastConsent(ConsentItem, frozen=True):
    """Something that was said, and what shows it."""

    entered_by: str | None
    proof: Annotated[dict[str, str], msgspec.Meta(description="`address` and `agent` of their click, `message_id`, `file`, `delivery_id`")]
    declaration_id: UUID | None


class CustomerConsents(msgspec.Struct, frozen=True):
    """What holds for a customer, and everything that was ever said, the latest first."""

    now: list[ConsentItem]
    history: list[PastConsent]


class NewConsent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a customer said."""

    customer_id: UUID
    medium: Medium
    state: ConsentState
    source: Source
    purpose: Purpose = Purpose.MARKETING
    words: Words = None


class OptOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer who wants no more advertising."""

    customer_id: UUID
    medium: Medium
    source: Source
    everywhere: Annotated[bool, msgspec.Meta(description="On every medium")] = False


class OptedOut(msgspec.Struct, frozen=True):
    """What came of it."""

    left_out: Annotated[int, msgspec.Meta(description="Messages that were waiting and are not sent now")]


class WordingInfo(msgspec.Struct, frozen=True):
    """A version of the words that people agree to."""

    id: UUID
    purpose: Purpose
    version: int
    words: str
    created_at: datetime


class WordingList(msgspec.Struct, frozen=True):
    """Every version, the latest first for each purpose."""

    items: list[WordingInfo]


class NewWording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words to agree to."""

    words: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
    purpose: Purpose = Purpose.MARKETING


class NewDeclaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What you declare of every customer in a file."""

    medium: Medium
    source: Source
    since: Annotated[date, msgspec.Meta(description="The day from which they agreed")]
    purpose: Purpose = Purpose.MARKETING
    words: Words = None


class DeclarationWork(msgspec.Struct, frozen=True):
    """What is not done yet of a declaration: customer by customer, none counts before their turn."""

    doing: Annotated[Doing, msgspec.Meta(description="`withdrawing` is taking it back")]
    done: int
    people: Annotated[int, msgspec.Meta(description="Whom it concerns")]
    job_id: UUID | None


class DeclarationInfo(msgspec.Struct, frozen=True):
    """What was declared of the customers of a file. `refused` had said no before, and are left at that.

    While there is `work`, both count those who had their turn.
    """

    id: UUID
    import_id: Annotated[UUID, msgspec.Meta(description="`result.import_id` of the import")]
    medium: Medium
    purpose: Purpose
    since: date
    source: str
    wording: int | None
    customers: int
    refused: int
    declared_by: str
    declared_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    work: Annotated[DeclarationWork | None, msgspec.Meta(description="Null once all of it is done")]


class DeclarationList(msgspec.Struct, frozen=True):
    """What was declared, the latest first."""

    items: list[DeclarationInfo]


AT_ONCE_OR_LATER = {
    200: ResponseSpec(DeclarationInfo, generate_examples=False, description="It is done"),
    202: ResponseSpec(JobInfo, generate_examples=False, description="The job that does it; `work` of the declaration says how far it is"),
}
OnMedium = Annotated[Medium, QueryParameter(name="medium", description="Consent on this medium")]
ForPurpose = Annotated[Purpose, QueryParameter(name="purpose", description="Consent for this purpose")]
InState = Annotated[ConsentState | None, QueryParameter(name="state", description="Only customers who said this")]


@get("/consents", opt=needs(Permission.CONSENTS_READ), operation_id="listConsents", tags=["consents"], responses=NOT_MODIFIED)
async def list_(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
    request: Request[Any, Any, Any],
    medium: OnMedium,
    purpose: ForPurpose = Purpose.MARKETING,
    said: InState = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response[HeldPage]:
    """List who agreed or refused."""
    found = await list_consents(medium, purpose, said, after=last_of(cursor, KIND), limit=limit + 1)
    page, next_page = page_of(found, limit, KIND)
    return tagged(request, HeldPage([_held(one) for one in page], next_page))


@get("/customers/{customer_id:uuid}/consents", opt=needs(Permission.CONSENTS_READ), operation_id="getConsents", tags=["consents"])
async def of_customer(customer_id: FromPath[UUID]) -> CustomerConsents:
    """What holds for one customer, with everything that they ever said and its proof."""
    await require_customer(customer_id)
    now, history = await consents_of(customer_id), await consent_history(customer_id)
    return CustomerConsents([consent_item(one) for one in now], [_past(one) for one in history])


@post("/consents", opt=needs(Permission.CONSENTS_WRITE, **{NOT_FOUND: True}), operation_id="setConsent", tags=["consents"], status_code=200)
async def set_(request: Request[Any, Any, Any], data: JSONBody[NewConsent]) -> ConsentItem:
    """Add what a customer said; from now on it holds. A no is effective at once, on messages that wait, too.

    A yes is a new consent of the person: it takes back what they had stopped on this medium.
    """
    by = principal_of(request).name
    wording_id = await _wording(data.purpose, data.words, by)
    said = Said(data.source, by, Means.API, wording_id)
    kept = await set_consent(data.customer_id, data.medium, data.purpose, data.state, said)
    await log_deed(request, "customers.consent_set", str(data.customer_id), medium=data.medium, purpose=data.purpose, state=data.state)
    return consent_item(kept)


@post(
    "/consents/opt-outs",
    opt=needs(Permission.CONSENTS_WRITE, **{NOT_FOUND: True}),
    operation_id="optOut",
    tags=["consents"],
    status_code=200,
)
async def stop(request: Request[Any, Any, Any], data: JSONBody[OptOut]) -> OptedOut:
    """Unsubscribe a customer: their consent is refused and their address stopped, on messages that wait, too."""
    await require_customer(data.customer_id)
    said = Said(data.source, principal_of(request).name, Means.API)
    left_out = await opt_out(Recipient(data.medium, data.customer_id), said, everywhere=data.everywhere)
    await log_deed(request, "customers.opted_out", str(data.customer_id), medium=data.medium, everywhere=data.everywhere)
    return OptedOut(left_out)


@get("/consents/wordings", opt=needs(Permission.CONSENTS_READ), operation_id="listWordings", tags=["consents"])
async def wordings() -> WordingList:
    """The words that people agree to, every version."""
    return WordingList([_words(one) for one in await list_wordings()])


@post("/consents/wordings", opt=needs(Permission.CONSENTS_WRITE), operation_id="keepWording", tags=["consents"], status_code=200)
async def add_wording(request: Request[Any, Any, Any], data: JSONBody[NewWording]) -> WordingInfo:
    """Keep words, or find the version that has them."""
    kept = await keep_wording(data.purpose, data.words, by=principal_of(request).name)
    await log_deed(request, "consents.worded", str(kept.id), purpose=kept.purpose, version=kept.version)
    return _words(kept)


@get("/imports/{import_id:uuid}/consents", opt=needs(Permission.CONSENTS_READ), operation_id="listDeclarations", tags=["consents"])
async def declarations(import_id: FromPath[UUID]) -> DeclarationList:
    """What was declared of the customers of a file."""
    result = (await find_upload(import_id)).result
    return DeclarationList([_declared(one) for one in await list_declarations(result.id)] if result else [])


@post(
    "/imports/{import_id:uuid}/consents",
    opt=needs(Permission.CONSENTS_WRITE),
    operation_id="declareConsent",
    tags=["consents"],
    status_code=200,
    responses=AT_ONCE_OR_LATER,
)
async def declare_(request: Request[Any, Any, Any], import_id: FromPath[UUID], data: JSONBody[NewDeclaration]) -> Response[Any]:
    """Declare that the customers of a file agreed. Who refused before, and addresses that are stopped, are left at that.

    Where they are very many, 202 with the job that writes them down: nobody is written to before their turn.
    """
    upload, by = await find_upload(import_id), principal_of(request)
    if upload.result is None:
        raise ImportNotFoundError
    wording_id = await _wording(data.purpose, data.words, by.name)
    done = await declare(upload.result.id, Claim(data.medium, data.purpose, data.source, data.since, wording_id), by)
    await log_deed(request, "consents.declared", str(done.id), medium=done.medium, purpose=done.purpose, customers=done.concerned)
    return await _answered(request, done)


@delete(
    "/consents/declarations/{declaration_id:uuid}",
    opt=needs(Permission.CONSENTS_WRITE),
    operation_id="withdrawDeclaration",
    tags=["consents"],
    status_code=200,
    responses=AT_ONCE_OR_LATER,
)
async def withdraw_(request: Request[Any, Any, Any], declaration_id: FromPath[UUID]) -> Response[Any]:
    """Take a declaration back: what held before holds again. Where they are very many, 202 with the job that does it."""
    gone = await withdraw(declaration_id, principal_of(request))
    await log_deed(request, "consents.withdrawn", str(gone.id), medium=gone.medium, purpose=gone.purpose, customers=gone.customers)
    return await _answered(request, gone)


async def _answered(request: Request[Any, Any, Any], done: Declaration) -> Response[Any]:
    """What became of it, or the job that is at it."""
    if done.work is None or done.work.job_id is None:
        return Response(_declared(done), status_code=200)
    return Response(jobs.about(await find_job(done.work.job_id), language(request)), status_code=202)


async def _wording(purpose: Purpose, words: str | None, by: str) -> UUID | None:
    return None if words is None else (await keep_wording(purpose, words, by=by)).id


def _held(one: Held) -> HeldItem:
    return HeldItem(one.id, one.medium, one.purpose, one.state, one.at, one.source, one.means, one.wording)


def _past(one: Consent) -> PastConsent:
    proof = {name: str(value) for name, value in msgspec.to_builtins(one.proof).items()} if one.proof else {}
    return PastConsent(one.medium, one.purpose, one.state, one.at, one.source, one.means, one.wording, one.by, proof, one.declaration_id)


def _words(one: Wording) -> WordingInfo:
    return WordingInfo(one.id, one.purpose, one.version, one.words, one.created_at)


def _declared(one: Declaration) -> DeclarationInfo:
    return DeclarationInfo(
        id=one.id,
        import_id=one.import_id,
        medium=one.medium,
        purpose=one.purpose,
        since=one.since,
        source=one.source,
        wording=one.wording,
        customers=one.customers,
        refused=one.refused,
        declared_by=one.declared.by,
        declared_at=one.declared.at,
        withdrawn_by=one.withdrawn.by if one.withdrawn else None,
        withdrawn_at=one.withdrawn.at if one.withdrawn else None,
        work=DeclarationWork(one.work.doing, one.work.done, one.work.people, one.work.job_id) if one.work else None,
    )


ROUTES = (list_, of_customer, set_, stop, wordings, add_wording, declarations, declare_, withdraw_)
