"""Whoever wants no more gets no more: at once, what is queued included, on one medium or on all."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent import (
    ConsentState,
    Means,
    Proof,
    Reason,
    Recipient,
    Said,
    bounced,
    complained,
    consent_history,
    consents_of,
    heard,
    opt_out,
    set_consent,
    standing_of,
    suppress,
)
from batikrfm.delivery.consent.errors import AddressError, BounceRuleError, PersonalStopError, StopWordsError, SuppressionNotFoundError
from batikrfm.delivery.consent.settings import StopSettings, change_stop_settings, stop_settings
from batikrfm.delivery.consent.suppressing import add_suppression, list_suppressions, remove_suppression, suppressions_of
from batikrfm.delivery.counting import Place
from batikrfm.delivery.model import LeftOut, Medium, Purpose
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from core.tests.delivery.consent.conftest import Shop

EMAIL, PHONE = "sari@contoh.id", "+6281234567890"
CLICK = Said("unsubscribe link", "BatikRFM", Means.RECIPIENT, proof=Proof(address="203.0.113.7", agent="Thunderbird"))
CHAT = Said("chat", "Bu Sri")
NOW = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)


async def agree(customer: UUID, medium: Medium = Medium.EMAIL) -> None:
    await set_consent(customer, medium, Purpose.MARKETING, ConsentState.GRANTED, CHAT)


async def standing(customer: UUID, medium: Medium = Medium.EMAIL, purpose: Purpose = Purpose.MARKETING) -> LeftOut | None:
    return (await standing_of([customer], medium, purpose))[customer]


async def test_an_opt_out_is_effective_at_once_on_queued_messages_too(tenant: UUID, sari: UUID, shop: Shop) -> None:
    """And the campaign's counts say so. Sabotage: take ``leave_out`` out of ``_keep``, or its ``count``; red."""
    waiting = await shop.message(sari)
    sent = await shop.message(sari, state="accepted")
    service = await shop.message(sari, purpose=Purpose.SERVICE)
    other_medium = await shop.message(sari, Medium.WHATSAPP)
    async with tenant_scope(tenant):
        await agree(sari)
        assert await opt_out(Recipient(Medium.EMAIL, sari), CLICK, delivery_id=sent.id) == 1
        assert await standing(sari) is LeftOut.SUPPRESSED
    assert await shop.state_of(waiting) == ("left_out", LeftOut.REFUSED)
    assert await shop.counts(waiting) == {Place("left_out", LeftOut.REFUSED, 0): 1}
    assert await shop.counts(sent) == {Place("accepted", variant=0): 1, Place("unsubscribed", variant=0): 1}
    assert [await shop.state_of(one) for one in (service, other_medium)] == [("queued", None)] * 2


async def test_said_twice_is_the_same_as_once(tenant: UUID, sari: UUID, shop: Shop) -> None:
    """One-click is idempotent. Sabotage: add to the history whatever holds; red."""
    sent = await shop.message(sari, state="accepted")
    for _ in range(3):
        async with tenant_scope(tenant):
            await opt_out(Recipient(Medium.EMAIL, sari), CLICK, delivery_id=sent.id)
    async with tenant_scope(tenant):
        (said,) = await consent_history(sari)
        assert (said.state, said.means, said.proof) == (ConsentState.REFUSED, Means.RECIPIENT, CLICK.proof)
        assert len(await list_suppressions()) == 1
    assert (await shop.counts(sent))[Place("unsubscribed", variant=0)] == 1


async def test_it_goes_across_media_when_asked(tenant: UUID, sari: UUID, shop: Shop) -> None:
    mail, chat = await shop.message(sari), await shop.message(sari, Medium.WHATSAPP)
    async with tenant_scope(tenant):
        assert await opt_out(Recipient(Medium.EMAIL, sari), CLICK, everywhere=True) == 2
        assert [one.state for one in await consents_of(sari)][:2] == [ConsentState.REFUSED] * 2
    assert [(await shop.state_of(one))[0] for one in (mail, chat)] == ["left_out"] * 2


async def test_whoever_shares_the_address_is_stopped_with_them(tenant: UUID, sari: UUID, shop: Shop) -> None:
    husband = await shop.customer("Budi", phone=None)
    waiting = await shop.message(husband)
    async with tenant_scope(tenant):
        await opt_out(Recipient(Medium.EMAIL, sari), CLICK)
        assert await standing(husband) is LeftOut.SUPPRESSED
    assert (await shop.state_of(waiting))[0] == "left_out"


