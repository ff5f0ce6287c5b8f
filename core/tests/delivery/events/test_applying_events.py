"""Events of vendors, applied to the ledger of a real shop: doubled, out of order, before their receipts, of another shop."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batikrfm.delivery.consent import ConsentState, consents_of
from batikrfm.delivery.events import ReplyWish, apply, catch_up, events_of, list_replies, wrote_first
from batikrfm.delivery.events.tasks import settle_late_events
from batikrfm.delivery.events.telling import tidied
from batikrfm.delivery.message_ids import message_id
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.delivery.tracking import Tracking, change_tracking
from batikrfm.jobs import enqueue
from batikrfm.jobs.trying import run_queued
from batikrfm.sdk.channels import DeliveryEvent, DeliveryEvents, EventKind, Rejection
from batikrfm.tenancy import tenant_scope
from posted import SENT_AT, Letter, Posted, event

WA = Medium.WHATSAPP


async def tell(posted: Posted, *events: DeliveryEvent, aliases: dict[str, str] | None = None) -> tuple[int, int, int]:
    async with tenant_scope(posted.tenant):
        applied = await apply(posted.channel, posted.medium, tidied(DeliveryEvents(events, aliases=aliases or {}), dt.datetime.now(dt.UTC)))
    return applied.new, applied.moved, applied.waiting


async def test_what_is_told_moves_the_message_and_its_counts_in_one_transaction(posted: Posted) -> None:
    letter = await posted.letter()
    assert await tell(posted, event(EventKind.DELIVERED, letter, 1), event(EventKind.READ, letter, 2)) == (2, 1, 0)
    row = await posted.row(letter)
    assert (row["state"], row["delivered_at"], row["read_at"]) == (
        "read",
        SENT_AT + dt.timedelta(minutes=1),
        SENT_AT + dt.timedelta(minutes=2),
    )
    assert await posted.counts(letter) == {("read", None): 1}
    with pytest.raises(ZeroDivisionError):
        await _apply_and_fail(posted, letter)
    assert await posted.counts(letter) == {("read", None): 1}


async def _apply_and_fail(posted: Posted, letter: Letter) -> None:
    async with tenant_scope(posted.tenant):
        await apply(posted.channel, WA, DeliveryEvents((event(EventKind.COMPLAINED, letter, 3),)))
        raise ZeroDivisionError


async def test_deduplicated_a_replayed_event_changes_nothing(posted: Posted) -> None:
    letter = await posted.letter()
    told = event(EventKind.DELIVERED, letter)
    assert await tell(posted, told, told) == (1, 1, 0)
    before = await posted.row(letter)
    assert await tell(posted, told, replace(told, kind=EventKind.COMPLAINED)) == (0, 0, 0)
    assert await posted.row(letter) == before
    assert await posted.counts(letter) == {("delivered", None): 1}


KINDS = [kind for kind in EventKind if kind is not EventKind.REPLIED]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_permutation_with_duplicates_ends_in_the_same_state_and_counts(posted: Posted, data: st.DataObject) -> None:
    """Out-of-order safe: the same events, told in two orders and in pieces, to two messages of two campaigns."""
    one, two = await posted.letter(), await posted.letter()
    async with tenant_scope(posted.tenant):
        await change_tracking(Tracking(opens=True, clicks=True))
    chosen = data.draw(
        st.lists(st.tuples(st.sampled_from(KINDS), st.booleans(), st.none() | st.sampled_from(Rejection)), min_size=1, max_size=6)
    )
    events = [(f"e{n}", kind, permanent, reason) for n, (kind, permanent, reason) in enumerate(chosen)]
    outcomes = []
    for letter in (one, two):
        order = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events), max_size=3))))
        cut = data.draw(st.integers(0, len(order)))
        for part in (order[:cut], order[cut:]):
            await tell(posted, *(_told(letter, *told) for told in part))
        row = await posted.row(letter)
        outcomes.append(
            (
                {name: value for name, value in row.items() if name not in {"id", "campaign_id", "customer_id", "vendor_id"}},
                await posted.counts(letter),
            )
        )
    assert outcomes[0] == outcomes[1]


def _told(letter: Letter, name: str, kind: EventKind, permanent: bool, reason: Rejection | None) -> DeliveryEvent:  # noqa: FBT001 - drawn
    at = SENT_AT + dt.timedelta(minutes=int(name[1:]))
    return DeliveryEvent(f"{name}-{letter.id}", kind, at, letter.vendor_id, permanent=permanent, reason=reason, code=name)


async def test_an_event_before_its_receipt_waits_and_is_applied_with_it(posted: Posted) -> None:
    letter = await posted.letter(state="sending", vendor_id=None)
    named = replace(letter, vendor_id="wamid.1")
    assert await tell(posted, event(EventKind.DELIVERED, named)) == (1, 0, 1)
    assert (await posted.row(letter))["state"] == "sending"
    async with tenant_scope(posted.tenant) as scope:
        await scope.execute(
            "update deliveries set state = 'accepted', vendor_id = $2, accepted_at = now() where id = $1", letter.id, "wamid.1"
        )
        assert await catch_up(posted.channel, WA, {"wamid.1": letter.id}) == 1
    assert (await posted.row(letter))["state"] == "delivered"
    async with tenant_scope(posted.tenant):
        assert [one.kind for one in await events_of(letter.id)] == ["delivered"]
        assert await catch_up(posted.channel, WA, {"wamid.1": letter.id}) == 0


async def test_an_event_whose_receipt_crossed_it_is_found_by_the_later_look(posted: Posted) -> None:
    letter = await posted.letter(vendor_id=None)
    await tell(posted, event(EventKind.READ, replace(letter, vendor_id="wamid.2")))
    async with tenant_scope(posted.tenant) as scope:
        await scope.execute("update deliveries set vendor_id = 'wamid.2' where id = $1", letter.id)
    assert await late(posted.tenant) == 1
    assert (await posted.row(letter))["state"] == "read"
    assert await late(posted.tenant) == 0


async def late(tenant: UUID) -> int:
    async with tenant_scope(tenant):
        await enqueue(settle_late_events)
    jobs = await run_queued(tenant, only_due=True)
    assert [job.state for job in jobs] == ["done"]
    return int((jobs[0].result or {})["moved"])


async def test_an_event_that_names_our_own_message_is_as_good_as_the_receipt_that_never_came(posted: Posted) -> None:
    letter = await posted.letter(state="unknown", vendor_id=None)
    told = DeliveryEvent("e1", EventKind.DELIVERED, SENT_AT, vendor_id="v-9", message_id=message_id(letter.id))
    assert await tell(posted, told) == (1, 1, 0)
    row = await posted.row(letter)
    assert (row["state"], row["vendor_id"], row["claim"]) == ("delivered", "v-9", None)
    assert await posted.counts(letter) == {("delivered", None): 1}


async def test_a_late_failure_of_an_earlier_try_does_not_fail_the_next_one(posted: Posted) -> None:
    letter = await posted.letter(vendor_id="second")
    async with tenant_scope(posted.tenant) as scope:
        await scope.execute("update deliveries set resent = 1 where id = $1", letter.id)
    told = DeliveryEvent("e1", EventKind.FAILED, SENT_AT, message_id=message_id(letter.id), reason=Rejection.OTHER)
    assert (await tell(posted, told))[1] == 0
    assert (await posted.row(letter))["state"] == "accepted"


async def test_later_events_may_give_another_name_that_an_earlier_one_told(posted: Posted) -> None:
    """Fonnte's: the first status brings id and stateid, the next ones stateid alone."""
    letter = await posted.letter(vendor_id="80367170")
    await tell(posted, event(EventKind.DELIVERED, letter, 1), aliases={"state-77": "80367170"})
    assert (await tell(posted, event(EventKind.READ, replace(letter, vendor_id="state-77"), 2)))[1] == 1
    assert (await posted.row(letter))["state"] == "read"


