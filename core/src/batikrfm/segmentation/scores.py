"""What a run makes of one customer's orders, by the cut-points that it kept: the same numbers as the run itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from batikrfm.sales.returns import Returns
from batikrfm.sdk.money import MONEY_SCALE
from batikrfm.segmentation.days import start_of

CUTS: Final = ("recency_days", "frequency", "monetary")
"""Cut-points under these names are those of scores: at most so many days, at least so many purchases, at least so much money."""


@dataclass(frozen=True)
class OrderMoney:
    """An order, as far as scores go."""

    ordered_at: dt.datetime
    net_e4: int
    gross_e4: int


@dataclass(frozen=True)
class Asked:
    """What a run was asked, and the cut-points that it answered with."""

    as_of: dt.date
    returns: Returns
    since_days: int | None
    timezone: str
    cut_points: Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Standing:
    """What a run counts of a customer; recency and scores are None without a purchase, scores also without cut-points."""

    recency_days: int | None
    frequency: int
    monetary_e4: int
    r: int | None = None
    f: int | None = None
    m: int | None = None


def standing(orders: Sequence[OrderMoney], asked: Asked) -> Standing:
    """Where ``orders`` put a customer in that run."""
    counted = [(order.ordered_at, _money(order, asked.returns)) for order in orders if _counts(order.ordered_at, asked)]
    bought = [at for at, money in counted if money > 0]
    monetary = sum(money for _, money in counted)
    if not bought:
        return Standing(None, 0, monetary)
    recency = (asked.as_of - max(bought).astimezone(ZoneInfo(asked.timezone)).date()).days
    return Standing(recency, len(bought), monetary, *_scores(recency, len(bought), monetary, asked.cut_points))


def _counts(at: dt.datetime, asked: Asked) -> bool:
    if at >= start_of(asked.as_of + dt.timedelta(days=1), asked.timezone):
        return False
    return asked.since_days is None or at >= start_of(asked.as_of - dt.timedelta(days=asked.since_days), asked.timezone)


def _money(order: OrderMoney, returns: Returns) -> int:
    return order.net_e4 if returns == "net" else order.gross_e4


def _scores(recency: int, frequency: int, monetary_e4: int, cuts: Mapping[str, Sequence[Any]]) -> tuple[int | None, int | None, int | None]:
    if not all(cuts.get(name) for name in CUTS):
        return None, None, None
    r = 5 - sum(recency > Decimal(str(days)) for days in cuts["recency_days"])
    f = 1 + sum(frequency >= Decimal(str(least)) for least in cuts["frequency"])
    m = 1 + sum(monetary_e4 >= Decimal(str(least)) * MONEY_SCALE for least in cuts["monetary"])
    return r, f, m
