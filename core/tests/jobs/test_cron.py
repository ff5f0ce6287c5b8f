from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pycron
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.jobs.cron import parse_cron
from batikrfm.jobs.errors import CronError

JAKARTA, NEW_YORK, LORD_HOWE, APIA = map(ZoneInfo, ("Asia/Jakarta", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"))


def due(cron: str, after: str, zone: ZoneInfo = JAKARTA) -> str:
    """The next time on the clock of ``zone``, with its offset."""
    moment = parse_cron(cron).next_after(datetime.fromisoformat(after).replace(tzinfo=zone), zone)
    return moment.astimezone(zone).strftime("%a %Y-%m-%d %H:%M %z")


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("0 7 * * 1", "2026-11-25T08:00", "Mon 2026-11-30 07:00 +0700"),
        ("0 7 * * mon", "2026-11-30T07:00", "Mon 2026-12-07 07:00 +0700"),
        ("*/15 * * * *", "2026-11-25T08:01", "Wed 2026-11-25 08:15 +0700"),
        ("5/20 8-9 * * *", "2026-11-25T08:26", "Wed 2026-11-25 08:45 +0700"),
        ("0 0 29 feb *", "2026-01-01T00:00", "Tue 2028-02-29 00:00 +0700"),
        ("0 0 13 * 5", "2026-11-25T00:00", "Fri 2026-11-27 00:00 +0700"),
        ("0 0 * * 7", "2026-11-25T00:00", "Sun 2026-11-29 00:00 +0700"),
        ("59 23 31 12 *", "2026-11-25T00:00", "Thu 2026-12-31 23:59 +0700"),
        ("0 9,17 1,15 * *", "2026-11-25T00:00", "Tue 2026-12-01 09:00 +0700"),
    ],
)
def test_the_next_time(cron: str, after: str, expected: str) -> None:
    assert due(cron, after) == expected


@pytest.mark.parametrize(
    ("cron", "after", "zone", "expected"),
    [
        ("30 2 * * *", "2026-03-07T12:00", NEW_YORK, "Sun 2026-03-08 03:30 -0400"),
        ("30 2 * * *", "2026-03-08T03:30", NEW_YORK, "Mon 2026-03-09 02:30 -0400"),
        ("30 1 * * *", "2026-10-31T12:00", NEW_YORK, "Sun 2026-11-01 01:30 -0400"),
        ("30 1 * * *", "2026-11-01T01:30", NEW_YORK, "Mon 2026-11-02 01:30 -0500"),
        ("30 * * * *", "2026-11-01T01:30", NEW_YORK, "Sun 2026-11-01 01:30 -0500"),
        ("30 * * * *", "2026-03-08T01:30", NEW_YORK, "Sun 2026-03-08 03:30 -0400"),
        ("15 2 * * *", "2026-10-03T12:00", LORD_HOWE, "Sun 2026-10-04 02:45 +1100"),
        ("0 7 30 12 *", "2011-12-29T12:00", APIA, "Sat 2011-12-31 07:00 +1400"),
    ],
)
def test_when_clocks_change(cron: str, after: str, zone: ZoneInfo, expected: str) -> None:
    assert due(cron, after, zone) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 8", "*/0 * * * *"),
        *("5-1 * * * *", "a * * * *", "* * * * mond", "1,,2 * * * *", "1- * * * *", "-1 * * * *", "² * * * *", "*-5 * * * *", "@daily"),
    ],
)
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CronError) as refused:
        parse_cron(text)
    assert "0 7 * * 1" in refused.value.say("id")
    assert "0 7 * * 1" in refused.value.say("en")


def test_a_time_that_never_comes_is_refused() -> None:
    with pytest.raises(CronError):
        parse_cron("0 0 31 2 *").next_after(datetime(2026, 1, 1, tzinfo=UTC), JAKARTA)


def a_field(lowest: int, highest: int) -> st.SearchStrategy[str]:
    number = st.integers(lowest, highest)
    spans = st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}")
    return st.one_of(st.just("*"), st.lists(st.one_of(number.map(str), spans), min_size=1, max_size=3).map(",".join))


CRONS = st.tuples(a_field(0, 59), a_field(0, 23), a_field(1, 28), a_field(1, 12), a_field(0, 6)).map(" ".join)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(cron=CRONS, after=MOMENTS)
def test_it_means_what_cron_means(cron: str, after: datetime) -> None:
    found = parse_cron(cron).next_after(after, JAKARTA)
    assert found > after
    assert pycron.is_now(cron, found.astimezone(JAKARTA))
    for minutes in (1, 2, 3, 59, 60, 1_439, 1_440):
        between = (found - timedelta(minutes=minutes)).astimezone(JAKARTA)
        assert between <= after or not pycron.is_now(cron, between)


@given(cron=CRONS, after=MOMENTS, zone=st.sampled_from([NEW_YORK, LORD_HOWE, APIA]))
def test_each_time_is_later_than_the_one_before(cron: str, after: datetime, zone: ZoneInfo) -> None:
    first = parse_cron(cron).next_after(after, zone)
    second = parse_cron(cron).next_after(first, zone)
    assert after < first < second
    assert second.second == second.microsecond == 0
