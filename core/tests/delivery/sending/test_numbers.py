"""WhatsApp safety in core: warm-up plan, daily cap per number, random delay, active hours, only people with prior contact or consent first,
validation of numbers before sending, automatic pause on failure or block rate, a plain warning on unofficial gateways.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sending_stage import NO_QUIET, Ear, Sender, plugins_of, sending, still_means

from batikrfm.delivery.channels import note_outcomes, pause_channel, resume_channel, scoped_channels, set_rules, state_of
from batikrfm.delivery.channels.model import PausedBy, Stand
from batikrfm.delivery.channels.opening import Channels
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.delivery.numbers.errors import NumberRulesError
from batikrfm.delivery.numbers.rules import OFFICIAL, UNOFFICIAL, WARNING, Fare, as_json, leave, rules_of, spend
from batikrfm.delivery.options import Cap
from batikrfm.delivery.sending.model import Halt
from batikrfm.sdk import Rejection, Text
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.fake_channels import WHATSAPP, ChannelStage, refused

JAKARTA = ZoneInfo("Asia/Jakarta")
NOON = dt.datetime(2026, 12, 1, 5, tzinfo=dt.UTC)  # midday in Jakarta
DICE = random.Random(3)  # noqa: S311 - a test's chance
FAST = replace(UNOFFICIAL, pause=(0.0, 0.0), opens=0, closes=1440)


@dataclass
class Clock:
    """Moves when somebody sleeps, and not otherwise."""

    time: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC).replace(hour=5, minute=0) + dt.timedelta(days=1))
    slept: list[float] = field(default_factory=list)

    def now(self) -> dt.datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += dt.timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    """Stands at noon in Jakarta."""
    return Clock()


@pytest.fixture
async def house(stage: ChannelStage, ear: Ear, clock: Clock, database: object) -> AsyncIterator[Channels]:  # noqa: ARG001 - it is open
    """Open channels by that clock."""
    async with sending(plugins_of(stage, ear), still_means(clock.now, clock.sleep)) as opened:
        yield opened


def sent_on(days: int, rules: object = UNOFFICIAL, wish: int = 1_000) -> list[int]:
    """How many messages go on each day by the plan, where so many want to go each day."""
    fare, now, sent = Fare(), NOON, []
    assert isinstance(rules, type(UNOFFICIAL))
    for day in range(days):
        morning = rules.opening(NOON.replace(hour=0) + dt.timedelta(days=day), JAKARTA)
        now, gone = max(now, morning), 0
        while gone < wish:
            free = leave(fare, rules, now, JAKARTA)
            if free.at.astimezone(JAKARTA).date() > morning.astimezone(JAKARTA).date():
                break
            now = free.at
            amount = min(free.amount or wish, wish - gone)
            fare = spend(fare, rules, amount, now, JAKARTA, DICE)
            gone += amount
        sent.append(gone)
    return sent


def test_a_number_warms_up() -> None:
    """The plan's default: 20, 40, 60, 80, 100, 130, 160, 200, then 250 a day."""
    assert sent_on(10, replace(UNOFFICIAL, pause=(0.0, 0.0))) == [20, 40, 60, 80, 100, 130, 160, 200, 250, 250]


def test_pauses_by_chance_stand_between_messages() -> None:
    fare = spend(Fare(), UNOFFICIAL, 1, NOON, JAKARTA, DICE)
    assert fare.next_at is not None
    assert 8 <= (fare.next_at - NOON).total_seconds() <= 25
    free = leave(fare, UNOFFICIAL, NOON, JAKARTA)
    assert (free.at, free.amount) == (fare.next_at, 1)
    waits = {spend(Fare(), UNOFFICIAL, 1, NOON, JAKARTA, DICE).next_at for _ in range(20)}
    assert len(waits) > 10


@given(hour=st.integers(0, 47), used=st.integers(0, 300), warm=st.integers(0, 20), amount=st.integers(1, 50))
def test_never_outside_of_the_hours_never_over_the_cap(hour: int, used: int, warm: int, amount: int) -> None:
    now = NOON + dt.timedelta(hours=hour, minutes=13)
    fare = Fare(NOON.astimezone(JAKARTA).date(), used, warm)
    free = leave(fare, UNOFFICIAL, now, JAKARTA)
    local = free.at.astimezone(JAKARTA)
    assert free.at >= now
    assert UNOFFICIAL.opens <= local.hour * 60 + local.minute < UNOFFICIAL.closes
    assert free.amount == 1
    after = spend(fare, UNOFFICIAL, min(amount, free.amount), free.at, JAKARTA, DICE)
    assert after.used <= (UNOFFICIAL.cap(after.warm_days) or 0)


