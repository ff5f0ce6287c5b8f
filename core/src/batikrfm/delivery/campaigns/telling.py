"""Tell those who run the shop that a campaign stopped by itself. Runs in the transaction of the stop."""

from __future__ import annotations

from batikrfm.content.chain.providers import providers
from batikrfm.content.wording import filled
from batikrfm.delivery.campaigns.model import Campaign
from batikrfm.delivery.campaigns.words import PLACE, STOPPED, STOPPED_BECAUSE
from batikrfm.sdk.text import Text


async def tell_stopped(campaign: Campaign, reason: Text) -> None:
    """Say which campaign waits for somebody, and why."""
    subject, words = filled(STOPPED, name=campaign.name), filled(STOPPED_BECAUSE, reason=reason)
    for extension in providers().settings.plugins.extensions.values():
        await extension.tell(subject, words, f"{PLACE}/{campaign.id}")
