"""Sending is idempotent per (campaign, customer, channel): whatever goes wrong, each message goes out once, and the counts say so.

Sabotage that turns these red: in ``ledger.mark`` leave out the transaction around MARK (rows are handed in that nobody marked), in
``queries.SETTLE`` drop ``d.claim = $1`` (a late worker overrules), in ``reconciling.reconcile`` queue lost messages again at once.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Coroutine
from contextvars import Context
from dataclasses import replace
from typing import Any

import pytest
from sending_stage import COPY, HURRY, NO_QUIET, Ear, OpenLimiter, Sender, plugins_of, sending

from batikrfm.delivery import campaigns
from batikrfm.delivery.channels.opening import Channels
from batikrfm.delivery.channels.settings import DeliverySettings
from batikrfm.delivery.consent import Recipient, Said, opt_out
from batikrfm.delivery.consent.model import Means as ConsentMeans
from batikrfm.delivery.events import apply
from batikrfm.delivery.model import Medium
from batikrfm.delivery.options import Cap, QuietHours
from batikrfm.delivery.sending import ledger
from batikrfm.delivery.sending.handing_in import prepare
from batikrfm.delivery.sending.model import Halt
from batikrfm.delivery.sending.opening import open_run
from batikrfm.sdk import (
    AccountNotReadyError,
    DeliveryEvent,
    DeliveryEvents,
    EventKind,
    RateLimitedError,
    Rejection,
    TimedOutError,
    UnavailableError,
)
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.fake_channels import (
    ChannelStage,
    accepting,
    answering,
    failing,
    losing,
    refused,
    throttled,
    unknown,
    waiting,
)

SEVERAL_HANDS = pytest.mark.parametrize("house", [DeliverySettings()], indirect=True, ids=["several hands"])
WAITING_INSIDE = """
    select count(*) from pg_stat_activity
    where state like 'idle in transaction%' and usename like '%app%' and datname = current_database()
"""
WAITING_FOR_TEXTS = """
    select count(*) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query ~ 'from contents where id = any'
"""
EVERY = "select id, state, attempts, resent, vendor_id, accepted_at, due_at from deliveries where campaign_id = $1 order by id"


def sent_once(stage: ChannelStage, many: int) -> bool:
    """Whether so many messages reached somebody, and none twice."""
    return len({taken.id for taken in stage.taken}) == len(stage.taken) == many


@SEVERAL_HANDS
async def test_everybody_gets_their_message_once(sender: Sender, stage: ChannelStage) -> None:
    await sender.people(250)
    campaign = await sender.campaign()
    await sender.send(campaign)
    assert await sender.states(campaign) == {"accepted": 250}
    assert sent_once(stage, 250)
    assert await sender.one("select state from campaigns where id = $1", campaign) == "finished"
    assert await sender.send(campaign) is None


@SEVERAL_HANDS
async def test_two_workers_share_a_campaign(sender: Sender, stage: ChannelStage) -> None:
    await sender.people(400)
    campaign = await sender.campaign()
    sender.pacing = replace(sender.pacing, batch=7)
    await asyncio.gather(sender.send(campaign), sender.send(campaign))
    assert await sender.states(campaign) == {"accepted": 400}
    assert sent_once(stage, 400)


async def test_a_ledger_row_is_written_before_the_call(sender: Sender, stage: ChannelStage) -> None:
    """A ledger row before the call: while the vendor is asked, what it is asked stands in the database as being sent, committed."""
    await sender.people(3)
    campaign, began, go_on = await sender.campaign(), asyncio.Event(), asyncio.Event()
    stage.next("fake_email", waiting(go_on, began=began))
    working = asyncio.create_task(sender.send(campaign))
    await began.wait()
    assert await sender.states(campaign) == {"sending": 3}
    assert {row["attempts"] for row in await sender.rows(EVERY, campaign)} == {1}
    assert await sender.one(WAITING_INSIDE) == 0
    go_on.set()
    await working
    assert await sender.states(campaign) == {"accepted": 3}


async def test_a_timeout_after_the_vendor_accepted_sends_once(sender: Sender, stage: ChannelStage) -> None:
    """Unknown outcome reconciled by status look-up before any retry."""
    await sender.people(5)
    campaign = await sender.campaign()
    stage.next("fake_email", losing(TimedOutError(seconds=1)))
    await sender.send(campaign)
    assert await sender.states(campaign) == {"accepted": 5}
    assert sent_once(stage, 5)
    assert len(stage.handed_in) == 1
    assert len(stage.looked_up) == 1


async def test_what_the_vendor_never_got_is_handed_in_again_after_the_look(sender: Sender, stage: ChannelStage) -> None:
    await sender.people(5)
    campaign = await sender.campaign()
    stage.next("fake_email", answering(unknown()))
    await sender.send(campaign)
    assert await sender.states(campaign) == {"accepted": 5}
    assert sent_once(stage, 5)
    assert len(stage.handed_in) == 2


async def test_where_nobody_can_look_the_same_batch_is_handed_in_again_under_the_same_ids(tenant: object) -> None:
    """The vendor's idempotency key where there is one."""
    stage = ChannelStage()
    async with sending(plugins_of(stage, status_lookup=False)):
        sender = Sender(tenant)  # type: ignore[arg-type] # the fixture's UUID
        await sender.people(6)
        campaign = await sender.campaign()
        stage.next("fake_email", losing(UnavailableError(code="bad_gateway")))
        await sender.send(campaign)
        assert await sender.states(campaign) == {"accepted": 6}
    assert sent_once(stage, 6)
    assert [one.id for one in stage.handed_in[0].messages] == [one.id for one in stage.handed_in[1].messages]