@given(days=st.lists(st.integers(0, 400), min_size=1, max_size=15))
def test_the_cap_grows_by_days_on_which_it_sent_and_by_no_others(days: list[int]) -> None:
    rules, fare, worked = FAST, Fare(), 0
    for number, wish in enumerate(days):
        at = NOON + dt.timedelta(days=number)
        cap = rules.cap(worked)
        assert cap is not None
        free = leave(fare, rules, at, JAKARTA)
        assert (free.at, free.amount) == (at, cap)
        fare = spend(fare, rules, min(wish, cap), at, JAKARTA, DICE)
        worked += min(wish, cap) > 0


def test_a_number_that_was_silent_for_a_month_begins_anew() -> None:
    fare = Fare(dt.date(2026, 10, 1), 250, 30)
    assert leave(fare, FAST, NOON, JAKARTA).amount == 20


@pytest.mark.parametrize(("share", "stops"), [(0.02, False), (0.3, True)])
def test_a_long_campaign_on_the_networks_own_way_does_not_stop_by_chance(share: float, *, stops: bool) -> None:
    dice = random.Random(5)  # noqa: S311 - a test's chance
    outcomes = "".join("1" if dice.random() < share else "0" for _ in range(30_000))
    assert any(OFFICIAL.too_bad(outcomes[:n]) for n in range(len(outcomes))) is stops
    assert any(UNOFFICIAL.too_bad(outcomes[:n]) for n in range(len(outcomes))), (
        "50 at a time are too few: six bad ones come together by chance"
    )


def test_the_networks_own_way_has_no_limits_of_ours() -> None:
    assert leave(Fare(), OFFICIAL, NOON, JAKARTA).amount is None
    assert rules_of(replace(WHATSAPP, unofficial=False)) == OFFICIAL
    assert rules_of(WHATSAPP) == UNOFFICIAL


@pytest.mark.parametrize(
    "bad",
    [
        {"plan": (0,)},
        {"most_a_day": 20_000},
        {"pause": (9.0, 3.0)},
        {"pause": (0.0, 900.0)},
        {"opens": 900, "closes": 800},
        {"most_bad": 0.0},
    ],
    ids=str,
)
def test_limits_that_are_none_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(NumberRulesError):
        as_json(replace(UNOFFICIAL, **bad))  # type: ignore[arg-type] # fields of it


async def keep_rules(sender: Sender, **changed: object) -> None:
    async with tenant_scope(sender.tenant):
        await set_rules("fake_whatsapp", replace(UNOFFICIAL, **changed))  # type: ignore[arg-type] # fields of it


async def test_what_does_not_fit_todays_cap_waits_for_tomorrows_hours(sender: Sender, stage: ChannelStage, clock: Clock) -> None:
    """Daily cap per number; what does not fit waits for tomorrow's active hours."""
    await sender.people(30)
    campaign = await sender.campaign(medium=Medium.WHATSAPP)
    await keep_rules(sender, plan=(4, 10))
    work = await sender.send(campaign)
    assert work is not None
    assert (work.halt, len(stage.taken)) == (Halt.WAITING, 4)
    assert work.again is not None
    begins = work.again.astimezone(JAKARTA)
    assert (begins.date(), begins.hour) == (clock.time.astimezone(JAKARTA).date() + dt.timedelta(days=1), 8)
    assert all(8 <= seconds <= 25 for seconds in clock.slept if seconds > 1)
    assert await sender.states(campaign) == {"accepted": 4, "queued": 26}
    clock.time = work.again
    await sender.send(campaign)
    assert len(stage.taken) == 14


async def test_two_workers_share_a_numbers_cap(sender: Sender, stage: ChannelStage) -> None:
    import asyncio

    await sender.people(30)
    campaign = await sender.campaign(medium=Medium.WHATSAPP)
    await keep_rules(sender, plan=(5,), pause=(0.0, 0.0))
    await asyncio.gather(sender.send(campaign), sender.send(campaign))
    assert len(stage.taken) == 5


