"""Circuit breakers, by a clock that stands still."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.content.chain import complete
from batikrfm.content.chain.circuits import Circuits, Rules
from batikrfm.sdk import (
    Completion,
    InvalidCredentialsError,
    ModelGoneError,
    QuotaExhaustedError,
    RateLimitedError,
    RefusedError,
    Secret,
    UnavailableError,
)
from chain_stage import FakeConfig, Ticking, World, wanted

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

RULES = Rules(failures=3, short=10, long=100, most=4)


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def circuits(clock: Ticking) -> Circuits:
    return Circuits(clock, RULES)


def test_trouble_opens_after_a_few_and_lets_one_try_afterwards(circuits: Circuits, clock: Ticking) -> None:
    gate = circuits.gate("first", ["k"], "m")
    for _ in range(3):
        assert gate.shut() is None
        gate.failed(UnavailableError())
    assert gate.shut() is not None
    assert "in trouble" in str(gate.shut())
    assert circuits.gate("first", ["k"], "other").shut() is None, "another model is another circuit"
    clock.time += 10
    trying, waiting = circuits.gate("first", ["k"], "m"), circuits.gate("first", ["k"], "m")
    assert trying.shut() is None
    trying.begin()
    assert waiting.shut() is not None, "one tries, the others wait"
    trying.failed(UnavailableError())
    trying.end()
    clock.time += 19
    assert waiting.shut() is not None, "the second rest is twice as long"
    clock.time += 1
    waiting.begin()
    waiting.succeeded()
    waiting.end()
    assert trying.shut() is None
    assert len(circuits) == 0


def test_a_try_that_is_cancelled_lets_another_try(circuits: Circuits, clock: Ticking) -> None:
    gate = circuits.gate("first", ["k"])
    gate.failed(QuotaExhaustedError())
    clock.time += 100
    gate.begin()
    gate.end()
    assert circuits.gate("first", ["k"]).shut() is None


def test_what_needs_a_person_shuts_the_whole_key_at_once(circuits: Circuits, clock: Ticking) -> None:
    circuits.gate("first", ["k"], "m").failed(InvalidCredentialsError())
    assert circuits.gate("first", ["k"], "other").shut() is not None
    assert circuits.gate("first", ["new"], "m").shut() is None, "another key is another account"
    clock.time += 99
    assert circuits.gate("first", ["k"]).shut() is not None


def test_with_two_keys_it_is_open_when_both_are(circuits: Circuits) -> None:
    circuits.gate("first", ["old"], "m").failed(InvalidCredentialsError())
    both = circuits.gate("first", ["old", "new"], "m")
    assert both.shut() is None
    both.failed(InvalidCredentialsError())
    assert both.shut() is not None
    assert circuits.gate("first", ["new"], "m").shut() is not None


def test_a_model_that_is_gone_says_nothing_of_the_others(circuits: Circuits) -> None:
    circuits.gate("first", ["k"], "m").failed(ModelGoneError(model="m"))
    assert circuits.gate("first", ["k"], "m").shut() is not None
    assert circuits.gate("first", ["k"], "n").shut() is None


def test_short_waits_and_bad_requests_open_nothing(circuits: Circuits) -> None:
    gate = circuits.gate("first", ["k"], "m")
    for _ in range(20):
        gate.failed(RateLimitedError(wait=5))
        gate.failed(RefusedError())
    assert gate.shut() is None
    gate.failed(RateLimitedError(wait=50))
    assert gate.shut() is not None


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("mn"), st.booleans())))
def test_what_is_kept_is_bounded(events: list[tuple[str, str, bool]]) -> None:
    circuits = Circuits(Ticking(), RULES)
    for key, model, good in events:
        gate = circuits.gate("first", [key], model)
        if good:
            gate.succeeded()
        else:
            gate.failed(QuotaExhaustedError() if model == "m" else UnavailableError())
    assert len(circuits) <= RULES.most


async def test_a_hundred_at_once_ask_a_dead_vendor_few_times(world: World) -> None:
    """Those already on their way cannot know; whoever comes later is not held up."""
    world.stage.always["first"] = UnavailableError()
    chain = world.chain("first", "last")
    await asyncio.gather(*(complete(chain, wanted()) for _ in range(20)))
    asked = world.stage.asked.count("first/small")
    await asyncio.gather(*(complete(chain, wanted()) for _ in range(100)))
    assert world.stage.asked.count("first/small") == asked
    assert world.stage.asked.count("last/small") == 120


async def test_when_the_rest_is_over_one_of_many_tries(world: World) -> None:
    world.stage.always["first"] = QuotaExhaustedError()
    chain = world.chain(world.link("first", FakeConfig(api_key=Secret("k"))), "last")
    await complete(chain, wanted())
    world.clock.time += 901
    arrived, go = asyncio.Event(), asyncio.Event()

    async def slow() -> Completion:
        arrived.set()
        await go.wait()
        raise QuotaExhaustedError

    world.stage.always["first"] = slow
    trying = asyncio.create_task(complete(chain, wanted()))
    await arrived.wait()
    others = await asyncio.gather(*(complete(chain, wanted()) for _ in range(10)))
    assert {one.provider for one in others} == {"last"}
    go.set()
    assert (await trying).provider == "last"
    assert world.stage.asked.count("first/small") == 2
