"""Where a number's limits are less careful than others, such as those of its kind: what its owner is to be told of."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from batikrfm.delivery.numbers.rules import NumberRules

NEVER: Final = 10**9
"""More messages than anybody sends: stands for no limit."""


class Looser(StrEnum):
    """One way in which limits are less careful."""

    AMOUNT = "amount"  # more messages on some day
    PAUSE = "pause"  # less time between two of them
    HOURS = "hours"  # earlier or later in the day
    STOP = "stop"  # it stops by itself only after more has gone wrong
    STRANGERS = "strangers"  # also people who never wrote to the shop, nor agreed


def looser(rules: NumberRules, than: NumberRules) -> list[Looser]:
    """How ``rules`` are less careful ``than`` those; empty where they are as careful or more so."""
    found = {
        Looser.AMOUNT: any(_most(rules, day) > _most(than, day) for day in range(max(len(rules.plan), len(than.plan)) + 1)),
        Looser.PAUSE: rules.pause[0] < than.pause[0] or rules.pause[1] < than.pause[1],
        Looser.HOURS: rules.opens < than.opens or rules.closes > than.closes,
        Looser.STOP: rules.most_bad > than.most_bad or rules.most_bad * rules.window > than.most_bad * than.window,
        Looser.STRANGERS: than.known_only and not rules.known_only,
    }
    return [way for way, is_so in found.items() if is_so]


def _most(rules: NumberRules, day: int) -> int:
    cap = rules.cap(day)
    return NEVER if cap is None else cap
