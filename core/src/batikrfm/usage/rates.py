"""What a dollar is in rupiah: a small dated table in this package, or what the operator says. Without either, nobody is told of rupiah."""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from typing import Final

from batikrfm.sdk.money import MONEY_SCALE
from batikrfm.usage.errors import UsageSettingError
from batikrfm.usage.model import MICRO
from batikrfm.usage.settings import Rate, UsageSettings

logger = logging.getLogger(__name__)

TABLE: Final = "usd_idr.json"


def rate_on(day: dt.date) -> Rate | None:
    """The operator's rate, or the newest of our table that is not after ``day``. None where neither is known."""
    try:
        said = UsageSettings.from_environment().rate
    except UsageSettingError as error:
        logger.warning("no rate of the dollar: %s", error)
        said = None
    if said is not None:
        return said
    known = [rate for rate in table() if rate.date <= day]
    return max(known, key=lambda rate: rate.date, default=None)


def in_rupiah(micro_usd: int | Decimal, rate: Rate | None) -> int | None:
    """An amount of micro-USD in ten-thousandths of a rupiah."""
    if rate is None:
        return None
    return int((Decimal(micro_usd) * rate.idr * MONEY_SCALE / MICRO).to_integral_value(ROUND_HALF_UP))


@functools.cache
def table() -> tuple[Rate, ...]:
    """The rates that this package brings; none if its file is missing or spoiled, for a missing rate stops nobody."""
    try:
        rows = json.loads(files("batikrfm.usage").joinpath(TABLE).read_bytes())["rates"]
        return tuple(Rate(dt.date.fromisoformat(row["date"]), Decimal(row["idr"])) for row in rows)
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
        logger.warning("%s cannot be read: costs are shown in dollars only", TABLE)
        return ()