async def test_only_people_with_prior_contact_or_consent(sender: Sender) -> None:
    """A number at an unofficial gateway writes to nobody who never wrote and agreed to nothing, whatever the message is for."""
    strangers = await sender.people(2, consent=False)
    await sender.people(1)
    campaign = await sender.campaign(medium=Medium.WHATSAPP, purpose=Purpose.SERVICE, options=replace(NO_QUIET, cap=Cap(9, 7)))
    await keep_rules(sender, pause=(0.0, 0.0))
    await sender.send(campaign)
    assert await sender.states(campaign) == {"accepted": 1, "left_out:cold_number": 2}
    assert len(strangers) == 2


async def test_numbers_are_validated_before_sending_and_remembered(sender: Sender, stage: ChannelStage) -> None:
    """Validation of numbers before sending: who is not on the network gets nothing, and a number is asked about once."""
    await sender.people(3)
    stage.unreachable.add("+6281200000002")
    await keep_rules(sender, pause=(0.0, 0.0))
    for _ in range(2):
        campaign = await sender.campaign(medium=Medium.WHATSAPP, options=replace(NO_QUIET, cap=Cap(9, 7)))
        await sender.send(campaign)
        assert await sender.states(campaign) == {"accepted": 2, "left_out:not_reachable": 1}
    assert await sender.one("select count(*) from address_checks") == 3


async def test_a_number_stops_by_itself_when_too_much_fails(sender: Sender, stage: ChannelStage, ear: Ear) -> None:
    """Automatic pause on failure or block rate: more than 10 % of the last 50."""
    await sender.people(40)
    for number in range(1, 41):
        stage.addresses[f"+62812{number:08}"] = refused(Rejection.ADDRESS)
    campaign = await sender.campaign(medium=Medium.WHATSAPP)
    await keep_rules(sender, pause=(0.0, 0.0), plan=())
    await sender.send(campaign)
    states = await sender.states(campaign)
    failed = states["failed:address"]
    assert 6 <= failed <= 9  # four hands, each with one more when the sixth failed
    async with tenant_scope(sender.tenant):
        state = await state_of("fake_whatsapp")
        assert state.pause is not None
        assert state.pause.by is PausedBy.SAFETY
        (info,) = [one for one in await scoped_channels() if one.key == "fake_whatsapp"]
    assert (info.stand, info.health.bad, info.health.most_bad) == (Stand.PAUSED, failed, 5)
    assert await sender.one("select state from campaigns where id = $1", campaign) == "paused"
    assert len(ear.told) == 2  # of the number, and of the campaign
    assert " dari 50 pesan terakhir gagal" in ear.told[0][1].id


async def test_what_vendors_report_later_counts_too(sender: Sender) -> None:
    async with tenant_scope(sender.tenant):
        assert not await note_outcomes("fake_whatsapp", good=45, bad=5)
        assert await note_outcomes("fake_whatsapp", bad=1)
        await resume_channel("fake_whatsapp")
        state = await state_of("fake_whatsapp")
        assert (state.pause, state.recent) == (None, "")
        assert not await note_outcomes("fake_email", bad=50)


async def test_a_paused_channel_sends_nothing_and_says_why(sender: Sender, stage: ChannelStage) -> None:
    await sender.people(2)
    campaign = await sender.campaign(medium=Medium.WHATSAPP)
    async with tenant_scope(sender.tenant):
        await pause_channel("fake_whatsapp", Text(id="Ganti nomor dulu.", en="Another number first."))
    work = await sender.send(campaign)
    assert work is not None
    assert (work.halt, stage.taken) == (Halt.PAUSED, [])
    assert await sender.one("select reason->>'id' from campaigns where id = $1", campaign) == "Ganti nomor dulu."


async def test_a_plain_warning_on_unofficial_gateways(sender: Sender) -> None:
    async with tenant_scope(sender.tenant):
        said = {one.key: one.health.warning for one in await scoped_channels()}
    assert said == {"fake_email": None, "fake_whatsapp": WARNING}


async def test_a_message_that_did_not_go_out_is_given_back(sender: Sender, stage: ChannelStage) -> None:
    from batikrfm.testkit.fake_channels import throttled

    await sender.people(1)
    campaign = await sender.campaign(medium=Medium.WHATSAPP)
    stage.addresses["+6281200000001"] = throttled(7_200)
    await sender.send(campaign)
    async with tenant_scope(sender.tenant):
        assert (await state_of("fake_whatsapp")).fare.used == 0
