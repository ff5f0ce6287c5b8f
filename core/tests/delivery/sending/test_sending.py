"""Sending is idempotent per (campaign, customer, channel): whatever goes wrong, each message goes out once, and the counts say so."""

from __future__ import annotations

from batikrfm.testkit.fake_channels import ChannelStage
from sending_stage import Sender


async def test_everybody_gets_their_message_once(sender: Sender, stage: ChannelStage) -> None:
    await sender.people(250)
    campaign = await sender.campaign()
    await sender.send(campaign)
    assert await sender.states(campaign) == {"accepted": 250}
    assert len({taken.id for taken in stage.taken}) == len(stage.taken) == 250
    assert await sender.one("select state from campaigns where id = $1", campaign) == "finished"
