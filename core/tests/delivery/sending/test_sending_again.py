"""Again to those of whom nobody knows whether their message arrived: only where a person wishes it, once a wish, and looked at anew."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sending_stage import Sender, plugins_of, sending

from batikrfm.delivery import campaigns
from batikrfm.delivery.consent import ConsentState, Said, set_consent
from batikrfm.delivery.consent.suppressing import add_suppression
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.sdk import Rejection
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.fake_channels import ChannelStage, accepting, losing, refused


@dataclasses.dataclass
class Lost:
    """A campaign of four messages at a vendor that can neither look up nor tell what it had: the call broke off after it took them."""

    sender: Sender
    stage: ChannelStage
    people: list[UUID]
    campaign: UUID

    async def again(self, *, unsure: bool = False) -> int:
        """Somebody presses the button; how many are queued."""
        async with tenant_scope(self.sender.tenant):
            return await campaigns.resend_failed(self.campaign, by=self.sender.boss, unsure=unsure)

    @property
    def came(self) -> Counter[str]:
        """How many messages each person has got."""
        return Counter(one.to for one in self.stage.taken)


@pytest.fixture
async def lost(tenant: UUID, database: object) -> AsyncIterator[Lost]:  # noqa: ARG001 - it is open
    stage = ChannelStage()
    async with sending(plugins_of(stage, status_lookup=False, idempotent=False)):
        sender = Sender(tenant)
        people = await sender.people(4)
        campaign = await sender.campaign()
        stage.next("fake_email", losing())
        await sender.send(campaign)
        assert await sender.states(campaign) == {"failed:not_found": 4}
        yield Lost(sender, stage, people, campaign)


async def test_those_of_unknown_fate_are_left_alone_unless_somebody_wishes_it(lost: Lost) -> None:
    assert await lost.again() == 0
    assert await lost.sender.states(lost.campaign) == {"failed:not_found": 4}
    assert await lost.sender.send(lost.campaign) is None, "the campaign is over and stays so"
    assert len(lost.stage.handed_in) == 1


async def test_with_the_wish_they_are_queued_once_and_each_is_a_new_message(lost: Lost) -> None:
    assert await lost.again(unsure=True) == 4
    assert await lost.again(unsure=True) == 0, "pressed twice, they are sent once"
    assert await lost.sender.states(lost.campaign) == {"queued": 4}
    await lost.sender.send(lost.campaign)
    assert await lost.sender.states(lost.campaign) == {"accepted": 4}
    assert set(lost.came.values()) == {2}, "which is what the person was warned of"
    assert {one.id[-2:] for one in lost.stage.handed_in[1].messages} == {"-1"}
    assert await lost.again(unsure=True) == 0
    assert await lost.sender.one("select state from campaigns where id = $1", lost.campaign) == "finished"


async def test_consent_and_the_list_of_stopped_addresses_are_looked_at_again_before_sending(lost: Lost) -> None:
    gone, said = lost.people[0], Said("telepon ke toko", "Bu Sri")
    async with tenant_scope(lost.sender.tenant):
        await set_consent(gone, Medium.EMAIL, Purpose.MARKETING, ConsentState.REFUSED, said)
    assert await lost.again(unsure=True) == 4
    async with tenant_scope(lost.sender.tenant):
        await add_suppression(Medium.EMAIL, "sari2@contoh.id", by="Sri")
    await lost.sender.send(lost.campaign)
    assert await lost.sender.states(lost.campaign) == {"accepted": 2, "left_out:refused": 1, "left_out:suppressed": 1}
    assert sorted(lost.came.values()) == [1, 1, 2, 2]


async def test_the_wish_takes_along_what_surely_failed_and_nothing_that_is_final(lost: Lost) -> None:
    lost.stage.addresses["sari1@contoh.id"] = refused(Rejection.OTHER)
    lost.stage.addresses["sari2@contoh.id"] = refused(Rejection.ADDRESS)
    await lost.again(unsure=True)
    lost.stage.next("fake_email", accepting())
    await lost.sender.send(lost.campaign)
    assert await lost.sender.states(lost.campaign) == {"accepted": 2, "failed:address": 1, "failed:other": 1}
    lost.stage.addresses.clear()
    assert await lost.again(unsure=True) == 1