async def test_the_same_vendor_id_of_another_channel_or_shop_moves_nothing(posted: Posted, other_tenant: UUID) -> None:
    letter = await posted.letter()
    async with tenant_scope(posted.tenant):
        assert (await apply("resend", Medium.EMAIL, DeliveryEvents((event(EventKind.DELIVERED, letter),)))).moved == 0
    theirs = replace(posted, tenant=other_tenant)
    named = DeliveryEvent("e9", EventKind.DELIVERED, SENT_AT, message_id=message_id(letter.id))
    assert await tell(theirs, event(EventKind.DELIVERED, letter), named) == (2, 0, 2)
    assert (await posted.row(letter))["state"] == "accepted"


async def test_a_hard_bounce_and_a_complaint_stop_what_waits_and_a_vendors_stop_is_a_no(posted: Posted) -> None:
    ends: dict[EventKind, dict[str, Any]] = {
        EventKind.BOUNCED: {"permanent": True},
        EventKind.COMPLAINED: {},
        EventKind.UNSUBSCRIBED: {},
        EventKind.FAILED: {"reason": Rejection.UNWANTED},
    }
    people = {}
    for kind, more in ends.items():
        letter = await posted.letter()
        people[kind] = letter.customer_id
        waiting = await posted.letter(customer_id=letter.customer_id, state="queued", vendor_id=None)
        await tell(posted, event(kind, letter, **more))
        assert (await posted.row(waiting))["state"] == "left_out", kind
        assert (await posted.counts(waiting))["left_out", (await posted.row(waiting))["reason"]] == 1
    async with tenant_scope(posted.tenant):
        said = {kind: (await _will(person)) for kind, person in people.items()}
    assert said[EventKind.COMPLAINED] is said[EventKind.UNSUBSCRIBED] is ConsentState.REFUSED
    assert said[EventKind.BOUNCED] is said[EventKind.FAILED] is ConsentState.UNKNOWN