async def test_a_reply_that_says_stop_is_obeyed_and_its_message_is_the_proof(tenant: UUID, sari: UUID, shop: Shop) -> None:
    waiting = await shop.message(sari, Medium.WHATSAPP)
    async with tenant_scope(tenant):
        assert not await heard(Medium.WHATSAPP, "6281234567890", "jangan berhenti ya", message_id="wamid.0")
        assert await standing(sari, Medium.WHATSAPP) is LeftOut.NO_CONSENT
        assert await heard(Medium.WHATSAPP, "6281234567890", "STOP!", message_id="wamid.1")  # vendors leave out the plus
        (said,) = await consent_history(sari)
        assert (said.medium, said.means, said.source, said.proof) == (Medium.WHATSAPP, Means.KEYWORD, "stop", Proof(message_id="wamid.1"))
        assert await standing(sari) is LeftOut.NO_CONSENT  # the other medium is as it was
    assert (await shop.state_of(waiting))[0] == "left_out"


async def test_a_shops_own_words_stop_besides_those_that_always_do(tenant: UUID, other_tenant: UUID) -> None:
    async with tenant_scope(tenant):
        assert await stop_settings() == StopSettings()
        assert not await heard(Medium.WHATSAPP, PHONE, "Wis, cukup.", message_id="1")
        kept = await change_stop_settings(["Wis cukup!", "wis CUKUP", " "], bounces=2, days=10)
        assert kept == await stop_settings() == StopSettings(("wis cukup",), 2, 10)
        assert await heard(Medium.WHATSAPP, PHONE, "Wis, cukup.", message_id="2")
        assert await heard(Medium.WHATSAPP, PHONE, "STOP", message_id="3")
        for words in (["🙏"], ["x" * 61], [f"kata {number}" for number in range(51)]):
            with pytest.raises(StopWordsError):
                await change_stop_settings(words, bounces=2, days=10)
        for bounces, days in ((0, 10), (21, 10), (2, 0), (2, 366)):
            with pytest.raises(BounceRuleError):
                await change_stop_settings([], bounces=bounces, days=days)
    async with tenant_scope(other_tenant):
        assert await stop_settings() == StopSettings()


async def test_who_is_no_customer_is_stopped_by_address(tenant: UUID, shop: Shop) -> None:
    """And stays so when an import brings them."""
    async with tenant_scope(tenant):
        assert await heard(Medium.WHATSAPP, PHONE, "stop", message_id="1")
    later = await shop.customer()
    async with tenant_scope(tenant):
        assert await standing(later, Medium.WHATSAPP) is LeftOut.SUPPRESSED
        assert await heard(Medium.WHATSAPP, "status@broadcast", "stop", message_id="2")  # nobody: nothing happens
        assert len(await list_suppressions()) == 1


async def test_hard_bounces_and_complaints_suppress(tenant: UUID, sari: UUID, shop: Shop) -> None:
    for medium, report, reason in ((Medium.EMAIL, bounced, Reason.BOUNCED), (Medium.WHATSAPP, complained, Reason.COMPLAINED)):
        waiting = await shop.message(sari, medium, Purpose.SERVICE)
        async with tenant_scope(tenant):
            who = Recipient(medium, sari)
            assert await (bounced(who, permanent=True) if report is bounced else complained(who, delivery_id=waiting.id)) == 1
            assert [one.reason for one in await suppressions_of(sari) if one.medium is medium] == [reason]
            assert await standing(sari, medium, Purpose.SERVICE) is LeftOut.SUPPRESSED
        assert await shop.state_of(waiting) == ("left_out", LeftOut.SUPPRESSED)
    async with tenant_scope(tenant):
        assert [(said.medium, said.state, said.means) for said in await consent_history(sari)] == [
            (Medium.WHATSAPP, ConsentState.REFUSED, Means.VENDOR)
        ]


async def test_soft_bounces_count_before_they_suppress(tenant: UUID, sari: UUID) -> None:
    """Three within thirty days, each message once. Sabotage: count what is older, or a message twice; red."""
    who, day = Recipient(Medium.EMAIL, sari), dt.timedelta(days=1)

    async def soft(days: int, delivery: UUID | None = None) -> bool:
        await bounced(who, permanent=False, delivery_id=delivery or uuid7(), at=NOW + days * day)
        return bool(await suppressions_of(sari))

    async with tenant_scope(tenant):
        same = uuid7()
        assert not await soft(0, same)
        assert not await soft(0, same)
        assert not await soft(0, same)
        assert not await soft(20)
        assert not await soft(31)  # the first is older than thirty days by now
        assert await soft(40)
        assert [one.reason for one in await suppressions_of(sari)] == [Reason.BOUNCED]


async def test_how_many_soft_bounces_is_the_shops_to_say(tenant: UUID, sari: UUID) -> None:
    async with tenant_scope(tenant):
        await change_stop_settings([], bounces=1, days=1)
        await bounced(Recipient(Medium.EMAIL, sari), permanent=False)
        assert await standing(sari) is LeftOut.SUPPRESSED