async def test_where_neither_exists_it_ends_as_not_found_and_is_never_sent_again_by_itself(tenant: object) -> None:
    stage = ChannelStage()
    async with sending(plugins_of(stage, status_lookup=False, idempotent=False)):
        sender = Sender(tenant)  # type: ignore[arg-type] # the fixture's UUID
        await sender.people(6)
        campaign = await sender.campaign()
        stage.next("fake_email", losing())
        await sender.send(campaign)
        assert await sender.states(campaign) == {"failed:not_found": 6}
        async with tenant_scope(sender.tenant):
            assert await campaigns.resend_failed(campaign, by=sender.boss) == 0
    assert sent_once(stage, 6)
    assert len(stage.handed_in) == 1


async def test_a_request_that_never_left_is_tried_again_without_a_look(sender: Sender, stage: ChannelStage) -> None:
    await sender.people(2)
    campaign = await sender.campaign()
    stage.next("fake_email", failing(UnavailableError(code="no_connection")))
    await sender.send(campaign)
    assert await sender.states(campaign) == {"accepted": 2}
    assert stage.looked_up == []
    assert {row["attempts"] for row in await sender.rows(EVERY, campaign)} == {1}


async def test_a_webhook_that_arrives_before_the_receipt_is_not_moved_back(sender: Sender, stage: ChannelStage) -> None:
    """A webhook that arrives before the receipt: it waits for it, or has moved the message on; the receipt never moves it back."""
    await sender.people(1)
    campaign, began, go_on = await sender.campaign(), asyncio.Event(), asyncio.Event()
    stage.next("fake_email", waiting(go_on, began=began, taking=True))
    working = asyncio.create_task(sender.send(campaign))
    await began.wait()
    at = dt.datetime.now(dt.UTC)
    told = DeliveryEvent("e-1", EventKind.READ, at, vendor_id=stage.taken[0].vendor_id)
    async with tenant_scope(sender.tenant):
        await apply("fake_email", Medium.EMAIL, DeliveryEvents((told,)))
    go_on.set()
    await working
    assert await sender.states(campaign) == {"read": 1}
    assert sent_once(stage, 1)


async def test_a_late_receipt_of_a_message_that_was_taken_for_lost_is_believed(sender: Sender, stage: ChannelStage) -> None:
    await sender.people(1)
    campaign, began, go_on = await sender.campaign(), asyncio.Event(), asyncio.Event()
    stage.next("fake_email", waiting(go_on, began=began, taking=True))
    working = asyncio.create_task(sender.send(campaign))
    await began.wait()
    await sender.one("update deliveries set claimed_until = now() - interval '1 second' where campaign_id = $1 returning id", campaign)
    await sender.send(campaign)
    assert await sender.states(campaign) == {"accepted": 1}
    go_on.set()
    await working
    assert await sender.states(campaign) == {"accepted": 1}
    assert sent_once(stage, 1)


async def test_what_a_late_worker_heard_counts_for_nothing_else(sender: Sender, stage: ChannelStage) -> None:
    """Its messages were looked up and sent by another meanwhile: its ``RetryAfter`` must not queue them again."""
    await sender.people(2)
    campaign, began, go_on = await sender.campaign(), asyncio.Event(), asyncio.Event()

    async def late(*_: object) -> list[object]:
        began.set()
        await go_on.wait()
        return [throttled(0)(message.id) for message in stage.handed_in[0].messages]

    stage.next("fake_email", late, accepting())  # type: ignore[arg-type] # a step
    working = asyncio.create_task(sender.send(campaign))
    await began.wait()
    await sender.one("update deliveries set claimed_until = now() - interval '1 second' where campaign_id = $1 returning id", campaign)
    await sender.send(campaign)
    go_on.set()
    await working
    assert await sender.states(campaign) == {"accepted": 2}
    assert sent_once(stage, 2)


