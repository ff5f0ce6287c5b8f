"""My data: all of it to take along, and erased for good, but for the hash that keeps the address from being written to."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent import ConsentState, Proof, Reason, Said, set_consent, standing_of
from batikrfm.delivery.consent.erasing import erase
from batikrfm.delivery.consent.errors import PersonalStopError
from batikrfm.delivery.consent.own_data import own_data
from batikrfm.delivery.consent.preferences import CAPS, Often, choose_how_often, how_often
from batikrfm.delivery.consent.suppressing import list_suppressions, remove_suppression
from batikrfm.delivery.model import LeftOut, Medium, Purpose
from batikrfm.segmentation.errors import CustomerNotFoundError
from batikrfm.segmentation.notes import add_note
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from core.tests.delivery.consent.conftest import Shop

IMPORT = """
    insert into imports (tenant_id, id, files, rows, imported, cancelled, refund, without_customer, rejected)
    values (current_setting('app.tenant_id')::uuid, $1, '{penjualan.csv}', 0, 0, 0, 0, 0, 0)
"""
ORDER = """
    insert into orders (tenant_id, id, import_id, customer_id, ordered_at, net_e4, gross_e4, key)
    values (current_setting('app.tenant_id')::uuid, $1, $2, $3, '2026-01-08T03:00Z', 1250000000, 1250000000, $4)
"""
REJECTED = """
    insert into import_rejections (tenant_id, id, import_id, file, line, reason, "values")
    select current_setting('app.tenant_id')::uuid, $1, id, 'a.csv', $2, 'no_date', $3 from imports limit 1
"""
KEEPS = """
    select string_agg(t::text, ' ') from (
        select to_jsonb(x)::text from customers x union all select to_jsonb(x)::text from orders x
        union all select to_jsonb(x)::text from customer_consents x union all select to_jsonb(x)::text from customer_notes x
        union all select to_jsonb(x)::text from import_rejections x union all select to_jsonb(x)::text from suppressions x
        union all select to_jsonb(x)::text from deliveries x
        union all select to_jsonb(x)::text from contact_preferences x union all select to_jsonb(x)::text from consent_states x
    ) as t (t)
"""


async def buy(tenant: UUID, customer: UUID, *keys: str) -> None:
    brought = uuid7()
    async with tenant_scope(tenant) as scope:
        await scope.execute(IMPORT, brought)
        for key in keys:
            await scope.execute(ORDER, uuid7(), brought, customer, key)


async def test_the_suppression_list_keeps_a_salted_hash_after_erasure(tenant: UUID, sari: UUID, shop: Shop) -> None:
    """Nothing else that names the person stays, and a later import of the same address stays suppressed.

    Sabotage: leave out ``BLIND``, or suppress after the customer is gone; red.
    """
    waiting = await shop.message(sari)
    await buy(tenant, sari, "INV-1", "~1767841200000000~1250000000~1~+6281234567890")
    async with tenant_scope(tenant) as scope:
        await set_consent(
            sari, Medium.EMAIL, Purpose.MARKETING, ConsentState.GRANTED, Said("chat", "Bu Sri", proof=Proof(address="203.0.113.7"))
        )
        await add_note(sari, "Sari suka biru", author="Bu Sri")
        await choose_how_often(sari, Often.MONTHLY)
        for number, cells in enumerate(["nego | SARI@contoh.id", "0812-3456-7890 | kemarin", "lain"]):
            await scope.execute(REJECTED, uuid7(), number, cells)
        await erase(sari, by="Sari")
        assert await scope.fetchval("select count(*) from import_rejections where \"values\" = 'lain'") == 1
        kept = (await scope.fetchval(KEEPS)).casefold()
        for trace in ("sari@", "81234567890", "3456-7890", "203.0.113.7", "suka biru", "-sari"):
            assert trace not in kept
        assert await scope.fetchval("select count(*) from orders where customer_id is null and net_e4 = 1250000000") == 2
        assert await scope.fetchval("select count(*) from orders where key = 'INV-1'") == 1
        entries = await list_suppressions()
        assert {(one.medium, one.reason, one.customer_id) for one in entries} == {
            (Medium.EMAIL, Reason.ERASED, None),
            (Medium.WHATSAPP, Reason.ERASED, None),
        }
        with pytest.raises(PersonalStopError):
            await remove_suppression(entries[0].id)
    assert await shop.state_of(waiting) == ("left_out", LeftOut.SUPPRESSED)
    again = await shop.customer("Sari")
    async with tenant_scope(tenant):
        for medium in Medium:
            for purpose in Purpose:
                assert await standing_of([again], medium, purpose) == {again: LeftOut.SUPPRESSED}


async def test_nobody_erases_another_shops_customer(tenant: UUID, other_tenant: UUID, sari: UUID) -> None:
    async with tenant_scope(other_tenant):
        for call in (lambda: erase(sari, by="x"), lambda: own_data(sari), lambda: choose_how_often(sari, Often.WEEKLY)):
            with pytest.raises(CustomerNotFoundError):
                await call()
    async with tenant_scope(tenant) as scope:
        assert await scope.fetchval("select count(*) from customers") == 1


async def test_my_data_is_all_of_it_as_json_and_as_csv(tenant: UUID, sari: UUID, shop: Shop) -> None:
    await shop.message(sari)
    await buy(tenant, sari, "INV-1")
    async with tenant_scope(tenant):
        await set_consent(sari, Medium.EMAIL, Purpose.MARKETING, ConsentState.GRANTED, Said("=HYPERLINK(1)", "Bu Sri"))
        await add_note(sari, "Suka biru", author="Bu Sri")
        found = await own_data(sari)
    told = json.loads(found.as_json())
    assert (told["person"]["name"], told["person"]["email"]) == ("Sari", "sari@contoh.id")
    assert [(one["key"], one["amount"]) for one in told["orders"]] == [("INV-1", "125000.0000")]
    assert [one["state"] for one in told["consents"]] == ["granted"]
    assert [(one["campaign"], one["state"]) for one in told["messages"]] == [("Lebaran", "queued")]
    assert [one["text"] for one in told["notes"]] == ["Suka biru"]
    rows = list(csv.reader(io.StringIO(found.as_csv().decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {"person", "order", "consent", "message", "note"}
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)


async def test_how_often_is_the_persons_to_say(tenant: UUID, sari: UUID) -> None:
    """A cap that audiences read from ``contact_preferences``."""
    async with tenant_scope(tenant) as scope:
        assert await how_often(sari) is Often.AS_IT_COMES
        for often, cap in CAPS.items():
            await choose_how_often(sari, often)
            assert await how_often(sari) is often
            assert tuple((await scope.fetch("select most, days from contact_preferences"))[0]) == cap
