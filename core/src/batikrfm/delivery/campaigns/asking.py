"""Who would get a campaign, before anybody presses send."""

from __future__ import annotations

from batikrfm.delivery.audience import Preview, Question, preview_audience
from batikrfm.delivery.campaigns.settings import cap_of


async def preview(question: Question) -> Preview:
    """Who would get it now, and who would not and why, under the cap that holds. ``campaign.question`` is that of a campaign."""
    return await preview_audience(question, await cap_of(question.options, question.purpose))