async def test_a_process_that_slept_since_it_marked_hands_nothing_in(tenant: object) -> None:
    stage, times = ChannelStage(), iter([0.0, 1_000.0, *[2_000.0] * 50])
    async with sending(plugins_of(stage)) as house:
        sender = Sender(tenant)  # type: ignore[arg-type] # the fixture's UUID
        await sender.people(1)
        campaign = await sender.campaign()
        object.__setattr__(house.means, "monotonic", lambda: next(times))
        await sender.send(campaign)
        assert await sender.states(campaign) == {"accepted": 1}
    assert len(stage.handed_in) == 1
    assert sent_once(stage, 1)


async def test_each_kind_of_receipt(sender: Sender, stage: ChannelStage) -> None:
    people = await sender.people(5)
    campaign = await sender.campaign()
    for number, reason in enumerate(Rejection, 1):
        stage.addresses[f"sari{number}@contoh.id"] = refused(reason, "E1")
    await sender.send(campaign)
    assert await sender.states(campaign) == {
        "accepted": 1,
        "failed:address": 1,
        "failed:unwanted": 1,
        "failed:content": 1,
        "failed:other": 1,
    }
    stopped = "select count(*) from suppressions where reason in ('bounced', 'vendor')"
    assert await sender.one(stopped) == 2
    assert len(people) == 5


async def test_a_message_is_given_up_after_so_many_attempts(sender: Sender, stage: ChannelStage) -> None:
    """Queued again after the wait that the vendor asks for, with backoff and jitter, until it is given up."""
    await sender.people(1)
    campaign = await sender.campaign()
    stage.addresses["sari1@contoh.id"] = throttled(0)
    await sender.send(campaign)
    assert await sender.states(campaign) == {"failed:given_up": 1}
    assert len(stage.handed_in) == sender.pacing.tries


async def test_a_wait_that_the_vendor_asks_for_is_kept(sender: Sender, stage: ChannelStage) -> None:
    await sender.people(1)
    campaign = await sender.campaign()
    stage.addresses["sari1@contoh.id"] = throttled(3_600)
    work = await sender.send(campaign)
    assert work is not None
    assert work.again is not None
    assert work.again - dt.datetime.now(dt.UTC) > dt.timedelta(minutes=59)
    assert await sender.states(campaign) == {"queued": 1}


async def test_resend_to_failed_only_touches_what_failed(sender: Sender, stage: ChannelStage) -> None:
    """ "Resend to failed" only touches what failed, and only what may pass; each is a new message to the vendor."""
    await sender.people(4)
    campaign = await sender.campaign()
    stage.addresses["sari1@contoh.id"] = refused(Rejection.OTHER)
    stage.addresses["sari2@contoh.id"] = refused(Rejection.ADDRESS)
    await sender.send(campaign)
    before = {taken.id for taken in stage.taken}
    stage.addresses.clear()
    async with tenant_scope(sender.tenant):
        assert await campaigns.resend_failed(campaign, by=sender.boss) == 1
    await sender.send(campaign)
    assert await sender.states(campaign) == {"accepted": 3, "failed:address": 1}
    (new,) = [taken for taken in stage.taken if taken.id not in before]
    assert (new.to, new.id[-2:]) == ("sari1@contoh.id", "-1")


@SEVERAL_HANDS
async def test_pausing_and_cancelling_take_effect_before_the_next_batch(sender: Sender, stage: ChannelStage) -> None:
    await sender.people(30)
    campaign, began, go_on = await sender.campaign(), asyncio.Event(), asyncio.Event()
    sender.pacing = replace(sender.pacing, batch=10)
    stage.next("fake_email", *[waiting(go_on, began=began)] * 4)
    working = asyncio.create_task(sender.send(campaign))
    await began.wait()
    async with tenant_scope(sender.tenant):
        await campaigns.pause(campaign, by=sender.boss)
    go_on.set()
    work = await working
    assert work is not None
    assert work.halt is None or work.halt is Halt.NOT_SENDING
    states = await sender.states(campaign)
    assert states.get("sending") is None
    async with tenant_scope(sender.tenant):
        await campaigns.cancel(campaign, by=sender.boss)
    assert await sender.send(campaign) is None
    states = await sender.states(campaign)
    assert states["accepted"] == len(stage.taken)
    assert states.get("cancelled:campaign", 0) == 30 - len(stage.taken)


