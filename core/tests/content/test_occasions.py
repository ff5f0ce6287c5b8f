"""The calendar of an Indonesian shop."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.content.occasions import IDULADHA, IDULFITRI, IMLEK, KNOWN_UNTIL, NYEPI, RAMADAN, occasions, season


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        ("2026-03-01", ["ramadan", "lebaran", "payday"]),
        ("2026-10-01", ["batik_day", "payday"]),
        ("2026-09-25", ["batik_day", "payday"]),
        ("2026-11-10", ["harbolnas_11"]),
        ("2026-12-10", ["harbolnas_12", "christmas"]),
        ("2026-12-28", ["new_year", "payday"]),
        ("2026-08-10", ["independence"]),
        ("2027-02-01", ["imlek", "ramadan", "payday"]),
        ("2026-07-15", []),
    ],
)
def test_what_is_near(day: str, keys: list[str]) -> None:
    found = [occasion.key for occasion in occasions(dt.date.fromisoformat(day))]
    assert [key for key in found if key in keys] == keys
    assert bool(found) == bool(keys)


def test_the_moving_feasts_are_there_every_year_and_move_as_their_calendars_do() -> None:
    for feast in (IDULFITRI, IDULADHA, IMLEK, NYEPI):
        assert [day.year for day in feast] == list(range(2025, KNOWN_UNTIL + 1))
    for feast in (IDULFITRI, IDULADHA, RAMADAN):
        assert all(353 <= (after - before).days <= 356 for before, after in itertools.pairwise(feast))
    assert all(29 <= (end - begin).days <= 30 for begin, end in zip(RAMADAN, IDULFITRI, strict=False))
    assert all(66 <= (sacrifice - end).days <= 70 for end, sacrifice in zip(IDULFITRI, IDULADHA, strict=True))
    assert all((1, 20) <= (day.month, day.day) <= (2, 21) for day in IMLEK)
    assert all((3, 1) <= (day.month, day.day) <= (4, 5) for day in NYEPI)


@given(st.dates(dt.date(2025, 1, 1), dt.date(2031, 12, 31)))
def test_every_day_has_its_season_and_what_is_near_is_near(day: dt.date) -> None:
    near = occasions(day)
    assert len({occasion.key for occasion in near}) == len(near)
    assert all(occasion.first - dt.timedelta(days=occasion.lead) <= day <= occasion.last for occasion in near)
    assert (day.day >= 25 or day.day <= 5) == any(occasion.key == "payday" for occasion in near)
    assert season(day).id in {"musim hujan", "musim kemarau"}
