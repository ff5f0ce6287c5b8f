"""Quiet hours are never sent into, also where a clock is turned, and a stretch of minutes is spread over what is left."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.delivery.options import MINUTES, Options, QuietHours
from batikrfm.delivery.timing import is_quiet, next_allowed, stretches

JAKARTA, JAYAPURA, BERLIN, APIA = map(ZoneInfo, ("Asia/Jakarta", "Asia/Jayapura", "Europe/Berlin", "Pacific/Apia"))
HOWE = ZoneInfo("Australia/Lord_Howe")  # turns its clock by half an hour
NIGHT = Options()

minutes = st.integers(0, MINUTES - 1)
quiets = st.builds(QuietHours, minutes, minutes).filter(lambda quiet: quiet.start != quiet.end)
zones = st.sampled_from([JAKARTA, JAYAPURA, BERLIN, APIA, HOWE])
moments = st.datetimes(dt.datetime(2011, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001 - as hypothesis has it


def at(text: str, zone: ZoneInfo = JAKARTA, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-11-26 07:59", "2026-11-26 08:00"),
        ("2026-11-26 08:00", "2026-11-26 08:00"),
        ("2026-11-26 19:59:59", "2026-11-26 19:59:59"),
        ("2026-11-26 20:00", "2026-11-27 08:00"),
        ("2026-11-26 23:30", "2026-11-27 08:00"),
        ("2026-11-27 00:00", "2026-11-27 08:00"),
    ],
)
def test_quiet_hours_are_from_eight_to_eight_unless_somebody_says_otherwise(moment: str, allowed: str) -> None:
    assert next_allowed(at(moment), NIGHT, JAKARTA) == at(allowed)


def test_without_quiet_hours_every_moment_is_fine() -> None:
    assert next_allowed(at("2026-11-26 03:00"), Options(quiet=None), JAKARTA) == at("2026-11-26 03:00")


def test_quiet_hours_are_those_of_whoever_gets_the_message() -> None:
    """Seven in the evening in Jakarta is nine in Jayapura."""
    assert next_allowed(at("2026-11-26 19:00"), NIGHT, JAYAPURA) == at("2026-11-27 08:00", JAYAPURA)


def test_an_hour_that_a_clock_jumps_over_ends_with_the_jump() -> None:
    """In Berlin there is no 02:30 on the 29th of March 2026: quiet until then ends at 03:30, when the clock shows it is later."""
    quiet = Options(quiet=QuietHours(22 * 60, 2 * 60 + 30))
    assert next_allowed(at("2026-03-29 01:00", BERLIN), quiet, BERLIN).astimezone(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    quiet = Options(quiet=QuietHours(2 * 60, 3 * 60))
    second = at("2026-10-25 02:30", BERLIN, fold=1)
    assert is_quiet(second, QuietHours(2 * 60, 3 * 60), BERLIN)
    assert next_allowed(at("2026-10-25 02:30", BERLIN), quiet, BERLIN) == at("2026-10-25 03:00", BERLIN)


@given(moments, quiets, zones)
def test_nothing_is_sent_into_quiet_hours_and_never_earlier_than_it_is_due(moment: dt.datetime, quiet: QuietHours, zone: ZoneInfo) -> None:
    options = Options(quiet=quiet)
    allowed = next_allowed(moment, options, zone)
    assert allowed >= moment
    assert not is_quiet(allowed, quiet, zone)
    assert next_allowed(allowed, options, zone) == allowed
    if allowed > moment:  # nobody waits longer than to the first minute that is not quiet
        assert all(is_quiet(at, quiet, zone) for at in _minutes(moment, allowed))


@given(moments, quiets, zones, st.integers(0, 3_000))
def test_messages_are_spread_over_minutes_that_are_not_quiet(moment: dt.datetime, quiet: QuietHours, zone: ZoneInfo, spread: int) -> None:
    """Send-time spread: every offset has its moment, in order, none of them in quiet hours, as many minutes as were wanted."""
    options = Options(quiet=quiet, spread=spread)
    parts = list(stretches(moment, options, zone))
    assert parts[0].at == next_allowed(moment, options, zone)
    assert sum((part.length for part in parts), dt.timedelta()) == dt.timedelta(minutes=spread)
    ends = moment
    offset = dt.timedelta()
    for part in parts:
        assert part.at >= ends
        assert part.offset == offset
        assert not any(is_quiet(at, quiet, zone) for at in _minutes(part.at, part.at + part.length))
        ends, offset = part.at + part.length, offset + part.length


def _minutes(begins: dt.datetime, ends: dt.datetime) -> list[dt.datetime]:
    count = int((ends - begins) / dt.timedelta(minutes=1))
    return [begins + dt.timedelta(minutes=number) for number in range(0, count, 7)]
