"""What an owner should know, in plain sentences, the most pressing first. Pure: the same figures always say the same.

A rule says nothing where there is too little to say it about. What a sentence claims (up, down, only, left) is decided by the very
figures that it shows, so it cannot contradict them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from typing import Final

from batikrfm.figures import whole_percent
from batikrfm.reports import finding_words as words
from batikrfm.reports.finding import Finding, Said, Tone, count, day, money, named, number_of, percent, sentence, times
from batikrfm.sdk.text import Text
from batikrfm.segmentation.customers import CustomerFilter
from batikrfm.segmentation.facts import Facts, read_facts
from batikrfm.segmentation.history import Flow
from batikrfm.segmentation.overview import Overview, SegmentStanding, TracedFlow

ENOUGH_BUYERS: Final = 10
"""Fewer make no rate: one more or less would change it by a tenth."""
ENOUGH_PURCHASES: Final = 5
"""In each of two periods, to compare their money."""
ENOUGH_FOR_A_TENTH: Final = 20
STALE_DAYS: Final = 7
TRIPLED: Final = Decimal(3)
LEANING: Final = Decimal("1.5")
ONE_FIFTH, ONE_HALF = Decimal("0.2"), Decimal("0.5")

RISK: Final = ("at_risk", "cant_lose")
AWAY: Final = (*RISK, "about_to_sleep", "hibernating", "lost")
"""Segments of customers who stay away. Strategies with other keys say nothing of who left and who came back."""


async def read_findings(overview: Overview) -> tuple[Finding, ...]:
    """The findings of the tenant whose scope this is and whose ``overview`` this is."""
    return findings(overview, await read_facts(overview.run))


def findings(overview: Overview, facts: Facts) -> tuple[Finding, ...]:
    """The findings, the most pressing first."""
    return tuple(found for rule in RULES for found in rule(overview, facts))


def _stale(overview: Overview, facts: Facts) -> Iterator[Finding]:
    """Sales that were not uploaded look like sales that were not made."""
    if facts.last_sale is None:
        return
    days = (overview.run.as_of - facts.last_sale).days
    if days >= STALE_DAYS:
        said = sentence(words.STALE, last=day(facts.last_sale), days=count(days))
        yield Finding("stale", said, Decimal(days), "days", "watch", (overview.purchases.trace,))


def _few(overview: Overview, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001 - a rule's signature
    customers = overview.run.customers
    if customers < ENOUGH_BUYERS:
        said = sentence(number_of(customers, words.FEW_ONE, words.FEW), customers=count(customers))
        yield Finding("few", said, Decimal(customers), "count", "plain", listed=CustomerFilter())


def _revenue(overview: Overview, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001 - a rule's signature
    revenue, purchases = overview.revenue, overview.purchases
    if not purchases.value:
        said = sentence(words.QUIET, since=day(overview.period.since), until=day(overview.period.until))
        yield Finding("revenue", said, Decimal(0), "count", "watch", (purchases.trace,))
        return
    now, before = revenue.value or Decimal(0), revenue.before or Decimal(0)
    template, tone = _compared(now, before, min(purchases.value, purchases.before or Decimal(0)))
    if template is words.REVENUE:
        template = number_of(int(purchases.value), words.REVENUE_ONE, words.REVENUE)
    currency = overview.run.currency
    said = sentence(
        template,
        days=count(overview.days),
        revenue=money(now, currency),
        before=money(before, currency),
        purchases=count(purchases.value),
        change=percent(abs(now - before) / before if before > 0 else Decimal(0)),
        times=times(now / before if before > 0 else Decimal(0)),
    )
    yield Finding("revenue", said, now, "money", tone, (revenue.trace,))


def _compared(now: Decimal, before: Decimal, purchases: Decimal) -> tuple[Text, Tone]:
    """How money compares, and whether that is good. ``purchases`` are those of the poorer period."""
    if purchases < ENOUGH_PURCHASES or now <= 0 or before <= 0:
        return words.REVENUE, "plain"
    if now >= TRIPLED * before:
        return words.REVENUE_TIMES, "good"
    if whole_percent(abs(now - before) / before) == 0:
        return words.REVENUE_SAME, "plain"
    return (words.REVENUE_UP, "good") if now > before else (words.REVENUE_DOWN, "bad")


def _repeat(overview: Overview, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001 - a rule's signature
    rate, buyers = overview.repeat_rate, overview.customers
    if rate.value is None or (buyers.value or 0) < ENOUGH_BUYERS:
        return
    template: Text = words.REPEAT
    tone: Tone = "plain"
    if rate.before is not None and (buyers.before or 0) >= ENOUGH_BUYERS:
        template, tone = _rate_compared(whole_percent(rate.value), whole_percent(rate.before))
    said = sentence(template, share=percent(rate.value), before=percent(rate.before or Decimal(0)), days=count(overview.days))
    yield Finding("repeat_rate", said, rate.value, "share", tone, (rate.trace,))


def _rate_compared(now: int, before: int) -> tuple[Text, Tone]:
    """How two rates in whole percent compare: as a reader sees them, not as they were before rounding."""
    if now == before:
        return words.REPEAT_SAME, "plain"
    return (words.REPEAT_UP, "good") if now > before else (words.REPEAT_DOWN, "bad")


def _best(overview: Overview, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001 - a rule's signature
    """What the strategy's first segment, its best, means to the shop."""
    if overview.run.customers < ENOUGH_BUYERS or not overview.segments:
        return
    best = overview.segments[0]
    if not best.customers:
        yield Finding("best_segment", sentence(words.NO_BEST, name=named(best.name)), Decimal(0), "count", "watch", (best.trace,))
    elif 0 <= best.revenue_share <= 1:
        template = words.BEST_LEAN if _leans_on(best) else words.BEST
        said = sentence(template, name=named(best.name), customers=percent(best.customer_share), revenue=percent(best.revenue_share))
        yield Finding("best_segment", said, best.revenue_share, "share", "plain", (best.trace,))


