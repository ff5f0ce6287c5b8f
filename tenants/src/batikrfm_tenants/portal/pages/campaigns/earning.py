"""What a campaign earned, beside those who were held out: in money, and in a sentence that says how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from batikrfm.delivery.campaigns import Campaign
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.frame import Tone
from batikrfm_tenants.portal.pages.campaigns.counting import Names


@dataclass(frozen=True)
class EarnedRow:
    """A segment's part."""

    name: Text
    reached: int
    buyers: int
    orders: int
    revenue_e4: int


@dataclass(frozen=True)
class Earned:
    """``verdict`` says whether it sold, or that there are too few to say; ``window_days`` is how long orders count."""

    reached: int
    buyers: int
    orders: int
    revenue_e4: int
    verdict: Text
    tone: Tone
    window_days: int
    comparing: tuple[tuple[Text, int, int], ...]
    segments: tuple[EarnedRow, ...]


async def earned_of(campaign: Campaign, names: Names) -> Earned | None:
    """What is known of a campaign's orders."""
    return None
