"""Where scores change: four cut-points for each of recency, frequency and money, found in the data or set by rules.

Both ways of scoring come down to the same comparison. A customer's *quantile* score is ``1 + (5 * worse) // n`` with ``worse`` the
number of customers strictly worse. It is at least ``s + 1`` when ``worse >= ceil(s * n / 5) = k``, that is when the k-th worst
customer is strictly worse. So the boundary of score ``s + 1`` is the first value better than the k-th worst, and equal
customers cannot fall on two sides of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal

import polars as pl

from batikrfm.builtin.rfm.config import RfmConfig
from batikrfm.sdk.money import MONEY_SCALE

BEST = 5
_EXACT = Context(prec=60)  # more digits than a 64-bit amount times a share can have


@dataclass(frozen=True)
class Cuts:
    """Four ascending cut-points each, or none where there is nobody to cut.

    ``recency_days``: *at most* so many days for the scores 5, 4, 3, 2. ``frequency`` and ``monetary_e4``: *at least* so much for
    the scores 2, 3, 4, 5. Two cut-points may be equal when many customers are: the score between them is then given to nobody.
    """

    recency_days: tuple[int, ...]
    frequency: tuple[int, ...]
    monetary_e4: tuple[int, ...]
    origin: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the cut-points were worked out from, as exact decimal text."""

    def shown(self) -> dict[str, tuple[int | str, ...]]:
        """The cut-points as a reader traces them: JSON-able, money as exact decimal text in the currency's unit."""
        monetary = tuple(_money_text(amount) for amount in self.monetary_e4)
        return {"recency_days": self.recency_days, "frequency": self.frequency, "monetary": monetary, **self.origin}

    def scores(self) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
        """Expressions ``r``, ``f``, ``m``: UInt8, 1..5, 5 is best."""
        r = BEST - _count(pl.col("recency_days") > days for days in self.recency_days)
        f = 1 + _count(pl.col("frequency") >= purchases for purchases in self.frequency)
        m = 1 + _count(pl.col("monetary") >= amount for amount in self.monetary_e4)
        return r.cast(pl.UInt8).alias("r"), f.cast(pl.UInt8).alias("f"), m.cast(pl.UInt8).alias("m")


def quantile_cuts(customers: pl.DataFrame) -> Cuts:
    """The boundaries of the fifths of these customers, as values that customers really have."""
    return Cuts(
        recency_days=tuple(-days for days in reversed(_fifths(-customers["recency_days"]))),
        frequency=_fifths(customers["frequency"]),
        monetary_e4=_fifths(customers["monetary"]),
    )


def rule_cuts(customers: pl.DataFrame, config: RfmConfig) -> Cuts:
    """The cut-points that the shop set; those of money are shares of its median, rounded up to the next ten-thousandth.

    Amounts are whole ten-thousandths, so rounding the bound up changes no comparison.
    """
    shares = tuple(f"{share:f}" for share in config.monetary)
    doubled = _doubled_median(customers["monetary"])
    if doubled is None:
        return Cuts(config.recency_days, config.frequency, (), {"monetary_shares_of_median": shares})
    return Cuts(
        recency_days=config.recency_days,
        frequency=config.frequency,
        monetary_e4=tuple(_at_least(share, doubled) for share in config.monetary),
        origin={"monetary_shares_of_median": shares, "monetary_median": (_median_text(doubled),)},
    )


def _doubled_median(amounts: pl.Series) -> int | None:
    """Twice the median, exact: the sum of the two middle amounts. None of nothing."""
    if amounts.is_empty():
        return None
    ordered = amounts.sort()
    return int(ordered[(len(ordered) - 1) // 2]) + int(ordered[len(ordered) // 2])


def _money_text(amount_e4: int) -> str:
    """An amount in the currency's unit as exact decimal text."""
    return f"{_EXACT.normalize(Decimal(amount_e4).scaleb(-4, _EXACT)):f}"


def _median_text(doubled_e4: int) -> str:
    """The median itself in the currency's unit, from twice the median."""
    return f"{_EXACT.normalize(_EXACT.divide(Decimal(doubled_e4), Decimal(2 * MONEY_SCALE))):f}"


def _count(conditions: Iterable[pl.Expr]) -> pl.Expr:
    counted = pl.lit(0, dtype=pl.Int8)
    for condition in conditions:
        counted = counted + condition.cast(pl.Int8)
    return counted


def _fifths(values: pl.Series) -> tuple[int, ...]:
    """For the scores 2, 3, 4, 5: the least value (of those there are, more is better) that earns it."""
    ordered = values.cast(pl.Int64).sort()
    return tuple(_next_better(ordered, -(-step * len(ordered) // BEST)) for step in range(1, BEST)) if len(ordered) else ()


def _next_better(ordered: pl.Series, k: int) -> int:
    """The first value above the k-th worst; one above it where nobody has more."""
    worst = int(ordered[k - 1])
    index = int(ordered.search_sorted(worst, side="right"))
    return int(ordered[index]) if index < len(ordered) else worst + 1


def _at_least(share: Decimal, doubled_median_e4: int) -> int:
    """``ceil(share * median)`` in whole numbers."""
    numerator, denominator = share.as_integer_ratio()
    return -(-numerator * doubled_median_e4 // (2 * denominator))
