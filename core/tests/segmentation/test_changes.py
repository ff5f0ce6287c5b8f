"""What a run changes, against a plain comparison of two dictionaries."""

from __future__ import annotations

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.segmentation.changes import ASSIGNED, assigned, changes, named

DAY = dt.date(2026, 1, 10)
State = dict[bytes, tuple[dt.date, int, int, int | None, int | None, int | None, str]]

scores = st.sampled_from([None, 1, 2])
rows = st.tuples(
    st.sampled_from([DAY, DAY + dt.timedelta(days=1)]),
    st.integers(1, 2),
    st.integers(0, 1),
    scores,
    scores,
    scores,
    st.sampled_from(["a", "b"]),
)
states = st.dictionaries(st.sampled_from([bytes([n]) * 16 for n in range(8)]), rows)


def frame(state: State) -> pl.DataFrame:
    return pl.DataFrame([(customer, *row) for customer, row in state.items()], schema=ASSIGNED, orient="row")


@given(states, states)
def test_changes_are_exactly_the_differences(before: State, now: State) -> None:
    found = changes(frame(before), frame(now))
    assert {row[0]: row[1:] for row in found.written.iter_rows()} == {who: row for who, row in now.items() if before.get(who) != row}
    assert set(found.left["id"]) == set(before) - set(now)
    segment_before, segment_now = ({who: row[-1] for who, row in state.items()} for state in (before, now))
    assert {row[0]: row[1:] for row in found.moved.iter_rows()} == {
        who: (segment_before.get(who), segment_now.get(who)) for who in {*before, *now} if segment_before.get(who) != segment_now.get(who)
    }
    assert found.written.schema == ASSIGNED


@given(states)
def test_positions_are_named_by_the_segments_of_the_run(state: State) -> None:
    stored = frame(state).with_columns(position=pl.col("segment").replace_strict({"b": 1, "a": 2}, return_dtype=pl.Int16)).drop("segment")
    assert named(stored, ["b", "a"]).equals(frame(state))


def test_a_customer_who_does_nothing_keeps_the_same_row_from_day_to_day() -> None:
    answer = pl.DataFrame({"customer": [b"0" * 16], "recency_days": [9], "frequency": [1], "monetary": [5], "segment": ["a"]}).with_columns(
        pl.col("recency_days").cast(pl.Int32)
    )
    monday = assigned(answer, DAY)
    tuesday = assigned(answer.with_columns(pl.col("recency_days") + 1), DAY + dt.timedelta(days=1))
    assert monday["last_day"].to_list() == [dt.date(2026, 1, 1)]
    assert changes(monday, tuesday).written.is_empty()
    assert monday.select("r", "f", "m").row(0) == (None, None, None), "a strategy need not score"