async def test_an_address_is_entered_and_removed_by_hand(tenant: UUID, other_tenant: UUID, sari: UUID, shop: Shop) -> None:
    waiting = await shop.message(sari)
    async with tenant_scope(tenant):
        entered = await add_suppression(Medium.EMAIL, " SARI@Contoh.ID ", by="Bu Sri")
        assert (entered.reason, entered.by, entered.customer_id, entered.personal) == (Reason.MANUAL, "Bu Sri", sari, False)
        assert "Sari" not in repr(entered)
    assert await shop.state_of(waiting) == ("left_out", LeftOut.SUPPRESSED)
    async with tenant_scope(other_tenant):
        assert await list_suppressions() == []
        with pytest.raises(SuppressionNotFoundError):
            await remove_suppression(entered.id)
    async with tenant_scope(tenant):
        local = await add_suppression(Medium.WHATSAPP, "0812-3456-7890", by="Bu Sri")
        assert [one.id for one in await list_suppressions(limit=1)] == [local.id]
        assert [one.id for one in await list_suppressions(after=local.id)] == [entered.id]
        assert [one.id for one in await list_suppressions(Medium.WHATSAPP, Reason.MANUAL)] == [local.id]
        await remove_suppression(entered.id)
        assert await standing(sari) is LeftOut.NO_CONSENT


@pytest.mark.parametrize(
    "typed", ["", "sari", "a@b.id, c@d.id", "Sari <a@b.id>", "a@b.id\r\nBcc: c@d.id", "@b.id", "a@b", "081", "x" * 300]
)
async def test_what_is_no_single_address_is_refused(tenant: UUID, typed: str) -> None:
    """An address that is a list, a header in an address (section 6)."""
    async with tenant_scope(tenant):
        for medium in Medium:
            with pytest.raises(AddressError) as caught:
                await add_suppression(medium, typed, by="Bu Sri")
            assert len(typed) < 4 or typed not in str(caught.value)


async def test_what_the_person_stopped_only_a_new_consent_takes_back(tenant: UUID, sari: UUID) -> None:
    """A complaint and an unsubscribe cannot be removed by hand. Sabotage: let ``remove_suppression`` go by the reason alone; red."""
    who = Recipient(Medium.EMAIL, sari)
    async with tenant_scope(tenant):
        await opt_out(who, CLICK)
        await bounced(who, permanent=True)  # says more, and hides nothing
        (entry,) = await suppressions_of(sari)
        assert (entry.reason, entry.personal) == (Reason.BOUNCED, True)
        with pytest.raises(PersonalStopError):
            await remove_suppression(entry.id)
        await agree(sari)
        (entry,) = await suppressions_of(sari)
        assert (entry.reason, entry.personal) == (Reason.BOUNCED, False)
        await remove_suppression(entry.id)
        assert await standing(sari) is None
        await complained(who)
        (entry,) = await suppressions_of(sari)
        with pytest.raises(PersonalStopError):
            await remove_suppression(entry.id)
        await agree(sari)
        assert await standing(sari) is None


async def test_a_reason_that_stops_less_replaces_none_that_stops_more(tenant: UUID, sari: UUID) -> None:
    who = Recipient(Medium.EMAIL, sari)
    async with tenant_scope(tenant):
        for reason in (Reason.COMPLAINED, Reason.BOUNCED, Reason.UNSUBSCRIBED, Reason.MANUAL):
            await suppress(who, reason, by="Bu Sri")
            assert [one.reason for one in await suppressions_of(sari)] == [Reason.COMPLAINED]


async def test_who_unsubscribed_still_hears_of_their_order(tenant: UUID, sari: UUID) -> None:
    async with tenant_scope(tenant):
        await opt_out(Recipient(Medium.EMAIL, sari), CLICK)
        assert await standing(sari, purpose=Purpose.SERVICE) is None
        await suppress(Recipient(Medium.EMAIL, sari), Reason.MANUAL, by="Bu Sri")
        assert await standing(sari, purpose=Purpose.SERVICE) is LeftOut.SUPPRESSED


async def test_the_last_look_says_what_is_wrong_with_an_address(tenant: UUID, shop: Shop) -> None:
    nowhere, odd = await shop.customer("A", email=None), await shop.customer("B", email="a@b.id,c@d.id")
    async with tenant_scope(tenant):
        found = await standing_of([nowhere, odd, uuid7()], Medium.EMAIL, Purpose.MARKETING)
        assert list(found.values()) == [LeftOut.NO_ADDRESS, LeftOut.BAD_ADDRESS, LeftOut.NO_ADDRESS]
