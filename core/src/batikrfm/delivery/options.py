"""How a campaign is sent: whose clock, which hours are quiet, how fast, to whom not, which text wins. Kept as JSON with the campaign."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MINUTES: Final = 24 * 60
MOST_HOLD_OUT: Final = 50
MOST_SPREAD: Final = 7 * MINUTES
MOST_HOURS: Final = 7 * 24
MOST_IN_CAP: Final = 100
MOST_CAP_DAYS: Final = 90


class Clock(StrEnum):
    """By whose clock a time and quiet hours are meant.

    No shop knows where each customer lives. ``RECIPIENT`` goes by the country code of their phone number, where that country has one
    time zone; everybody else, all of Indonesia with its three among them, goes by the shop's.
    """

    SHOP = "shop"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Nothing is sent from ``start`` to ``end``, minutes after midnight; over midnight where ``end`` is not later."""

    start: int = 20 * 60
    end: int = 8 * 60

    def __contains__(self, minute: int) -> bool:
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many messages of all campaigns together in so many days, for each customer."""

    messages: int = 2
    days: int = 7


class Metric(StrEnum):
    """What decides between texts: the share of the people who were reached that did this."""

    READ = "read"  # read or opened
    CLICKED = "clicked"
    ORDERED = "ordered"


@dataclass(frozen=True, slots=True)
class WinnerRule:
    """When the rest of the people gets the better text: ``hours`` after the test part began, where each text has reached ``least``."""

    metric: Metric = Metric.CLICKED
    hours: int = 4
    least: int = 100


NIGHT: Final = QuietHours()


@dataclass(frozen=True, slots=True)
class Options:
    """How a campaign is sent.

    ``hold_out``: percent who get nothing, to compare with; off under 200 people. ``quiet`` None: no hour is. ``spread``: minutes over which
    messages are handed in, evenly. ``cap`` None: what the shop has set for all campaigns. ``winner`` is needed where the shares of the
    texts leave a rest. For how long an order counts as a campaign's is the shop's setting for all: see delivery.tracking.
    """

    hold_out: int = 10
    clock: Clock = Clock.SHOP
    quiet: QuietHours | None = NIGHT
    spread: int = 0
    cap: Cap | None = None
    winner: WinnerRule | None = None


DEFAULT: Final = Options()
