"""How many messages a number may send, and when. Figures here are careful ones: who writes to strangers in bulk is banned within days.

Networks say nothing of their limits for linked phones; what users of gateways report is that 15 to 20 cold messages a day are enough to
lose a number. So a number begins with 20 and learns to walk; see docs/explanation/sending.md.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from batikrfm.delivery.numbers.errors import NumberRulesError
from batikrfm.delivery.options import MINUTES, Options, QuietHours
from batikrfm.delivery.timing import next_allowed
from batikrfm.sdk.channels import Capabilities
from batikrfm.sdk.text import Text

FORGOTTEN: Final = dt.timedelta(days=30)
"""A number that was silent for so long begins anew."""
MOST_A_DAY: Final = 10_000
LONGEST_PAUSE: Final = 600.0
MOST_WINDOW: Final = 1_000
WARNING: Final = Text(
    id=(
        "Gateway ini bukan jalur resmi WhatsApp: nomor Anda bisa diblokir sewaktu-waktu, juga kalau semua aturan diikuti. "
        "Pakai nomor khusus, jangan nomor utama toko."
    ),
    en=(
        "This gateway is not WhatsApp's own way: your number can be banned at any time, even if every rule is kept. "
        "Use a number of its own for it, never the shop's main one."
    ),
)


@dataclass(frozen=True, slots=True)
class NumberRules:
    """``plan``: messages on a number's first days of sending, then ``most_a_day`` (None: no limit of ours).

    Between two messages are ``pause`` seconds, by chance between these two. Nothing goes out but from ``opens`` to ``closes``, minutes
    after midnight where the shop is. More than ``most_bad`` of the last ``window`` outcomes bad: the number stops by itself.
    ``known_only``: only people who wrote to the shop before, or agreed.
    """

    plan: tuple[int, ...] = ()
    most_a_day: int | None = None
    pause: tuple[float, float] = (0.0, 0.0)
    opens: int = 0
    closes: int = MINUTES
    window: int = 50
    most_bad: float = 0.1
    known_only: bool = False

    def cap(self, warm_days: int) -> int | None:
        """How many messages on a day before which there were so many days of sending."""
        if warm_days < len(self.plan):
            return self.plan[warm_days] if self.most_a_day is None else min(self.plan[warm_days], self.most_a_day)
        return self.most_a_day

    def opening(self, moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
        """``moment`` itself if it is an active hour, or else the beginning of the next ones."""
        if self.closes - self.opens >= MINUTES:
            return moment
        return next_allowed(moment, Options(quiet=QuietHours(self.closes % MINUTES, self.opens)), zone)

    def too_bad(self, recent: str) -> bool:
        """Whether so many of the latest outcomes (``1`` is a bad one) are bad that the number has to stop."""
        return recent[-self.window :].count("1") > self.most_bad * self.window


UNOFFICIAL: Final = NumberRules(
    plan=(20, 40, 60, 80, 100, 130, 160, 200),
    most_a_day=250,
    pause=(8.0, 25.0),
    opens=8 * 60,
    closes=20 * 60,
    known_only=True,
)
"""A phone that is linked to a gateway."""
OFFICIAL: Final = NumberRules(window=250)
"""The network's own way keeps numbers from harm by limits of its own. Its campaigns are long: of 50 messages at a time, six bad ones
come together by chance alone once in some thousand (2 % bad), so more of them are looked at.
"""


@dataclass(frozen=True, slots=True)
class Fare:
    """How a number has fared: ``used`` messages on ``used_on``, after ``warm_days`` days of sending; none before ``next_at``."""

    used_on: dt.date | None = None
    used: int = 0
    warm_days: int = 0
    next_at: dt.datetime | None = None

    def on(self, day: dt.date) -> Fare:
        """The same on ``day``: yesterday's messages are a day of warming up now."""
        if self.used_on is None or self.used_on >= day:
            return self if self.used_on is not None else replace(self, used_on=day)
        if day - self.used_on > FORGOTTEN:
            return Fare(day)
        return replace(self, used_on=day, used=0, warm_days=self.warm_days + (self.used > 0))


@dataclass(frozen=True, slots=True)
class Leave:
    """So many messages may go ``at`` that time (None: any number), none before."""

    at: dt.datetime
    amount: int | None


def leave(fare: Fare, rules: NumberRules, now: dt.datetime, zone: ZoneInfo) -> Leave:
    """When the number may send next, and how many then."""
    at = rules.opening(max(now, fare.next_at or now), zone)
    left = _left(fare, rules, at, zone)
    if left is not None and left <= 0:
        tomorrow = dt.datetime.combine(_day(at, zone) + dt.timedelta(days=1), dt.time(0), zone)
        at = rules.opening(tomorrow.astimezone(dt.UTC), zone)
        left = _left(fare, rules, at, zone)
    return Leave(at, left if left is None or rules.pause[1] <= 0 else min(left, 1))


def spend(fare: Fare, rules: NumberRules, amount: int, now: dt.datetime, zone: ZoneInfo, dice: random.Random) -> Fare:  # noqa: PLR0913, PLR0917 - all of it counts
    """How the number stands after ``amount`` messages."""
    today = fare.on(_day(now, zone))
    pause = dt.timedelta(seconds=dice.uniform(*rules.pause)) if rules.pause[1] > 0 else None
    return replace(today, used=today.used + amount, next_at=now + pause if pause else None)


def rules_of(capabilities: Capabilities, stored: dict[str, Any] | None = None) -> NumberRules:
    """The rules of a channel's account: as the shop set them, or those of its kind."""
    base = UNOFFICIAL if capabilities.unofficial else OFFICIAL
    changed: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in (stored or {}).items()}
    return replace(base, **changed)


def as_json(rules: NumberRules) -> str:
    """To be kept. Raises :class:`NumberRulesError`."""
    if not all(0 < amount <= MOST_A_DAY for amount in (*rules.plan, rules.most_a_day or 1)) or len(rules.plan) > 60:  # noqa: PLR2004 - two months
        raise NumberRulesError
    if not 0 <= rules.pause[0] <= rules.pause[1] <= LONGEST_PAUSE or not 0 <= rules.opens < rules.closes <= MINUTES:
        raise NumberRulesError
    if not 1 <= rules.window <= MOST_WINDOW or not 0 < rules.most_bad <= 1:
        raise NumberRulesError
    return json.dumps(asdict(rules))


def _left(fare: Fare, rules: NumberRules, at: dt.datetime, zone: ZoneInfo) -> int | None:
    then = fare.on(_day(at, zone))
    cap = rules.cap(then.warm_days)
    return None if cap is None else max(0, cap - then.used)


def _day(moment: dt.datetime, zone: ZoneInfo) -> dt.date:
    return moment.astimezone(zone).date()
