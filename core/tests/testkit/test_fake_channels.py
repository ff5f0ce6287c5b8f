"""The fake channels do as the stage tells them, and count as channels for the host."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from batikrfm.plugins.kinds import KINDS, check_object
from batikrfm.sdk import (
    Accepted,
    DeliveryEvent,
    EventKind,
    ForgedRequestError,
    Message,
    PluginContext,
    Rejected,
    Rejection,
    RetryAfter,
    Secret,
    TimedOutError,
    UnknownOutcome,
)
from batikrfm.testkit.fake_channels import (
    ChannelStage,
    FakeChannel,
    FakeChannelConfig,
    answering,
    channel_plugins,
    failing,
    fake_email,
    fake_whatsapp,
    losing,
    refused,
    throttled,
    unknown,
    waiting,
    webhook,
)

ANI, BUDI = Message("m1", "ani@toko.example", "Halo"), Message("m2", "budi@toko.example", "Halo")


@pytest.fixture
def stage() -> ChannelStage:
    return ChannelStage()


@pytest.fixture
def channel(stage: ChannelStage, plugin_context: PluginContext) -> FakeChannel:
    return fake_email(stage)(FakeChannelConfig(api_key=Secret("k")), plugin_context)


def test_the_host_lets_them_in(stage: ChannelStage) -> None:
    for made in (fake_email(stage), fake_whatsapp(stage), fake_whatsapp(stage, address_check=False, status_lookup=True)):
        assert check_object(KINDS["register_channels"], made) == made.key
    assert [*channel_plugins(fake_email(stage), fake_whatsapp(stage)).channels] == ["fake_email", "fake_whatsapp"]


async def test_a_batch_is_accepted_but_for_special_addresses(stage: ChannelStage, channel: FakeChannel) -> None:
    stage.addresses[BUDI.to] = refused(Rejection.ADDRESS, "no_such_user")
    one, other = await channel.send([ANI, BUDI])
    assert isinstance(one, Accepted)
    assert other == Rejected("m2", Rejection.ADDRESS, "no_such_user")
    assert [taken.to for taken in stage.taken] == [ANI.to]


async def test_steps_come_one_after_the_other_then_all_is_well(stage: ChannelStage, channel: FakeChannel) -> None:
    stage.next(channel.key, answering(throttled(7)), failing(TimedOutError(seconds=3)), losing(), answering(unknown()))
    assert await channel.send([ANI]) == [RetryAfter("m1", 7)]
    with pytest.raises(TimedOutError):
        await channel.send([ANI])
    assert not stage.taken
    assert await channel.send([ANI]) == [UnknownOutcome("m1")]
    assert await channel.send([BUDI]) == [UnknownOutcome("m2")]
    assert [one.id for one in stage.taken] == ["m1"]
    found, missing = await channel.look_up([ANI, BUDI])
    assert (found, missing) == (Accepted("m1", stage.taken[0].vendor_id), RetryAfter("m2", 0))


async def test_an_idempotent_one_takes_a_message_once_and_another_twice(
    stage: ChannelStage, channel: FakeChannel, plugin_context: PluginContext
) -> None:
    assert await channel.send([ANI]) == await channel.send([ANI])
    careless = fake_whatsapp(stage)(FakeChannelConfig(api_key=Secret("k")), plugin_context)
    for _ in range(2):
        await careless.send([ANI])
    assert [one.channel for one in stage.taken] == ["fake_email", "fake_whatsapp", "fake_whatsapp"]


async def test_a_call_waits_as_long_as_the_test_wants(stage: ChannelStage, channel: FakeChannel) -> None:
    began, until = asyncio.Event(), asyncio.Event()
    stage.next(channel.key, waiting(until, began=began, taking=True))
    sending = asyncio.create_task(channel.send([ANI]))
    await began.wait()
    assert [one.id for one in stage.taken] == ["m1"]
    until.set()
    assert isinstance((await sending)[0], Accepted)


def test_what_was_taken_outlives_a_killed_process(tmp_path: Path) -> None:
    book = tmp_path / "book"
    program = (
        "import asyncio; from pathlib import Path; from batikrfm.sdk import Message, Secret; from batikrfm.testkit.fake_channels import *;"
        f"stage = ChannelStage(Path({str(book)!r})); stage.next('fake_email', dying(after=1));"
        "channel = fake_email(stage)(FakeChannelConfig(api_key=Secret('k')), None);"
        "asyncio.run(channel.send([Message('m1', 'a@b.example', 'x'), Message('m2', 'c@d.example', 'y')]))"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False)
    assert ended.returncode == -9
    assert [one.id for one in ChannelStage(book).taken] == ["m1"]


def test_its_webhooks_are_signed(channel: FakeChannel) -> None:
    event = DeliveryEvent("e1", EventKind.BOUNCED, datetime(2026, 1, 2, tzinfo=UTC), "v1", permanent=True, reason=Rejection.ADDRESS)
    assert channel.parse_events(webhook(event)).events == (event,)
    with pytest.raises(ForgedRequestError):
        channel.parse_events(webhook(event, secret=Secret("guess")))
