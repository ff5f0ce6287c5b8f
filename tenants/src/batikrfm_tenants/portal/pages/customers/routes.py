"""The addresses of customers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from batikrfm.delivery.consent import ConsentState, Said, consent_history, consents_of, set_consent
from batikrfm.delivery.consent.erasing import erase
from batikrfm.delivery.consent.suppressing import suppressions_of
from batikrfm.delivery.consent.wordings import keep_wording
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text
from batikrfm.segmentation.customers import list_customers
from batikrfm.segmentation.errors import BadCursorError
from batikrfm.segmentation.history import past_runs
from batikrfm.segmentation.notes import add_note, delete_note
from batikrfm.segmentation.profile import customer_profile, timeline
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.downloads import attachment
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.customers.asked import Asked, asked
from batikrfm_tenants.portal.pages.customers.exporting import as_csv
from batikrfm_tenants.portal.pages.customers.listing import CustomersPage, customers_page
from batikrfm_tenants.portal.pages.customers.person import CustomerPage, Will, customer_page, orders_page
from batikrfm_tenants.portal.pages.made_up import made_up_in

NOTED = Text(id="Catatan tersimpan.", en="The note is kept.")
NOTE_GONE = Text(id="Catatan dihapus.", en="The note is gone.")
CONSENT_KEPT = Text(id="Jawabannya sudah dicatat.", en="What they said is kept.")
ERASED = Text(id="Data pelanggan ini sudah dihapus.", en="This customer's data is erased.")
PICK_ONE = Text(id="Pilih salah satu.", en="Choose one.")


@get("/pelanggan", opt=needs(Permission.CUSTOMERS_READ))
async def customers(desk: Desk) -> Response[str]:
    """The list, as its address says."""
    return desk.show(await _page(desk, asked({name: value for name, value in desk.request.query_params.items() if name != "cari"})))


@post("/pelanggan", opt=needs(Permission.CUSTOMERS_READ))
async def search(desk: Desk) -> Response[str]:
    """The list, as a form says: a search. Nothing is changed by it."""
    form = await desk.form()
    return desk.show(await _page(desk, asked({name: form[name] for name in form.sent})))


@post("/pelanggan/daftar.csv", opt=needs(Permission.CUSTOMERS_EXPORT))
async def export(desk: Desk) -> Stream:
    """The list as a file. It is streamed after the request's own unit of work has ended, page by page in units of their own."""
    form = await desk.form()
    wanted, names = asked({name: form[name] for name in form.sent}), await _segment_names(desk)
    await audit.record(desk.principal, "customers.exported")
    headers = attachment(f"pelanggan-{desk.inside.shop.tenant.slug}.csv")
    pieces = as_csv(desk.principal.tenant_id, wanted, names, desk.formats.language)
    return Stream(pieces, media_type="text/csv; charset=utf-8", headers=headers, status_code=200)


@get("/pelanggan/{customer_id:uuid}", opt=needs(Permission.CUSTOMERS_READ))
async def customer(desk: Desk, customer_id: FromPath[UUID]) -> Response[str]:
    """One customer."""
    return desk.show(await _customer(desk, customer_id))


@get("/pelanggan/{customer_id:uuid}/pesanan", opt=needs(Permission.CUSTOMERS_READ))
async def orders(desk: Desk, customer_id: FromPath[UUID], setelah: FromQuery[str | None] = None) -> Response[str]:
    """Their earlier orders."""
    found = await customer_profile(customer_id, runs=1)
    return desk.show(orders_page(found, await timeline(customer_id, setelah), desk.shop_path))


@post("/pelanggan/{customer_id:uuid}/catatan", opt=needs(Permission.CUSTOMERS_WRITE))
async def note(desk: Desk, customer_id: FromPath[UUID]) -> Response[str]:
    """Write a note."""
    form = await desk.form()
    try:
        await add_note(customer_id, form["note"], author=desk.principal.name)
    except InputError as error:
        return desk.refuse(await _customer(desk, customer_id, note=form.refused(error, "note")))
    await audit.record(desk.principal, "customers.noted")
    return desk.go(f"{desk.shop_path}/pelanggan/{customer_id}", say=NOTED)