async def test_who_opted_out_after_the_freeze_gets_nothing(sender: Sender, stage: ChannelStage) -> None:
    """Opt-out is effective at once, on queued messages too."""
    people = await sender.people(3)
    campaign = await sender.campaign()
    async with tenant_scope(sender.tenant):
        said = Said("tautan", "Sari", ConsentMeans.RECIPIENT)
        await opt_out(Recipient(Medium.EMAIL, customer_id=people[0]), said)
    async with tenant_scope(sender.tenant) as scope:  # this one's row is not told: only the last look sees it
        await scope.execute("update consent_states set state = 'refused' where customer_id = $1 and medium = 'email'", people[1])
    await sender.send(campaign)
    states = await sender.states(campaign)
    assert states.pop("accepted") == 1
    assert sum(states.values()) == 2
    assert all(state.startswith("left_out") for state in states)
    assert [taken.to for taken in stage.taken] == ["sari3@contoh.id"]


async def test_who_opts_out_while_a_batch_waits_for_its_turn_is_left_out(sender: Sender, stage: ChannelStage, house: Channels) -> None:
    people = await sender.people(2)
    campaign = await sender.campaign()
    limiter = house.limiter
    assert isinstance(limiter, OpenLimiter)
    let_through = limiter.acquire

    async def meanwhile(*values: object, **more: object) -> object:
        async with tenant_scope(sender.tenant):
            await opt_out(Recipient(Medium.EMAIL, customer_id=people[0]), Said("tautan", "Sari", ConsentMeans.RECIPIENT))
        return await let_through(*values, **more)  # type: ignore[arg-type] # as they come

    limiter.acquire = meanwhile  # type: ignore[method-assign,assignment] # something happens while it waits
    await sender.send(campaign)
    assert [taken.to for taken in stage.taken] == ["sari2@contoh.id"]


async def test_the_cap_over_all_campaigns_is_looked_at_again(sender: Sender, stage: ChannelStage) -> None:
    """Frequency cap per customer over all campaigns: both were frozen before either was sent."""
    await sender.people(2)
    options = replace(NO_QUIET, cap=Cap(messages=1, days=7))
    first = await sender.campaign(options=replace(NO_QUIET, cap=Cap(messages=5, days=7)))
    await sender.one("update deliveries set state = 'failed', reason = 'other' where campaign_id = $1 returning id", first)
    second = await sender.campaign(options=options)
    await sender.one("update deliveries set state = 'queued', reason = null where campaign_id = $1 returning id", first)
    await sender.one("update campaigns set state = 'sending' where id = $1 returning id", first)
    await sender.send(first)
    await sender.send(second)
    assert await sender.states(second) == {"left_out:frequency_cap": 2}
    assert sent_once(stage, 2)


async def test_quiet_hours_hold_what_is_late(sender: Sender, stage: ChannelStage) -> None:
    """Quiet hours: what was due before them and is late waits for their end."""
    await sender.people(2)
    campaign = await sender.campaign()
    async with open_run(sender.tenant, campaign, sender.pacing) as run:
        assert run is not None
        minute = dt.datetime.now(run.zone).hour * 60 + dt.datetime.now(run.zone).minute
        quiet = QuietHours((minute - 5) % 1440, (minute + 30) % 1440)
        held = replace(run, options=replace(run.options, quiet=quiet))
        claimed = await ledger.claim(held, 10)
        assert claimed is not None
        batch = await prepare(held, claimed)
        marked = await ledger.mark(held, batch, set())
    assert marked.batch is not None
    assert marked.batch.recipients == ()
    assert await sender.states(campaign) == {"queued": 2}
    assert stage.handed_in == []
    assert await sender.one("select min(due_at) > now() + interval '25 minutes' from deliveries where campaign_id = $1", campaign)


async def test_texts_are_locked_in_one_order_however_a_campaign_numbers_them(sender: Sender) -> None:
    """Two campaigns of a week share texts: whoever waits for a later one has the earlier one in hand, so neither waits for the other."""
    await sender.people(20)
    campaign = await sender.campaign(COPY, replace(COPY, subject="Kain lama"))
    async with open_run(sender.tenant, campaign, sender.pacing) as run:
        assert run is not None
        (first, one), (second, other) = run.words.items()
        run = replace(run, words={first: other, second: one})  # noqa: PLW2901 - the same, numbered the other way round
        claimed = await ledger.claim(run, 20)
        assert claimed is not None
        batch = await prepare(run, claimed)
        assert {recipient.variant for recipient in batch.recipients} == {first, second}
        earlier, later = sorted((one.content_id, other.content_id))
        async with tenant_scope(sender.tenant) as scope:
            await scope.execute("select from contents where id = $1 for update", later)
            marking = asyncio.create_task(ledger.mark(run, batch, set()), context=Context())
            while not await elsewhere(sender.one(WAITING_FOR_TEXTS)):
                assert not marking.done()
            assert await elsewhere(sender.rows("select id from contents where id = $1 for update skip locked", earlier)) == []
        assert (await marking).halt is None


