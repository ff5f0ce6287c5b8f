"""Status only moves forward: whatever order events come in and however often, a message ends at the same place."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from batikrfm.delivery.events.steps import LADDER, Course, Happened, after, moves, rung_of
from batikrfm.delivery.model import DeliveryState
from batikrfm.sdk.channels import EventKind, Rejection

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
HAPPENED = st.builds(
    Happened,
    kind=st.sampled_from(EventKind),
    at=st.integers(0, 600).map(lambda seconds: NOON + dt.timedelta(seconds=seconds)),
    permanent=st.booleans(),
    reason=st.none() | st.sampled_from(Rejection),
    code=st.none() | st.sampled_from(["131026", "550", "invalid"]),
)
STARTS = st.sampled_from([Course(state, reason) for state, reason in LADDER] + [Course(DeliveryState.UNKNOWN)])


@given(start=STARTS, events=st.lists(HAPPENED, max_size=8), data=st.data())
def test_any_order_with_doubles_ends_in_the_same_place(start: Course, events: list[Happened], data: st.DataObject) -> None:
    doubles = data.draw(st.lists(st.sampled_from(events), max_size=5)) if events else []
    assert after(start, data.draw(st.permutations(events + doubles))) == after(start, events)


@given(start=STARTS, events=st.lists(HAPPENED, max_size=8))
def test_status_only_moves_forward(start: Course, events: list[Happened]) -> None:
    heights: dict[tuple[str, str | None], int] = {rung: height for height, rung in enumerate(LADDER)}
    course, height = start, heights.get((start.state, start.reason), -1)
    for one in events:
        course = after(course, [one])
        assert heights[course.state, course.reason] >= max(height, heights[rung_of(one)])
        height = heights[course.state, course.reason]


@given(state=st.sampled_from(DeliveryState), one=HAPPENED)
def test_a_message_that_nobody_handed_in_stays_where_it_is(state: DeliveryState, one: Happened) -> None:
    course = Course(state, "bad_address" if state is DeliveryState.LEFT_OUT else None)
    if not moves(course.state, course.reason):
        assert after(course, [one]) == course
    assert moves(state, course.reason) == (state in {"accepted", "delivered", "read", "unknown"})


def test_who_opens_has_it_and_a_bounce_for_now_is_made_good() -> None:
    soft = Happened(EventKind.BOUNCED, NOON, permanent=False, code="452")
    assert after(Course(DeliveryState.ACCEPTED), [soft]).state == "failed"
    opened = after(Course(DeliveryState.ACCEPTED), [soft, Happened(EventKind.OPENED, NOON)])
    assert (opened.state, opened.reason, opened.code, opened.delivered_at) == ("delivered", None, None, NOON)
    hard = after(opened, [Happened(EventKind.BOUNCED, NOON, permanent=True, code="550")])
    assert (hard.state, hard.reason, hard.code) == ("failed", "bounced", "550")
