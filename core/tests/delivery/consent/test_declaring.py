"""Imported consent must be declared by the owner for the file: what that writes, whom it leaves alone, and how it is taken back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from declarations import CLAIM, SINCE, bring, by

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent import (
    ConsentState,
    Means,
    Proof,
    Recipient,
    Said,
    consent_history,
    consents_of,
    opt_out,
    set_consent,
    standing_of,
)
from batikrfm.delivery.consent.declaring import Claim, declare, list_declarations, withdraw
from batikrfm.delivery.consent.errors import ConsentError, DeclarationError, DeclarationNotFoundError, DeclaredError, ImportNotFoundError
from batikrfm.delivery.consent.wordings import keep_wording
from batikrfm.delivery.model import LeftOut, Medium, Purpose
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from core.tests.delivery.consent.conftest import Shop


async def state(customer: UUID) -> ConsentState:
    return (await consents_of(customer))[0].state


async def test_an_import_alone_says_nobody_agreed(tenant: UUID, sari: UUID) -> None:
    await bring(tenant, sari)
    async with tenant_scope(tenant):
        assert await standing_of([sari], Medium.EMAIL, Purpose.MARKETING) == {sari: LeftOut.NO_CONSENT}


async def test_a_declaration_writes_one_consent_for_each_customer_of_the_file(tenant: UUID, sari: UUID, shop: Shop) -> None:
    """With the words, the day and the file. Sabotage: join the orders without ``distinct``; red."""
    budi, other = await shop.customer("Budi"), await shop.customer("Dewi")
    brought = await bring(tenant, sari, budi)
    await bring(tenant, other)
    async with tenant_scope(tenant):
        wording = await keep_wording(Purpose.MARKETING, "Saya mau dikirimi promo.", by="Bu Sri")
        claim = Claim(Medium.EMAIL, Purpose.MARKETING, "formulir pendaftaran", SINCE, wording.id)
        done = await declare(brought, claim, by(tenant))
        assert (done.customers, done.refused, done.wording, done.declared.by) == (2, 0, 1, "Bu Sri")
        assert await list_declarations(brought) == await list_declarations() == [done]
        (said,) = await consent_history(sari)
        assert (said.state, said.means, said.source, said.by, said.wording) == (
            ConsentState.GRANTED,
            Means.IMPORT,
            "formulir pendaftaran",
            "Bu Sri",
            1,
        )
        assert (said.at, said.proof) == (dt.datetime(2026, 1, 5, tzinfo=dt.UTC), Proof(file="pelanggan.csv"))
        found = await standing_of([sari, budi, other], Medium.EMAIL, Purpose.MARKETING)
        assert found == {sari: None, budi: None, other: LeftOut.NO_CONSENT}


async def test_a_no_stays_a_no_whatever_a_file_says(tenant: UUID, sari: UUID, shop: Shop) -> None:
    """Neither a refusal nor the list of stopped addresses gives way to a file. Sabotage: drop ``willing``; red."""
    click, budi = Said("link", "BatikRFM", Means.RECIPIENT), await shop.customer("Budi", email="budi@contoh.id")
    brought = await bring(tenant, sari, budi)
    async with tenant_scope(tenant):
        await opt_out(Recipient(Medium.EMAIL, sari), click)
        await set_consent(budi, Medium.EMAIL, Purpose.MARKETING, ConsentState.REFUSED, Said("chat", "Bu Sri"))
        done = await declare(brought, CLAIM, by(tenant))
        assert (done.customers, done.refused) == (0, 2)
        found = await standing_of([sari, budi], Medium.EMAIL, Purpose.MARKETING)
        assert found == {sari: LeftOut.SUPPRESSED, budi: LeftOut.REFUSED}


async def test_a_declaration_can_be_withdrawn_and_what_held_before_holds_again(tenant: UUID, sari: UUID, shop: Shop) -> None:
    asked, both = await shop.customer("Budi"), await shop.customer("Dewi")
    brought, again = await bring(tenant, sari, asked, both), await bring(tenant, both)
    waiting, theirs = await shop.message(sari), await shop.message(asked)
    async with tenant_scope(tenant):
        await set_consent(asked, Medium.EMAIL, Purpose.MARKETING, ConsentState.GRANTED, Said("chat", "Bu Sri"))
        first, second = await declare(brought, CLAIM, by(tenant)), await declare(again, CLAIM, by(tenant))
        assert first.customers == 3
        gone = await withdraw(first.id, by(tenant))
        assert gone.withdrawn is not None
        assert [await state(one) for one in (sari, asked, both)] == [ConsentState.UNKNOWN, ConsentState.GRANTED, ConsentState.GRANTED]
        assert [said.means for said in await consent_history(sari)] == [Means.WITHDRAWN, Means.IMPORT]
        with pytest.raises(DeclarationNotFoundError):
            await withdraw(first.id, by(tenant))
        await withdraw(second.id, by(tenant))
        assert await state(both) is ConsentState.UNKNOWN
        assert (await declare(brought, CLAIM, by(tenant))).customers == 3  # and it can be declared anew
    assert await shop.state_of(waiting) == ("left_out", LeftOut.NO_CONSENT)
    assert await shop.state_of(theirs) == ("queued", None)


async def test_what_cannot_be_declared(tenant: UUID, other_tenant: UUID, sari: UUID) -> None:
    brought = await bring(tenant, sari)
    tomorrow = dt.date(2026, 11, 27)
    async with tenant_scope(tenant):
        with pytest.raises(DeclarationError):
            await declare(brought, Claim(Medium.EMAIL, Purpose.MARKETING, "chat", tomorrow), by(tenant), today=dt.date(2026, 11, 26))
        with pytest.raises(ConsentError):
            await declare(brought, Claim(Medium.EMAIL, Purpose.MARKETING, " ", SINCE), by(tenant))
        with pytest.raises(ImportNotFoundError):
            await declare(uuid7(), CLAIM, by(tenant))
        done = await declare(brought, CLAIM, by(tenant))
        with pytest.raises(DeclaredError):
            await declare(brought, CLAIM, by(tenant))
    async with tenant_scope(other_tenant):
        with pytest.raises(ImportNotFoundError):
            await declare(brought, CLAIM, by(other_tenant))
        with pytest.raises(DeclarationNotFoundError):
            await withdraw(done.id, by(other_tenant))
        assert await list_declarations() == []


async def test_it_is_one_statement_for_all_of_them(tenant: UUID) -> None:
    """2,000 customers and two in the same number of statements: a file of a million is a matter of the database alone."""
    counted = []
    for many in (2, 2000):
        made = [uuid7() for _ in range(many)]
        async with tenant_scope(tenant) as scope:
            await scope.execute(
                "insert into customers (tenant_id, id, contact_at, key) select current_setting('app.tenant_id')::uuid, id, now(), id::text"
                " from unnest($1::uuid[]) as c (id)",
                made,
            )
        brought = await bring(tenant, *made)
        async with tenant_scope(tenant):
            assert (await declare(brought, CLAIM, by(tenant))).customers == many
            counted.append(await current_scope().fetchval("select count(*) from consent_states"))
    assert counted == [2, 2002]
