"""Consent per customer, medium and purpose: what was said, where, to which words, and what shows it."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import pytest

from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent import Consent, ConsentState, Means, Proof, Said, consent_history, consents_of, set_consent, standing_of
from batikrfm.delivery.consent.errors import ConsentError, WordingError, WordingNotFoundError
from batikrfm.delivery.consent.states import list_consents
from batikrfm.delivery.consent.wordings import find_wording, keep_wording, list_wordings
from batikrfm.delivery.model import LeftOut, Medium, Purpose
from batikrfm.segmentation.errors import CustomerNotFoundError
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from core.tests.delivery.consent.conftest import Shop

CHAT = Said("chat", "Bu Sri")


def for_(consents: tuple[Consent, ...], medium: Medium, purpose: Purpose = Purpose.MARKETING) -> Consent:
    return next(one for one in consents if (one.medium, one.purpose) == (medium, purpose))


async def test_nothing_said_is_unknown_and_unknown_is_no_yes(tenant: UUID, sari: UUID) -> None:
    """Sabotage: let ``_why`` pass whoever did not refuse; red."""
    async with tenant_scope(tenant):
        said = await consents_of(sari)
        assert [(one.purpose, one.medium, one.state) for one in said] == [
            (purpose, medium, ConsentState.UNKNOWN) for purpose in Purpose for medium in Medium
        ]
        assert await standing_of([sari], Medium.EMAIL, Purpose.MARKETING) == {sari: LeftOut.NO_CONSENT}
        assert await standing_of([sari], Medium.EMAIL, Purpose.SERVICE) == {sari: None}


async def test_consent_is_for_one_customer_one_medium_and_one_purpose(tenant: UUID, sari: UUID, shop: Shop) -> None:
    budi = await shop.customer("Budi", email="budi@contoh.id", phone="+628120000001")
    async with tenant_scope(tenant):
        await set_consent(sari, Medium.EMAIL, Purpose.MARKETING, ConsentState.GRANTED, CHAT)
        assert await standing_of([sari, budi], Medium.EMAIL, Purpose.MARKETING) == {sari: None, budi: LeftOut.NO_CONSENT}
        assert await standing_of([sari], Medium.WHATSAPP, Purpose.MARKETING) == {sari: LeftOut.NO_CONSENT}
        await set_consent(sari, Medium.EMAIL, Purpose.SERVICE, ConsentState.REFUSED, CHAT)
        assert await standing_of([sari], Medium.EMAIL, Purpose.MARKETING) == {sari: None}
        assert await standing_of([sari], Medium.EMAIL, Purpose.SERVICE) == {sari: LeftOut.REFUSED}


async def test_source_wording_version_time_and_proof_are_kept(tenant: UUID, sari: UUID) -> None:
    """Each of the five that section 2 asks for, as it was given."""
    since = dt.datetime(2026, 1, 8, 3, tzinfo=dt.UTC)
    proof = Proof(address="203.0.113.7", agent="Mozilla/5.0", message_id="wamid.1", file="pelanggan.csv")
    async with tenant_scope(tenant):
        wording = await keep_wording(Purpose.MARKETING, "Saya mau dikirimi kabar promo.", by="Bu Sri")
        said = Said("formulir di toko", "Bu Sri", Means.OWNER, wording.id, proof, since)
        kept = await set_consent(sari, Medium.WHATSAPP, Purpose.MARKETING, ConsentState.GRANTED, said)
        assert kept == Consent(
            Medium.WHATSAPP, Purpose.MARKETING, ConsentState.GRANTED, since, "formulir di toko", "Bu Sri", Means.OWNER, 1, proof
        )
        assert "203.0.113.7" not in repr(kept)
        assert for_(await consents_of(sari), Medium.WHATSAPP) == kept
        assert await consent_history(sari) == [kept]


async def test_the_wordings_text_is_kept_once_for_each_version(tenant: UUID, other_tenant: UUID) -> None:
    async with tenant_scope(tenant):
        first = await keep_wording(Purpose.MARKETING, "Saya mau dikirimi promo.\r\n", by="Bu Sri")
        again = await keep_wording(Purpose.MARKETING, "  Saya mau dikirimi promo.", by="Pak Joko")
        second = await keep_wording(Purpose.MARKETING, "Saya mau dikirimi promo dan kabar toko.", by="Pak Joko")
        service = await keep_wording(Purpose.SERVICE, "Saya mau dikabari soal pesanan.", by="Pak Joko")
        assert again == first
        assert [(one.purpose, one.version) for one in await list_wordings()] == [
            (Purpose.MARKETING, 2),
            (Purpose.MARKETING, 1),
            (Purpose.SERVICE, 1),
        ]
        assert await find_wording(second.id) == second
        assert service.version == 1
        for nothing in ("", "  \n", "x" * 4001):
            with pytest.raises(WordingError):
                await keep_wording(Purpose.MARKETING, nothing, by="Bu Sri")
    async with tenant_scope(other_tenant):
        with pytest.raises(WordingNotFoundError):
            await find_wording(first.id)


async def test_two_who_write_new_words_at_once_get_two_versions(tenant: UUID) -> None:
    async def write(words: str) -> int:
        async with tenant_scope(tenant):
            return (await keep_wording(Purpose.MARKETING, words, by="Bu Sri")).version

    assert sorted(await asyncio.gather(*(write(f"Kalimat {number}") for number in range(5)))) == [1, 2, 3, 4, 5]


async def test_the_latest_word_holds_and_the_history_only_grows(tenant: UUID, sari: UUID) -> None:
    """Sabotage: write consent_states outside of ``_keep``; the two stories differ; red."""
    async with tenant_scope(tenant):
        for state in (ConsentState.GRANTED, ConsentState.REFUSED, ConsentState.GRANTED):
            await set_consent(sari, Medium.EMAIL, Purpose.MARKETING, state, CHAT)
        history = await consent_history(sari)
        assert [said.state for said in history] == [ConsentState.GRANTED, ConsentState.REFUSED, ConsentState.GRANTED]
        assert for_(await consents_of(sari), Medium.EMAIL) == history[0]
        assert [one.id for one in await list_consents(Medium.EMAIL, Purpose.MARKETING)] == [sari]
        assert await list_consents(Medium.EMAIL, Purpose.MARKETING, ConsentState.REFUSED) == []
    for change in ("update customer_consents set state = 'granted'", "delete from customer_consents"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with tenant_scope(tenant) as scope:
                await scope.execute(change)


@pytest.mark.parametrize("source", ["", "  ", "\x00", "x" * 201], ids=range(4))
async def test_a_consent_without_a_source_is_none(tenant: UUID, sari: UUID, source: str) -> None:
    async with tenant_scope(tenant):
        with pytest.raises(ConsentError):
            await set_consent(sari, Medium.EMAIL, Purpose.MARKETING, ConsentState.GRANTED, Said(source, "Bu Sri"))


async def test_many_who_say_something_at_once_leave_one_word_that_holds(tenant: UUID, sari: UUID) -> None:
    async def say(state: ConsentState) -> None:
        async with tenant_scope(tenant):
            await set_consent(sari, Medium.EMAIL, Purpose.MARKETING, state, CHAT)

    await asyncio.gather(*(say([ConsentState.GRANTED, ConsentState.REFUSED][number % 2]) for number in range(12)))
    async with tenant_scope(tenant) as scope:
        assert await scope.fetchval("select count(*) from consent_states") == 1
        assert for_(await consents_of(sari), Medium.EMAIL).state == await scope.fetchval(
            "select h.state from consent_states s join customer_consents h on h.id = s.consent_id"
        )


async def test_another_shops_customer_says_nothing_here(tenant: UUID, other_tenant: UUID, sari: UUID) -> None:
    async with tenant_scope(tenant):
        await set_consent(sari, Medium.EMAIL, Purpose.MARKETING, ConsentState.GRANTED, CHAT)
    async with tenant_scope(other_tenant):
        for unknown in (sari, uuid7()):
            with pytest.raises(CustomerNotFoundError):
                await set_consent(unknown, Medium.EMAIL, Purpose.MARKETING, ConsentState.REFUSED, CHAT)
        assert await consent_history(sari) == []
        assert await standing_of([sari], Medium.EMAIL, Purpose.MARKETING) == {sari: LeftOut.NO_ADDRESS}
