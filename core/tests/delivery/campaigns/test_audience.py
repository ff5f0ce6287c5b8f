"""Audience: segments and filters, frozen at start with who was left out and why; hold-out, texts and times drawn for each person."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from batikrfm.db.engine import current_scope
from batikrfm.delivery import campaigns
from batikrfm.delivery.audience import AudienceFilter, Part, Preview, When, freeze, preview_audience, queries
from batikrfm.delivery.audience import asking as audience_asking
from batikrfm.delivery.campaigns import WantedVariant
from batikrfm.delivery.campaigns.beginning import choices_of
from batikrfm.delivery.campaigns.texts import use_texts
from batikrfm.delivery.consent import ConsentState, Reason, Recipient, Said, set_consent, suppress
from batikrfm.delivery.model import LeftOut, Medium, Purpose
from batikrfm.delivery.options import Cap, Clock, Options, QuietHours
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from core.tests.delivery.campaigns.conftest import Shop

SET_EMAIL = "update customers set email = $2 where id = $1"
SET_PHONE = "update customers set phone = $2 where id = $1"
WISH = """
    insert into contact_preferences (tenant_id, id, customer_id, most, days)
    values (current_setting('app.tenant_id')::uuid, uuidv7(), $1, $2, $3)
"""
NO_QUIET = Options(quiet=None, hold_out=0)
JAKARTA = ZoneInfo("Asia/Jakarta")


async def why(shop: Shop, campaign: campaigns.Campaign) -> dict[UUID, str]:
    """Who of a campaign is left out, and why; the preview said the same just before."""
    rows = await shop.deliveries(campaign)
    return {row["customer_id"]: row["reason"] for row in rows if row["state"] == "left_out"}


async def asked(shop: Shop, **changed: Any) -> Preview:  # noqa: ANN401 - fields of a plan
    return await campaigns.preview((await shop.draft(**changed)).question)


async def test_an_audience_is_segments_and_filters(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(3, "champions")
        await shop.people(2, "at_risk")
        await shop.people(1, None)
        for segments, many in ((("champions",), 3), (("champions", "at_risk"), 5), ((), 6)):
            assert (await asked(shop, segments=segments)).total.receiving == many
        found = await asked(shop, segments=())
        assert {segment: part.receiving for segment, part in found.segments.items()} == {"champions": 3, "at_risk": 2, None: 1}


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (AudienceFilter(r=5, f=4, m=3, fm=4), True),
        (AudienceFilter(r=4), False),
        (AudienceFilter(fm=3), False),
        (AudienceFilter(last_from=dt.date(2026, 11, 1), last_until=dt.date(2026, 11, 1)), True),
        (AudienceFilter(last_from=dt.date(2026, 11, 2)), False),
        (AudienceFilter(last_until=dt.date(2026, 10, 31)), False),
        (AudienceFilter(spent_least=Decimal(100_000), spent_most=Decimal(100_000)), True),
        (AudienceFilter(spent_least=Decimal("100000.0001")), False),
        (AudienceFilter(spent_most=Decimal("99999.99999")), False),
        (AudienceFilter(purchases_least=3, purchases_most=3), True),
        (AudienceFilter(purchases_least=4), False),
        (AudienceFilter(purchases_most=2), False),
    ],
)
async def test_each_condition_of_a_filter_is_looked_at(tenant: UUID, shop: Shop, wanted: AudienceFilter, fits: bool) -> None:  # noqa: FBT001 - a parameter
    """Everybody here has scores 5, 4, 3, bought three times for 100,000 in all, the last time on the 1st of November."""
    async with tenant_scope(tenant):
        await shop.people(1)
        assert (await asked(shop, filter=wanted)).total.receiving == int(fits)


async def test_who_was_left_out_and_why_is_frozen_in_the_order_of_reasons(tenant: UUID, shop: Shop) -> None:
    """no consent, suppressed, frequency cap, no address, and the rest: each has its own row with the first reason that holds."""
    async with tenant_scope(tenant):
        scope = current_scope()
        fine, without, bad, suppressed, refused, silent, twin = await shop.people(7, consent=False)
        for one in (fine, without, bad, suppressed, twin):
            await set_consent(one, Medium.EMAIL, Purpose.MARKETING, ConsentState.GRANTED, Said("chat", "Bu Sri"))
        await set_consent(refused, Medium.EMAIL, Purpose.MARKETING, ConsentState.REFUSED, Said("chat", "Bu Sri"))
        await scope.execute(SET_EMAIL, without, None)
        await scope.execute(SET_EMAIL, bad, "budi@contoh.id, ani@contoh.id")
        await scope.execute(SET_EMAIL, suppressed, "stop@contoh.id")
        await suppress(Recipient(Medium.EMAIL, address="Stop@Contoh.id"), Reason.COMPLAINED, by="Bu Sri")
        await scope.execute(SET_EMAIL, twin, "sari1@contoh.id")
        preview = await asked(shop)
        campaign = await shop.begun()
        assert await why(shop, campaign) == {
            without: "no_address",
            bad: "bad_address",
            suppressed: "suppressed",
            refused: "refused",
            silent: "no_consent",
            twin: "same_address",
        }
        expected = {reason: 1 for reason in LeftOut if reason in set((await why(shop, campaign)).values())}
        assert preview.total == Part(1, 0, expected)
        assert list(preview.total.left_out) == list(expected), "in the order in which they are looked at"
        assert [row["customer_id"] for row in await shop.deliveries(campaign) if row["state"] == "queued"] == [fine]


@pytest.mark.parametrize(
    "address",
    [
        "a@b@contoh.id",
        "sari@contoh",
        "sari contoh.id",
        "sari@contoh.id\r\nBcc: x@y.id",
        "Sari <sari@contoh.id>",
        "a@b.id;c@d.id",
        "a" * 250 + "@contoh.id",
        "@contoh.id",
        "sari@",
    ],
)
async def test_what_is_no_single_address_is_left_out(tenant: UUID, shop: Shop, address: str) -> None:
    """An address that is a list, a header, or nothing at all."""
    async with tenant_scope(tenant):
        (one,) = await shop.people(1)
        await current_scope().execute(SET_EMAIL, one, address)
        assert (await asked(shop)).total.left_out == {LeftOut.BAD_ADDRESS: 1}


async def test_an_address_of_another_script_and_a_phone_of_another_country_are_fine(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        (one,) = await shop.people(1)
        await current_scope().execute(SET_EMAIL, one, "sari@bücher.example")
        await current_scope().execute(SET_PHONE, one, "+4915112345678")
        assert (await asked(shop)).total.receiving == 1
        assert (await asked(shop, medium=Medium.WHATSAPP, channel="outbox_whatsapp")).total.receiving == 1
        await current_scope().execute(SET_PHONE, one, "0812345")
        assert (await asked(shop, medium=Medium.WHATSAPP, channel="outbox_whatsapp")).total.left_out == {LeftOut.BAD_ADDRESS: 1}


async def test_news_of_an_order_needs_no_consent_but_stops_at_a_no(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        _silent, refused = await shop.people(2, consent=False)
        await set_consent(refused, Medium.EMAIL, Purpose.SERVICE, ConsentState.REFUSED, Said("chat", "Bu Sri"))
        found = await asked(shop, purpose=Purpose.SERVICE)
        assert (found.total.receiving, found.total.left_out) == (1, {LeftOut.REFUSED: 1})


async def test_frequency_cap_per_customer_over_all_campaigns(tenant: UUID, shop: Shop) -> None:
    """Two in seven days, unless the shop or the campaign says otherwise: those that wait elsewhere count like those that came."""
    async with tenant_scope(tenant):
        await shop.people(1)
        first, second = await shop.begun(), await shop.begun(medium=Medium.WHATSAPP, channel="outbox_whatsapp")
        assert (await asked(shop)).total.left_out == {LeftOut.FREQUENCY_CAP: 1}, "two wait, on whatever medium"
        now = dt.datetime.now(dt.UTC)
        await shop.mark(first, "accepted", accepted_at=now - dt.timedelta(days=6))
        assert (await asked(shop)).total.left_out == {LeftOut.FREQUENCY_CAP: 1}
        await shop.mark(second, "failed", reason="bounced")
        assert (await asked(shop)).total.receiving == 1, "what reached nobody does not count"
        assert (await asked(shop, options=replace(NO_QUIET, cap=Cap(1, 30)))).total.left_out == {LeftOut.FREQUENCY_CAP: 1}
        assert (await asked(shop, options=replace(NO_QUIET, cap=Cap(1, 5)))).total.receiving == 1, "it was six days ago"
        await campaigns.save_settings(campaigns.CampaignSettings(Cap(1, 7)))
        assert (await asked(shop)).total.left_out == {LeftOut.FREQUENCY_CAP: 1}
        assert (await asked(shop, purpose=Purpose.SERVICE)).total.receiving == 1, "it is for advertising"
        await campaigns.save_settings(campaigns.CampaignSettings(None))
        assert (await asked(shop)).total.receiving == 1


async def test_a_recipients_own_wish_is_kept_whatever_the_shop_allows(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        (one,) = await shop.people(1)
        await campaigns.save_settings(campaigns.CampaignSettings(None))
        await current_scope().execute(WISH, one, 1, 30)
        assert (await asked(shop)).total.receiving == 1
        campaign = await shop.begun()
        assert (await asked(shop)).total.left_out == {LeftOut.FREQUENCY_CAP: 1}, "one waits"
        await shop.mark(campaign, "delivered", accepted_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=29))
        assert (await asked(shop)).total.left_out == {LeftOut.FREQUENCY_CAP: 1}, "one came"
        await shop.begun(purpose=Purpose.SERVICE)
        await current_scope().execute("update deliveries set accepted_at = now() - interval '31 days' where accepted_at is not null")
        assert (await asked(shop)).total.receiving == 1


async def test_hold_out_is_ten_percent_unless_said_otherwise_and_off_under_200_people(tenant: UUID, shop: Shop) -> None:
    """Counted are those who would get a message: who is left out anyhow does not make a small audience a large one."""
    usual = Options(quiet=None)
    assert usual.hold_out == 10
    async with tenant_scope(tenant):
        await shop.people(199)
        await shop.people(50, consent=False)
        assert (await asked(shop, options=usual)).total.held_out == 0
        await shop.people(801)
        found = (await asked(shop, options=usual)).total
        assert 60 <= found.held_out <= 140, "ten percent of a thousand, by chance"
        assert (await asked(shop, options=replace(usual, hold_out=0))).total.held_out == 0
        half = (await asked(shop, options=replace(usual, hold_out=50))).total
        assert 420 <= half.held_out <= 580


async def test_the_hold_out_is_drawn_by_campaign_and_customer_and_the_preview_draws_the_same(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(400)
        options = Options(quiet=None, hold_out=20)
        draft = await shop.draft(options=options)
        previewed = [await campaigns.preview(draft.question) for _ in range(2)]
        await campaigns.schedule(draft.id, 1, None, by=shop.boss)
        await campaigns.begin(draft.id)
        rows = await shop.deliveries(draft)
        held = {row["customer_id"] for row in rows if row["state"] == "held_out"}
        assert previewed[0] == previewed[1]
        assert previewed[0].total.held_out == len(held)
        assert all(row["variant"] is None and row["due_at"] is None for row in rows if row["state"] == "held_out")
        other = await shop.begun(options=options)
        others = {row["customer_id"] for row in await shop.deliveries(other) if row["state"] == "held_out"}
        assert others
        assert others != held, "each campaign draws anew"


async def test_texts_are_drawn_by_their_shares_apart_from_the_hold_out(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(1_500)
        first, second, third = await shop.texts(3)
        shares = (WantedVariant(first, share=20), WantedVariant(second, share=30), WantedVariant(third, share=50))
        campaign = await shop.begun(*shares, options=Options(quiet=None, hold_out=20))
        rows = await shop.deliveries(campaign)
        queued = [row["variant"] for row in rows if row["state"] == "queued"]
        for number, share in enumerate((20, 30, 50)):
            assert abs(queued.count(number) / len(queued) * 100 - share) < 6
        assert {row["approved_hash"] for row in rows if row["variant"] == 2} == {campaign.variants[2].approved_hash}


async def test_a_segment_gets_its_own_text_and_everybody_else_the_common_one(tenant: UUID, shop: Shop) -> None:
    async with tenant_scope(tenant):
        await shop.people(3, "champions")
        await shop.people(2, "at_risk")
        await shop.people(1, None)
        own, common = await shop.texts(2)
        campaign = await shop.begun(WantedVariant(own, "champions"), WantedVariant(common), segments=())
        assert {(row["segment"], row["variant"]) for row in await shop.deliveries(campaign)} == {
            ("champions", 0),
            ("at_risk", 1),
            (None, 1),
        }


async def test_send_time_spread_is_even_over_minutes_that_are_not_quiet(tenant: UUID, shop: Shop) -> None:
    """From half past seven in the evening, two hours: half an hour today, the rest from eight tomorrow."""
    async with tenant_scope(tenant):
        await shop.people(600)
        options = Options(hold_out=0, spread=120, quiet=QuietHours())
        draft = await shop.draft(options=options)
        starts = (dt.datetime.now(JAKARTA) + dt.timedelta(days=1)).replace(hour=19, minute=30, second=0, microsecond=0)
        await frozen_at(shop, draft, starts)
        dues = [row["due_at"].astimezone(JAKARTA) for row in await shop.deliveries(draft)]
        assert dues == sorted(dues), "ids are in the order of sending"
        morning = (starts + dt.timedelta(days=1)).replace(hour=8, minute=0)
        today, tomorrow = [due for due in dues if due < morning], [due for due in dues if due >= morning]
        assert starts <= today[0] <= today[-1] < starts + dt.timedelta(minutes=30)
        assert tomorrow[-1] < morning + dt.timedelta(minutes=90)
        for minutes in range(0, 120, 30):
            seconds = [(due - starts if due < morning else due - morning + dt.timedelta(minutes=30)).total_seconds() for due in dues]
            assert 100 < sum(minutes * 60 <= second < minutes * 60 + 1_800 for second in seconds) < 200, "a quarter of 600, by chance"


async def test_a_recipients_clock_is_that_of_their_numbers_country_where_it_has_one(tenant: UUID, shop: Shop) -> None:
    """Nine where they live: earlier for Tokyo, later for Berlin, the shop's for Indonesia and for countries with several zones."""
    async with tenant_scope(tenant):
        here, tokyo, berlin, australia = await shop.people(4)
        for one, phone in ((tokyo, "+819012345678"), (berlin, "+4915112345678"), (australia, "+61412345678")):
            await current_scope().execute(SET_PHONE, one, phone)
        draft = await shop.draft(options=replace(NO_QUIET, clock=Clock.RECIPIENT))
        starts = (dt.datetime.now(JAKARTA) + dt.timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
        await campaigns.schedule(draft.id, 1, starts, by=shop.boss)
        assert await campaigns.begin(draft.id) is False, "it is two days away"
        rows = await frozen_at(shop, draft, starts)
        assert rows[here] == rows[australia] == starts
        assert rows[tokyo] == starts - dt.timedelta(hours=2)
        assert rows[berlin].astimezone(dt.UTC).hour in {7, 8}, "nine in Berlin, in summer or winter"


async def frozen_at(shop: Shop, draft: campaigns.Campaign, starts: dt.datetime) -> dict[UUID, dt.datetime]:
    """Freeze now what begins later, and say who is due when."""
    await use_texts(draft)
    used = await campaigns.find_campaign(draft.id)
    await freeze(used.question, choices_of(used), None, When(starts, dt.datetime.now(dt.UTC), JAKARTA))
    return {row["customer_id"]: row["due_at"] for row in await shop.deliveries(used)}


@pytest.mark.parametrize("address", ["stop@contoh.id", "STOP@Contoh.id", "stop@bücher.example", " stop@contoh.id "])
async def test_a_suppressed_address_is_known_however_it_is_written(tenant: UUID, shop: Shop, address: str) -> None:
    """The statement hashes most addresses by itself, for speed: it must find what consent's own function has hashed."""
    async with tenant_scope(tenant):
        (one,) = await shop.people(1)
        await current_scope().execute(SET_EMAIL, one, address)
        await suppress(Recipient(Medium.EMAIL, address=address), Reason.BOUNCED, by="Bu Sri")
        assert (await asked(shop)).total.left_out == {LeftOut.SUPPRESSED: 1}


async def test_nobodys_standing_is_looked_for_by_reading_everybodys_again(tenant: UUID, shop: Shop) -> None:
    """Tables that PostgreSQL knows nothing of yet: 100,000 people were compared with 100,000, pair by pair, for minutes.

    Sabotage: make ``BY_KEYS`` say ``on``; a join that keeps a whole table at hand is in the plan.
    """
    async with tenant_scope(tenant) as scope:
        await shop.people(20, "champions")
        question = (await shop.draft(segments=())).question
        await preview_audience(question, None)
        values = audience_asking.asked(question, None, dt.datetime.now(dt.UTC))
        plan = "\n".join(row[0] for row in await scope.fetch(f"explain {queries.PREVIEW}", *values))
    assert "consent_states" in plan
    assert "Materialize" not in plan
