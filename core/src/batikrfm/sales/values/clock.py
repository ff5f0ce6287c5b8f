"""Times of day, and local times as UTC."""

from __future__ import annotations

from typing import Final

import polars as pl

_MINUTES_EAST = {"wib": 420, "wita": 480, "wit": 540, "z": 0, "utc": 0, "gmt": 0}
_CLOCK = (
    r"^(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r" ?(?P<half>[ap])?(?:\.?m\.?)? ?(?P<zone>z|utc|gmt|wita|wib|wit)? ?(?P<offset>[+-]\d{2}:?(?:\d{2})?)?$"
)
_COMPACT = r"^(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<fraction>x)?(?P<half>x)?(?P<zone>x)?(?P<offset>x)?$"
AFTER_DAY: Final = r"(?:[t ,]|pukul|jam)+\d{1,2}[:.]\d{2}(?:[^\d.]|[.]\d{2}(?:[^\d]|$)|$)"
"""Where, in a lower-case text of day and time, the time begins."""


def clock_times(values: pl.Series) -> pl.DataFrame:
    """``micros`` since midnight (Int64) and ``east``, the minutes east of UTC where told, of each cleaned text; null if it is no time."""
    text = pl.col("text").str.to_lowercase().str.replace(r"^(?:[t ,]|pukul|jam)+", "")
    frame = values.alias("text").to_frame().select(text)
    groups = frame.select(
        pl.when(pl.col("text").str.contains(r"^\d+$"))
        .then(pl.col("text").str.extract_groups(_COMPACT))
        .otherwise(pl.col("text").str.extract_groups(_CLOCK))
        .alias("groups")
    ).unnest("groups")
    hour, minute, second = (pl.col(name).cast(pl.Int64, strict=False) for name in ("hour", "minute", "second"))
    half = pl.col("half")
    # 12 am is midnight, 12 pm is noon; 13 pm is nothing.
    hour = pl.when(half.is_null()).then(hour).when(hour.is_between(1, 12)).then(hour % 12 + pl.when(half == "p").then(12).otherwise(0))
    real = hour.is_between(0, 23) & minute.is_between(0, 59) & second.fill_null(0).is_between(0, 59)
    micros = ((hour * 60 + minute) * 60 + second.fill_null(0)) * 1_000_000 + _fraction()
    return groups.select(pl.when(real).then(micros).alias("micros"), _minutes_east().alias("east"))


def _fraction() -> pl.Expr:
    """Microseconds from the digits behind the second."""
    return pl.col("fraction").fill_null("").str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int64, strict=False).fill_null(0)


def _minutes_east() -> pl.Expr:
    offset = pl.col("offset").str.replace(":", "", literal=True).str.pad_end(5, "0")
    minutes = offset.str.slice(1, 2).cast(pl.Int64, strict=False) * 60 + offset.str.slice(3, 2).cast(pl.Int64, strict=False)
    signed = pl.when(offset.str.starts_with("-")).then(-minutes).otherwise(minutes)
    return pl.coalesce(signed, pl.col("zone").replace_strict(_MINUTES_EAST, default=None, return_dtype=pl.Int64))


def as_utc(local: pl.Series, timezone: str) -> pl.Series:
    """Local times (Datetime without zone) as UTC. A time that comes twice is the first; one that the clocks skip moves by the skip."""
    found = _in_zone(local, timezone)
    # A clock skips an hour at most (Troll apart), a country a day (Samoa in 2011).
    for skip in ("1h", "1d"):
        if found.null_count() == local.null_count():
            break
        found = found.zip_with(found.is_not_null(), _in_zone(local.dt.offset_by(skip), timezone))
    return found.dt.convert_time_zone("UTC")


def _in_zone(local: pl.Series, timezone: str) -> pl.Series:
    return local.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
