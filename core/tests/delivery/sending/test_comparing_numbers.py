"""A plain warning where a number's limits are less careful than those of its kind: never missed, and never given to who is more careful."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.delivery.channels import forget_rules, set_rules, state_of
from batikrfm.delivery.channels.opening import Channels
from batikrfm.delivery.numbers.comparing import Looser, looser
from batikrfm.delivery.numbers.rules import OFFICIAL, UNOFFICIAL, NumberRules
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.fake_channels import WHATSAPP

RULES = st.builds(
    NumberRules,
    plan=st.lists(st.integers(1, 300), max_size=12).map(tuple),
    most_a_day=st.none() | st.integers(1, 400),
    pause=st.tuples(st.floats(0, 30), st.floats(0, 30)),
    opens=st.integers(0, 720),
    closes=st.integers(721, 1440),
    window=st.integers(1, 100),
    most_bad=st.floats(0.01, 1),
    known_only=st.booleans(),
)


@given(rules=RULES, day=st.integers(0, 30))
def test_who_is_not_warned_sends_no_more_on_any_day_than_we_suggest(rules: NumberRules, day: int) -> None:
    ours, cap = UNOFFICIAL.cap(day), rules.cap(day)
    assert ours is not None
    assert Looser.AMOUNT in looser(rules, UNOFFICIAL) or (cap is not None and cap <= ours)


@given(rules=RULES, recent=st.text("01", max_size=120))
def test_who_is_not_warned_stops_no_later_than_we_suggest(rules: NumberRules, recent: str) -> None:
    narrow = replace(rules, window=UNOFFICIAL.window)
    assert Looser.STOP in looser(narrow, UNOFFICIAL) or narrow.too_bad(recent) or not UNOFFICIAL.too_bad(recent)


@given(rules=RULES)
def test_nothing_is_less_careful_than_itself(rules: NumberRules) -> None:
    assert looser(rules, rules) == []


@pytest.mark.parametrize(
    ("changed", "ways"),
    [
        ({"plan": (20, 40, 60)}, [Looser.AMOUNT]),
        ({"plan": (20, 40, 60), "most_a_day": 80}, []),
        ({"plan": ()}, [Looser.AMOUNT]),
        ({"plan": (), "most_a_day": 20}, []),
        ({"most_a_day": None}, [Looser.AMOUNT]),
        ({"pause": (7.9, 25.0)}, [Looser.PAUSE]),
        ({"pause": (8.0, 24.0)}, [Looser.PAUSE]),
        ({"opens": 0, "closes": 1440}, [Looser.HOURS]),
        ({"window": 51}, [Looser.STOP]),
        ({"most_bad": 0.11}, [Looser.STOP]),
        ({"known_only": False}, [Looser.STRANGERS]),
    ],
)
def test_each_way_of_being_less_careful_is_named(changed: dict[str, object], ways: list[Looser]) -> None:
    assert looser(replace(UNOFFICIAL, **changed), UNOFFICIAL) == ways  # type: ignore[arg-type] # fields of the rules


def test_the_networks_own_way_is_not_compared_by_who_it_writes_to() -> None:
    assert Looser.STRANGERS not in looser(replace(OFFICIAL, most_a_day=10), OFFICIAL)


async def test_limits_that_are_forgotten_are_those_of_the_kind_again(tenant: UUID, house: Channels) -> None:
    assert house.capabilities("fake_whatsapp") == WHATSAPP
    async with tenant_scope(tenant):
        await set_rules("fake_whatsapp", OFFICIAL)
        assert (await state_of("fake_whatsapp")).rules_for(WHATSAPP) == OFFICIAL
        await forget_rules("fake_whatsapp")
        assert (await state_of("fake_whatsapp")).rules == {}
        assert (await state_of("fake_whatsapp")).rules_for(WHATSAPP) == UNOFFICIAL
        await forget_rules("fake_email")  # of which nothing is kept
