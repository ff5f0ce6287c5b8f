"""Which text is the better one: asked once, some hours after the test part began, and said plainly where nobody can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.audience import Choice, When, release
from batikrfm.delivery.campaigns import queries as sql
from batikrfm.delivery.campaigns.beginning import choices_of
from batikrfm.delivery.campaigns.checking import HUNDRED
from batikrfm.delivery.campaigns.finding import held
from batikrfm.delivery.campaigns.model import Campaign, Decision, Tally, Verdict
from batikrfm.delivery.campaigns.moving import clock, finish_if_done
from batikrfm.delivery.campaigns.rows import as_json
from batikrfm.delivery.campaigns.waking import SEND, wake
from batikrfm.delivery.counting import Place, counts_of
from batikrfm.delivery.model import CampaignState, Deed, DeliveryState
from batikrfm.delivery.options import Metric, WinnerRule

REACHED = frozenset({DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.READ})


async def decide(campaign_id: UUID) -> tuple[Decision, ...]:
    """Choose the text of each segment that has more than one, and give it to everybody who waited. Once; empty if it is not the time.

    A campaign that is paused decides when it goes on.
    """
    campaign = await held(campaign_id)
    now, shop = await clock()
    rule = campaign.options.winner
    if campaign.state is not CampaignState.SENDING or rule is None or campaign.decides_at is None or campaign.decides_at > now:
        return ()
    tallies = await _tallies(campaign, rule.metric)
    groups = _tested(choices_of(campaign))
    decisions = tuple(judge(group, tallies, rule) for group in groups)
    await current_scope().execute(sql.WON, campaign_id, [one.number for one in decisions if one.verdict is Verdict.WON])
    await current_scope().execute(sql.DECIDED, campaign_id, as_json(decisions))
    for group, decision in zip(groups, decisions, strict=True):
        winner = next(choice for choice in group if choice.number == decision.number)
        released = await release(campaign.question, group[0], winner, When(now, now, shop))
        if released.first_due is not None:
            await wake(SEND, campaign_id, released.first_due)
    await finish_if_done(campaign_id)
    return decisions


def judge(group: Sequence[Choice], tallies: Mapping[int, Tally], rule: WinnerRule) -> Decision:
    """The better of a segment's texts: the one with the highest share of the people it reached, where each has reached enough.

    Where they are equal, or too few were reached, the first one goes, and the verdict says so.
    """
    had = tuple(tallies.get(choice.number, Tally(choice.number, 0, 0)) for choice in group)
    first = group[0]
    if any(tally.reached < rule.least for tally in had):
        return Decision(first.segment, first.number, Verdict.TOO_FEW, had)
    best = max(had, key=lambda tally: tally.did / tally.reached)
    if any(tally is not best and tally.did * best.reached == best.did * tally.reached for tally in had):
        return Decision(first.segment, first.number, Verdict.TIE, had)
    return Decision(first.segment, best.number, Verdict.WON, had)


def _tested(choices: Sequence[Choice]) -> list[list[Choice]]:
    """The groups of texts that leave a rest, each in the order of its numbers."""
    segments = dict.fromkeys(choice.segment for choice in choices)
    groups = [[choice for choice in choices if choice.segment == segment] for segment in segments]
    return [group for group in groups if sum(choice.share for choice in group) < HUNDRED]


async def _tallies(campaign: Campaign, metric: Metric) -> dict[int, Tally]:
    counts = await counts_of(campaign.id)
    reached = _by_variant(counts, REACHED)
    did = await _did(campaign.id, counts, metric)
    return {one.number: Tally(one.number, reached[one.number], min(did[one.number], reached[one.number])) for one in campaign.variants}


async def _did(campaign_id: UUID, counts: Mapping[Place, int], metric: Metric) -> Counter[int]:
    if metric is Metric.ORDERED:
        rows = await current_scope().fetch(sql.ORDERED, campaign_id)
        return Counter({row["variant"]: row["people"] for row in rows})
    if metric is Metric.CLICKED:
        return _by_variant(counts, {Deed.CLICKED})
    read, opened = _by_variant(counts, {DeliveryState.READ}), _by_variant(counts, {Deed.OPENED})
    return read | opened  # whichever is more


def _by_variant(counts: Mapping[Place, int], whats: frozenset[DeliveryState] | set[Deed] | set[DeliveryState]) -> Counter[int]:
    sums: Counter[int] = Counter()
    for place, amount in counts.items():
        if place.what in whats and place.variant is not None:
            sums[place.variant] += amount
    return sums