def _leans_on(best: SegmentStanding) -> bool:
    more = whole_percent(best.revenue_share) > whole_percent(best.customer_share)
    return more and best.revenue_share >= LEANING * best.customer_share


def _to_risk(overview: Overview, facts: Facts) -> Iterator[Finding]:
    """Who went from a better segment to one of risk, and what they have spent so far."""
    order = [segment.key for segment in overview.segments]
    flows = _flows(overview, lambda flow: _worse(order, flow))
    spent = sum((facts.moved_money.get((str(at.flow.from_segment), str(at.flow.to_segment)), Decimal(0)) for at in flows), Decimal(0))
    one, many = (words.TO_RISK_ONE, words.TO_RISK) if spent > 0 else (words.TO_RISK_PLAIN_ONE, words.TO_RISK_PLAIN)
    names = _names(overview, {str(at.flow.to_segment) for at in flows})
    yield from _moved("to_risk", overview, flows, "bad", (one, many), names, money=money(spent, overview.run.currency))


def _worse(order: list[str], flow: Flow) -> bool:
    if flow.to_segment not in RISK or flow.from_segment not in order or flow.to_segment not in order:
        return False
    return order.index(flow.from_segment) < order.index(flow.to_segment)


def _back(overview: Overview, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001 - a rule's signature
    flows = _flows(overview, lambda flow: flow.from_segment in AWAY and flow.to_segment not in AWAY)
    names = _names(overview, {str(at.flow.from_segment) for at in flows})
    yield from _moved("came_back", overview, flows, "good", (words.BACK_ONE, words.BACK), names)


def _left_best(overview: Overview, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001 - a rule's signature
    best = overview.segments[:1]
    flows = _flows(overview, lambda flow: flow.from_segment in [segment.key for segment in best])
    yield from _moved("left_best", overview, flows, "bad", (words.LEFT_BEST_ONE, words.LEFT_BEST), [segment.name for segment in best])


def _into_best(overview: Overview, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001 - a rule's signature
    best = overview.segments[:1]
    flows = _flows(overview, lambda flow: flow.to_segment in [segment.key for segment in best])
    yield from _moved("into_best", overview, flows, "good", (words.INTO_BEST_ONE, words.INTO_BEST), [segment.name for segment in best])


def _flows(overview: Overview, wanted: Callable[[Flow], bool]) -> list[TracedFlow]:
    """The flows between two segments that are ``wanted``: who is new or gone moved nowhere."""
    moved = [at for at in overview.flows if at.flow.from_segment is not None and at.flow.to_segment is not None]
    return [at for at in moved if at.flow.customers > 0 and wanted(at.flow)]


def _names(overview: Overview, keys: Collection[str]) -> list[Text]:
    return [segment.name for segment in overview.segments if segment.key in keys]


def _moved(  # noqa: PLR0913, PLR0917 - what tells one sentence about moves from the other
    key: str,
    overview: Overview,
    flows: list[TracedFlow],
    tone: Tone,
    templates: tuple[Text, Text],
    names: list[Text],
    **more: Said,
) -> Iterator[Finding]:
    moved = sum(at.flow.customers for at in flows)
    if not moved or not names or overview.compared_with is None:
        return
    said = sentence(number_of(moved, *templates), moved=count(moved), names=named(*names), since=day(overview.compared_with), **more)
    yield Finding(key, said, Decimal(moved), "count", tone, tuple(at.trace for at in flows))


def _new(overview: Overview, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001 - a rule's signature
    new = overview.new_customers
    now, before = int(new.value or 0), int(new.before or 0)
    if now and overview.run.customers >= ENOUGH_BUYERS:
        template = number_of(now, words.NEW_ONE, words.NEW)
        said = sentence(template, new=count(now), before=count(before), days=count(overview.days))
        yield Finding("new_customers", said, Decimal(now), "count", "good" if now > before else "plain", (new.trace,))


def _dependence(overview: Overview, facts: Facts) -> Iterator[Finding]:
    """How much hangs on few: on one customer, or on the top tenth."""
    customers, spent = overview.run.customers, overview.run.revenue
    if customers < ENOUGH_BUYERS or spent <= 0:
        return
    first, best = facts.first_money / spent, facts.best_money / spent
    if ONE_FIFTH <= first <= 1:
        yield Finding("dependence", sentence(words.ONE_CUSTOMER, share=percent(first)), first, "share", "watch", listed=CustomerFilter())
    elif customers >= ENOUGH_FOR_A_TENTH and ONE_HALF <= best <= 1:
        said = sentence(words.BEST_TENTH, best=count(facts.best_customers), share=percent(best))
        yield Finding("dependence", said, best, "share", "watch", listed=CustomerFilter())


def _unreachable(overview: Overview, facts: Facts) -> Iterator[Finding]:
    customers, unreachable = overview.run.customers, facts.unreachable
    if unreachable:
        template = words.NOBODY_REACHABLE if unreachable >= customers else words.UNREACHABLE
        said = sentence(template, unreachable=count(unreachable), customers=count(customers))
        yield Finding("unreachable", said, Decimal(unreachable), "count", "watch", listed=CustomerFilter())


RULES: Final = (_stale, _few, _revenue, _to_risk, _left_best, _repeat, _best, _into_best, _back, _new, _dependence, _unreachable)
"""In the order in which an owner reads them: what is wrong with the data, the money, who is going, who stays, who comes, what to mend."""