async def _will(customer_id: UUID) -> ConsentState:
    """To advertising by WhatsApp."""
    return next(one.state for one in await consents_of(customer_id) if (one.medium, one.purpose) == (WA, Purpose.MARKETING))


async def test_opens_and_clicks_of_persons_are_not_kept_unless_the_owner_wants_them(posted: Posted) -> None:
    letter = await posted.letter()
    opened, clicked = event(EventKind.OPENED, letter), event(EventKind.CLICKED, letter)
    assert await tell(posted, opened, clicked) == (0, 0, 0)
    async with tenant_scope(posted.tenant):
        await change_tracking(Tracking(opens=True, clicks=True, anonymous=True))
    assert await tell(posted, opened, clicked) == (0, 0, 0)
    async with tenant_scope(posted.tenant):
        await change_tracking(Tracking(opens=True))
    assert await tell(posted, opened, clicked) == (1, 1, 0)
    assert await posted.counts(letter) == {("delivered", None): 1, ("opened", None): 1}


async def test_a_reply_goes_to_the_inbox_and_counts_for_the_message_that_it_answers(posted: Posted) -> None:
    phone = "+628123000001"
    customer = await posted.customer(phone=phone)
    letter = await posted.letter(customer_id=customer)
    told = event(EventKind.REPLIED, minute=5, address="08123000001", text="Ada warna biru?\x00")
    assert (await tell(posted, told, told))[:2] == (1, 1)
    async with tenant_scope(posted.tenant):
        (reply,) = await list_replies(ReplyWish(campaign_id=letter.campaign_id))
        assert (reply.words, reply.customer_id, reply.delivery_id, reply.address, reply.stopped) == (
            "Ada warna biru?",
            customer,
            letter.id,
            None,
            False,
        )
        assert await wrote_first([customer, letter.id], WA) == {customer}
    assert await posted.counts(letter) == {("delivered", None): 1, ("replied", None): 1}


async def test_a_reply_of_somebody_unknown_keeps_their_address_and_one_that_says_stop_is_obeyed(posted: Posted) -> None:
    letter = await posted.letter()
    waiting = await posted.letter(customer_id=letter.customer_id, state="queued", vendor_id=None)
    stop = event(EventKind.REPLIED, letter, 1, id="r1", address=f"+62812{1:08}", text="BERHENTI")
    stranger = event(EventKind.REPLIED, None, 2, id="r2", address="+628999000111", text="Ini siapa?")
    await tell(posted, stop, stranger)
    assert (await posted.row(waiting))["state"] == "left_out"
    async with tenant_scope(posted.tenant):
        last, first = await list_replies(ReplyWish())
    assert (last.address, last.customer_id, last.stopped) == ("+628999000111", None, False)
    assert (first.address, first.customer_id, first.stopped) == (None, letter.customer_id, True)
    assert "0812" not in repr(first)


async def test_two_workers_that_apply_events_of_the_same_messages_at_once_count_each_once(posted: Posted) -> None:
    campaign = await posted.campaign()
    letters = [await posted.letter(campaign) for _ in range(12)]
    events = [event(kind, letter) for letter in letters for kind in (EventKind.DELIVERED, EventKind.READ)]
    await asyncio.gather(*(tell(posted, *part) for part in (events, events[::-1], events[::2], events[1::2])))
    assert await posted.counts(letters[0]) == {("read", None): 12}