async def elsewhere(work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever it gives
    """What ``work`` gives in a scope of its own, from within another one."""
    return await asyncio.create_task(work, context=Context())


async def test_a_gap_that_nothing_fills_skips_the_person_with_a_reason(sender: Sender, stage: ChannelStage) -> None:
    """An unresolved one drops to its fallback or skips the person with a reason; never "Halo {nama}"."""
    people = await sender.people(2)
    async with tenant_scope(sender.tenant) as scope:
        await scope.execute("update customers set name = '{nama} <b>' where id = $1", people[0])
    campaign = await sender.campaign(replace(COPY, email="Halo {nama}"))
    await sender.send(campaign)
    assert sorted(taken.subject or "" for taken in stage.taken) == ["Kabar baru untuk Sari 2", "Kabar baru untuk nama"]
    skipped = await sender.campaign(replace(COPY, email="Lihat {tautan} ya, {nama}"), options=replace(NO_QUIET, cap=Cap(100, 7)))
    await sender.send(skipped)
    assert await sender.states(skipped) == {"left_out:no_text": 2}


async def test_every_marketing_mail_has_the_way_out(sender: Sender, stage: ChannelStage) -> None:
    """List-Unsubscribe and List-Unsubscribe-Post on every mail, and the same link where everybody sees it."""
    await sender.people(1)
    await sender.send(await sender.campaign())
    (message,) = stage.handed_in[0].messages
    link = message.headers["List-Unsubscribe"].strip("<>")
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.startswith("https://batik.example/berhenti/")
    assert link in message.text
    assert message.html is not None
    assert link in message.html


async def test_a_vendors_429_lowers_the_rate_by_itself(sender: Sender, stage: ChannelStage, house: Channels) -> None:
    """Provider 429s lower the rate by themselves: half of it, and nobody goes before the wait is over."""
    await sender.people(3)
    campaign = await sender.campaign()
    stage.next("fake_email", failing(RateLimitedError(wait=0.05)))
    await sender.send(campaign)
    assert await sender.states(campaign) == {"accepted": 3}
    limiter = house.limiter
    assert isinstance(limiter, OpenLimiter)
    assert len(limiter.lessons) == 1
    assert limiter.holds == [0.05]


@SEVERAL_HANDS
async def test_the_breaker_pauses_the_campaign_with_a_reason_and_a_notice(sender: Sender, stage: ChannelStage, ear: Ear) -> None:
    """Circuit breaker pauses the campaign with a reason and an owner's notice."""
    await sender.people(600)
    campaign = await sender.campaign()
    stage.always["fake_email"] = failing(UnavailableError(code="no_connection"))
    work = await sender.send(campaign)
    assert work is not None
    assert work.halt is Halt.PAUSED
    assert 5 <= len(stage.handed_in) <= 9
    row = (await sender.rows("select state, reason->>'en' as why from campaigns where id = $1", campaign))[0]
    assert tuple(row) == ("paused", "The service is in trouble. It will be tried again.")
    assert len(ear.told) == 1
    assert await sender.states(campaign) == {"queued": 600}


@pytest.mark.parametrize("error", [AccountNotReadyError()], ids=["not_ready"])
async def test_what_only_a_person_can_mend_pauses_at_once(sender: Sender, stage: ChannelStage, error: AccountNotReadyError) -> None:
    await sender.people(5)
    campaign = await sender.campaign()
    stage.always["fake_email"] = failing(error)
    await sender.send(campaign)
    assert len(stage.handed_in) == 1
    assert await sender.states(campaign) == {"queued": 5}
    stage.always.clear()
    async with tenant_scope(sender.tenant) as scope:
        await campaigns.resume(campaign, by=sender.boss)
        await scope.execute(HURRY, campaign)
    await sender.send(campaign)
    assert await sender.states(campaign) == {"accepted": 5}
    assert sent_once(stage, 5)


async def test_another_shops_campaign_is_none(sender: Sender, other_tenant: object) -> None:
    await sender.people(1)
    campaign = await sender.campaign()
    stranger = Sender(other_tenant)  # type: ignore[arg-type] # the fixture's UUID
    assert await stranger.send(campaign) is None
    assert await sender.states(campaign) == {"queued": 1}
