# ruff: noqa: DTZ001, DTZ007 - what a shop writes is its wall clock, without a zone
from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batikrfm.sales.values.clock import as_utc
from batikrfm.sales.values.days import DateStyle, Evidence
from batikrfm.sales.values.moments import Moments, times_of_day

DMY, MDY = DateStyle.DMY, DateStyle.MDY
MONTHS_ID = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"]
LONG_ID = ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"]


def read(*cells: Any, style: DateStyle | None = None) -> list[object]:  # noqa: ANN401 - any cell
    """Each cell as local time, or as the name of its problem; in the style that the column itself tells unless given."""
    moments = Moments.of(pl.Series(cells, strict=False))
    found = moments.resolved(style or moments.evidence.style)
    return [problem or local for local, _, problem in found.iter_rows()]


NEW_YEAR = dt.datetime(2025, 1, 31)
MORNING = dt.datetime(2025, 1, 31, 10, 30)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-01-31", NEW_YEAR),
        ("2025-01-31 10:30", MORNING),
        ("2025-01-31 10:30:00", MORNING),
        ("2025-01-31T10:30:00", MORNING),
        ("2025-01-31T10:30:00.000", MORNING),
        ("2025/01/31 10:30", MORNING),
        ("31/01/2025 10:30:00\t", MORNING),
        ("31-01-2025", NEW_YEAR),
        ("31-01-2025 10:30:00", MORNING),
        ("31.01.2025", NEW_YEAR),
        ("31.1.2025 10.30", MORNING),
        ("31/1/25", NEW_YEAR),
        ("1/31/2025, 10:30:00 AM", MORNING),
        ("1/31/2025, 10:30:00\u202fAM", MORNING),
        ("1/31/2025 10:30", MORNING),
        ("31/1/2025 pukul 10.30 WIB", MORNING),
        ("31 Jan 2025", NEW_YEAR),
        ("31 Januari 2025 10:30", MORNING),
        ("31-Jan-25", NEW_YEAR),
        ("31Jan2025", NEW_YEAR),
        ("Jumat, 31 Januari 2025", NEW_YEAR),
        ("Jum'at, 31 Januari 2025", NEW_YEAR),
        ("Fri, 31 Jan 2025 10:30:00", MORNING),
        ("January 31, 2025", NEW_YEAR),
        ("Jan 31st, 2025 10:30 am", MORNING),
        ("2025 Jan 31", NEW_YEAR),
        ("20250131", NEW_YEAR),
        ("202501311030", MORNING),
        ("20250131103000", MORNING),
        ("45688", NEW_YEAR),
        ("45688.4375", MORNING),
        ("45688,4375", MORNING),
    ],
)
def test_every_way_to_write_a_date(text: str, expected: dt.datetime) -> None:
    assert read(text) == [expected]


@pytest.mark.parametrize("month", range(1, 13))
def test_months_in_both_languages(month: int) -> None:
    day = dt.datetime(2026, month, 5)
    english = [f"{day:%d %b %Y}", f"{day:%d %B %Y}"]
    assert read(f"05 {MONTHS_ID[month - 1]} 2026", f"5 {LONG_ID[month - 1]} 2026", *english) == [day] * 4
    assert read("5 Agt 2026", "5 Ags 2026", "5 Okt 2026", "5 Des 2026") == [dt.datetime(2026, m, 5) for m in (8, 8, 10, 12)]


@pytest.mark.parametrize(
    "text",
    [
        "kemarin",
        "31/02/2025",
        "32/01/2025",
        "2025-13-01",
        "2025-31-01",
        "0/0/0000",
        "1/2",
        "45",
        "10:30",
        "31 Foo 2025",
        "31/01/2025 25:00",
        "31/01/2025 13:00 PM",
    ],
)
def test_what_is_no_date_is_said_to_be_none(text: str) -> None:
    assert read(text, style=DMY) == ["not_understood"]


@pytest.mark.parametrize("text", [None, "", " ", "-", "--", "null", "N/A"])
def test_nothing_is_no_mistake(text: str | None) -> None:
    assert read(text, "2025-01-31")[0] is None


def test_noon_and_midnight() -> None:
    assert read("2025-01-31 12:00 AM", "2025-01-31 12:00 PM", "2025-01-31 11:59:59 p.m.") == [
        NEW_YEAR,
        dt.datetime(2025, 1, 31, 12),
        dt.datetime(2025, 1, 31, 23, 59, 59),
    ]


def test_a_day_beyond_twelve_tells_the_order_for_the_whole_column() -> None:
    assert read("03/04/2025", "13/04/2025") == [dt.datetime(2025, 4, 3), dt.datetime(2025, 4, 13)]
    assert read("03/04/2025", "04/13/2025") == [dt.datetime(2025, 3, 4), dt.datetime(2025, 4, 13)]