@post("/pelanggan/{customer_id:uuid}/catatan/{note_id:uuid}/hapus", opt=needs(Permission.CUSTOMERS_WRITE))
async def note_deleted(desk: Desk, customer_id: FromPath[UUID], note_id: FromPath[UUID]) -> Response[str]:
    """Remove a note."""
    await delete_note(customer_id, note_id)
    await audit.record(desk.principal, "customers.note_deleted")
    return desk.go(f"{desk.shop_path}/pelanggan/{customer_id}", say=NOTE_GONE)


@post("/pelanggan/{customer_id:uuid}/izin", opt=needs(Permission.CONSENTS_WRITE))
async def consent(desk: Desk, customer_id: FromPath[UUID]) -> Response[str]:
    """Keep what the customer said."""
    form = await desk.form()
    medium, purpose, state = form["medium"], form["purpose"] or Purpose.MARKETING, form["state"]
    if medium not in set(Medium) or purpose not in set(Purpose) or state not in {ConsentState.GRANTED, ConsentState.REFUSED}:
        return desk.refuse(await _customer(desk, customer_id, consent=form.refused(PICK_ONE, "state")))
    by = desk.principal.name
    try:
        wording = (await keep_wording(Purpose(purpose), form["words"], by=by)).id if form["words"] else None
        await set_consent(customer_id, Medium(medium), Purpose(purpose), ConsentState(state), Said(form["source"], by, wording_id=wording))
    except InputError as error:
        return desk.refuse(await _customer(desk, customer_id, consent=form.refused(error, "source")))
    details = {"medium": medium, "purpose": purpose, "state": state}
    await audit.record(desk.principal, "customers.consent_set", str(customer_id), details)
    return desk.go(f"{desk.shop_path}/pelanggan/{customer_id}", say=CONSENT_KEPT)


@post("/pelanggan/{customer_id:uuid}/hapus", opt=needs(Permission.CUSTOMERS_WRITE))
async def erased(desk: Desk, customer_id: FromPath[UUID]) -> Response[str]:
    """Erase the customer, who asked for it in the shop."""
    await erase(customer_id, by=desk.principal.name)
    await audit.record(desk.principal, "customers.erased", str(customer_id))
    return desk.go(f"{desk.shop_path}/pelanggan", say=ERASED)


async def _page(desk: Desk, wanted: Asked) -> CustomersPage:
    try:
        found = await list_customers(wanted.wanted, sort=wanted.sort, after=wanted.after)
    except BadCursorError:  # the page that was kept in an address is gone: the first one is there
        found = await list_customers(wanted.wanted, sort=wanted.sort)
    page = customers_page(found, wanted, await _segment_names(desk), desk.shop_path)
    return replace(page, made_up=await made_up_in(desk))


async def _customer(desk: Desk, customer_id: UUID, note: Form | None = None, consent: Form | None = None) -> CustomerPage:
    forms = (note or Form(), consent or Form())
    found = await customer_profile(customer_id)
    will = Will(await consents_of(customer_id), await consent_history(customer_id), await suppressions_of(customer_id))
    return customer_page(desk, found, will, await _segment_names(desk), forms)


async def _segment_names(desk: Desk) -> dict[str, Text]:
    """The segments of the latest run, in its strategy's order."""
    run = next(iter(await past_runs(1)), None)
    strategy = desk.plugins.segmentation_strategies.get(run.strategy) if run else None
    if run is None or strategy is None:
        return {}
    names = {segment.key: segment.name for segment in strategy.segments}
    return {one.segment: names.get(one.segment, Text(id=one.segment, en=one.segment)) for one in run.results}


ROUTES: list[Any] = [customers, search, export, customer, orders, note, note_deleted, consent, erased]
