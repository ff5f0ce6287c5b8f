"""How the numbers of a run come about, ready to be written out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from batikrfm.sdk.text import Text
from batikrfm.segmentation.history import PastRun

MODES: Final = {
    "quantile": Text(id="pelanggan dibandingkan satu sama lain", en="customers compared with each other"),
    "rules": Text(id="batas tetap", en="fixed cut-points"),
}
RETURNS: Final = {
    "net": Text(id="Pengembalian mengurangi nilai belanja.", en="What came back lowers the money."),
    "ignore": Text(id="Pengembalian dibiarkan; yang dihitung nilai saat dijual.", en="What came back is left out; what was sold counts."),
}
BEST: Final = 5


@dataclass(frozen=True)
class CutRow:
    """What earns one score: at most so many days since the last purchase, at least so many purchases and so much money.

    Of the ``worst`` score: more days than these, fewer purchases, less money.
    """

    score: int
    days: int
    purchases: int
    money: Decimal
    worst: bool


@dataclass(frozen=True)
class Origin:
    """A run and its reasons. ``cuts`` is empty for strategies that do not cut in this way; ``others`` has their cut-points as they are."""

    as_of: dt.date
    created_at: dt.datetime
    strategy: Text | str
    mode: Text | str
    reason: Text
    notices: tuple[Text, ...]
    returns: Text
    since_days: int | None
    customers: int
    revenue: Decimal
    median: Decimal | None
    cuts: tuple[CutRow, ...]
    others: tuple[tuple[str, str], ...]


def origin(run: PastRun, strategy: Text | str) -> Origin:
    """Of a stored ``run`` by the strategy of this name."""
    cuts = cut_rows(run.cut_points)
    return Origin(
        as_of=run.as_of,
        created_at=run.created_at,
        strategy=strategy,
        mode=MODES.get(run.mode, run.mode),
        reason=run.reason,
        notices=run.notices,
        returns=RETURNS[run.returns],
        since_days=run.since_days,
        customers=run.customers,
        revenue=run.revenue,
        median=_median(run.cut_points),
        cuts=cuts,
        others=() if cuts else tuple((name, ", ".join(map(str, values))) for name, values in run.cut_points.items()),
    )


def cut_rows(cut_points: Mapping[str, Sequence[int | float | str]]) -> tuple[CutRow, ...]:
    """The scores from the best to the worst; none where the cut-points are not four each of days, purchases and money."""
    try:
        days = [int(value) for value in cut_points["recency_days"]]
        purchases = [int(value) for value in cut_points["frequency"]]
        money = [Decimal(str(value)) for value in cut_points["monetary"]]
    except (KeyError, ValueError, InvalidOperation):
        return ()
    if not len(days) == len(purchases) == len(money) == BEST - 1:
        return ()
    better = [CutRow(BEST - place, days[place], purchases[-1 - place], money[-1 - place], worst=False) for place in range(BEST - 1)]
    return (*better, CutRow(1, days[-1], purchases[0], money[0], worst=True))


def _median(cut_points: Mapping[str, Sequence[int | float | str]]) -> Decimal | None:
    return next((Decimal(str(value)) for value in cut_points.get("monetary_median", ())), None)