def test_a_column_that_can_be_read_both_ways_is_undecided() -> None:
    assert read("03/04/2025", "2025-01-31") == ["undecided", NEW_YEAR]
    assert read("03/04/2025", style=MDY) == [dt.datetime(2025, 3, 4)]


def test_half_and_half_is_undecided_and_a_clear_majority_rejects_the_rest() -> None:
    assert read("13/04/2025", "04/13/2025", "01/02/2025") == ["undecided"] * 3
    assert read(*["13/04/2025"] * 98, "04/13/2025", "01/02/2025")[-2:] == ["style", dt.datetime(2025, 2, 1)]


def test_years_in_front_with_two_digits_are_asked_for() -> None:
    in_front = ("25-01-03", "25-01-04", "25-02-05", "25-03-06")
    assert read(*in_front) == ["undecided"] * 4
    assert read(*in_front, style=DateStyle.YMD)[0] == dt.datetime(2025, 1, 3)
    assert read("13-01-25", "14-01-25", "15-02-25")[0] == dt.datetime(2025, 1, 13)


def test_two_digits_are_a_year_of_this_time() -> None:
    assert read("31/01/90", "31/01/99", "31/01/00", "31/01/89") == [dt.datetime(y, 1, 31) for y in (1990, 1999, 2000, 2089)]


def test_number_cells_are_excel_serials() -> None:
    assert read(45688.0, 45688.4375) == [NEW_YEAR, MORNING]


@settings(deadline=None)
@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)), st.integers(0, 86_399))
def test_excel_serials_and_dates_are_the_same(day: dt.date, second: int) -> None:
    serial = (day - dt.date(1899, 12, 30)).days + second / 86_400
    assert read(serial) == [dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=second)]


FORMATS = [
    "%d/%m/%Y",
    "%d-%m-%Y %H:%M:%S",
    "%d.%m.%Y %H.%M",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y, %I:%M:%S %p",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%d %b %Y",
    "%d %B %Y %H:%M",
    "%Y%m%d",
]


@settings(deadline=None)
@given(st.lists(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2060, 1, 1)), min_size=1), st.sampled_from(FORMATS))
def test_a_date_written_in_any_form_is_read_back(moments: list[dt.datetime], form: str) -> None:
    telling = dt.datetime(2025, 12, 31)
    cells = [moment.strftime(form) for moment in [*moments, telling]]
    assert read(*cells) == [dt.datetime.strptime(cell, form) for cell in cells]


@settings(deadline=None)
@given(st.lists(st.dates(dt.date(2024, 1, 1), dt.date(2025, 12, 31)), min_size=1))
def test_years_of_two_digits_are_read_back(days: list[dt.date]) -> None:
    cells = [f"{day:%d/%m/%y}" for day in [*days, *(dt.date(2025, 12, day) for day in range(13, 20))]]
    assert read(*cells) == [dt.datetime.strptime(cell, "%d/%m/%y") for cell in cells]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["03/04/2025", "13/04/2025", "04/13/2025", "2025-01-01", "-", "x", "1/2/25"])), st.randoms())
def test_the_style_does_not_depend_on_the_order_of_rows(cells: list[str], random: Any) -> None:  # noqa: ANN401 - hypothesis' random
    shuffled = list(cells)
    random.shuffle(shuffled)
    assert told(cells) == told(shuffled)


def told(cells: list[str]) -> Evidence:
    return Moments.of(pl.Series(cells, dtype=pl.String)).evidence


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    read(text)
    times_of_day(pl.Series([text]))


def utc(timezone: str, *local: dt.datetime) -> list[dt.datetime]:
    return [moment.replace(tzinfo=None) for moment in as_utc(pl.Series(local, dtype=pl.Datetime("us")), timezone)]


def test_local_times_become_utc() -> None:
    assert utc("Asia/Jakarta", MORNING) == [MORNING - dt.timedelta(hours=7)]


def test_a_time_that_the_clocks_skip_or_repeat_is_never_lost() -> None:
    skipped, repeated = dt.datetime(2025, 3, 9, 2, 30), dt.datetime(2025, 11, 2, 1, 30)
    assert utc("America/New_York", skipped, repeated) == [dt.datetime(2025, 3, 9, 7, 30), dt.datetime(2025, 11, 2, 5, 30)]
    assert None not in utc("Pacific/Apia", dt.datetime(2011, 12, 30, 12))
    assert None not in utc("Australia/Lord_Howe", dt.datetime(2025, 10, 5, 2, 15))


@pytest.mark.parametrize(
    "column",
    [
        pl.Series(["08:04", "8.04", "08:04:00", "8:04 AM"]),
        pl.Series([(8 * 60 + 4) / 1440]),
        pl.Series([dt.time(8, 4)]),
        pl.Series([dt.datetime(1899, 12, 31, 8, 4)]),
        pl.Series(["0,336111111111"]),
    ],
)
def test_times_of_day(column: pl.Series) -> None:
    assert set(times_of_day(column)) == {(8 * 60 + 4) * 60 * 1_000_000}
