"""What a campaign earned, beside those who were held out: in money, and in a sentence that says how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from batikrfm.delivery.attribution import Comparison, Sold, Verdict, earned_by
from batikrfm.delivery.attribution import Earned as Measured
from batikrfm.delivery.campaigns import Campaign
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.frame import Tone
from batikrfm_tenants.portal.pages.campaigns.counting import Names

TONES: Final[dict[Verdict, Tone]] = {Verdict.MORE: "success", Verdict.LESS: "warning"}
TREATED: Final = Text(id="Yang dikirimi", en="Who was to get it")
HELD: Final = Text(id="Yang disisihkan", en="Who was held out")


@dataclass(frozen=True)
class EarnedRow:
    """A segment's part, and what comparing says of it."""

    name: Text
    sold: Sold
    verdict: Text


@dataclass(frozen=True)
class Earned:
    """What was measured, ready to be shown. ``comparing``: each group with how many people it has and how many of them bought."""

    measured: Measured
    sold: Sold
    verdict: Text
    tone: Tone
    comparing: tuple[tuple[Text, int, int], ...]
    segments: tuple[EarnedRow, ...]


async def earned_of(campaign: Campaign, names: Names) -> Earned | None:
    """What is known of a campaign's orders; None before anything was measured."""
    measured = await earned_by(campaign.id)
    if measured is None:
        return None
    comparison = measured.total.comparison
    parts = sorted(measured.segments.items(), key=lambda one: -one[1].sold.revenue_e4)
    return Earned(
        measured=measured,
        sold=measured.total.sold,
        verdict=comparison.words,
        tone=TONES.get(comparison.verdict, "info"),
        comparing=_groups(comparison),
        segments=tuple(EarnedRow(names(key), part.sold, part.comparison.words) for key, part in parts),
    )


def _groups(comparison: Comparison) -> tuple[tuple[Text, int, int], ...]:
    if comparison.verdict is Verdict.NO_HOLD_OUT:
        return ()
    return (TREATED, comparison.treated, comparison.treated_buyers), (HELD, comparison.held, comparison.held_buyers)
