"""Whatever fails in whatever order: calls are bounded, used-up quota is asked once, an answer comes if and only if there was one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batikrfm.content.chain import Chain, NobodyAnsweredError, Policy, complete
from batikrfm.sdk import (
    BadAnswerError,
    Completion,
    CrashedError,
    Finish,
    InvalidCredentialsError,
    ModelGoneError,
    NotAllowedError,
    PluginContext,
    PluginError,
    QuotaExhaustedError,
    RateLimitedError,
    RefusedError,
    Secret,
    TimedOutError,
    UnavailableError,
)
from batikrfm.testkit.fakes import ScriptedHttp
from chain_stage import FakeConfig, FreeLimiter, Noted, Stage, Ticking, World, classes_on, plugins_of, said, wanted

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

VENDORS = ("first", "second", "last")
MODELS = ("a", "b")
POLICY = Policy()
MOST = len(MODELS) * POLICY.tries + 1
"""Calls of one provider, at most."""

FINAL: dict[str, Callable[[], PluginError]] = {
    "quota": QuotaExhaustedError,
    "key": InvalidCredentialsError,
    "gone": lambda: ModelGoneError(model="a"),
    "forbidden": NotAllowedError,
    "refused": RefusedError,
    "crash": lambda: CrashedError(method="complete", kind="KeyError", place="x.py:1"),
}
PASSING: dict[str, Callable[[], PluginError]] = {
    "down": UnavailableError,
    "limited": RateLimitedError,
    "wait": lambda: RateLimitedError(wait=5),
    "slow": lambda: TimedOutError(seconds=1),
    "html": BadAnswerError,
}
ANSWERS: dict[str, Callable[[], Completion]] = {
    "good": lambda: said("halo"),
    "refusal": lambda: said("", finish=Finish.REFUSED),
    "cut": lambda: said("ha", finish=Finish.CUT_OFF),
}
STEPS: dict[str, Callable[[], PluginError | Completion]] = {**FINAL, **PASSING, **ANSWERS}
SCRIPTS = st.dictionaries(
    st.sampled_from([f"{vendor}/{model}" for vendor in VENDORS for model in MODELS]), st.lists(st.sampled_from(sorted(STEPS)), max_size=6)
)
"""What each model does, call by call; after that it is down for good."""


def world_of(script: dict[str, list[str]]) -> World:
    stage = Stage()
    for name, steps in script.items():
        stage.steps[name].extend(STEPS[step]() for step in steps)
    for vendor in VENDORS:
        stage.always[vendor] = UnavailableError()
    classes = classes_on(stage)
    context = PluginContext(language="id", log=logging.getLogger("plugin"), http=ScriptedHttp())
    return World(stage, Ticking(), FreeLimiter(), Noted(), plugins_of(classes), classes, context)


def told(world: World, name: str) -> int:
    return world.stage.asked.count(name)


@given(SCRIPTS, st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_any_storm_is_bounded_and_ends_as_it_must(script: dict[str, list[str]], rounds: int) -> None:
    world = world_of(script)
    config = FakeConfig(api_key=Secret("k"), small=MODELS)
    chain = world.chain(*(world.link(vendor, config) for vendor in VENDORS))
    for _ in range(rounds):
        before, started = len(world.stage.asked), world.clock.time
        outcome = asyncio.run(_outcome(world, chain))
        asked = world.stage.asked[before:]
        assert all(sum(one.startswith(vendor) for one in asked) <= MOST for vendor in VENDORS)
        assert world.clock.time - started <= POLICY.total + POLICY.share * len(VENDORS)
        assert len(outcome) == len(asked), "a call is missing in the ledger, or in it twice"
    for vendor in VENDORS:
        asked_of = [one for one in world.stage.asked if one.startswith(vendor)]
        used_up = sum(_steps_taken(world, script, f"{vendor}/{model}").count("quota") for model in MODELS)
        assert used_up <= 1, f"{vendor} was asked again with no credit left: {asked_of}"


async def _outcome(world: World, chain: Chain) -> list[object]:
    """The calls of one answer, or of none; and whether it is right that there is one or none."""
    before = len(world.stage.asked)
    try:
        outcome = await complete(chain, wanted(repair=lambda request, _completion, _problems: request))
    except NobodyAnsweredError as error:
        return list(error.calls)
    assert outcome.answer == "halo"
    assert f"{outcome.provider}/{outcome.model}" == world.stage.asked[-1]
    assert all(call.outcome != "complete" for call in outcome.calls[:-1])
    assert len(world.stage.asked) > before
    return list(outcome.calls)


def _steps_taken(world: World, script: dict[str, list[str]], name: str) -> list[str]:
    return script.get(name, [])[: told(world, name)]


@given(st.dictionaries(st.sampled_from(VENDORS), st.sampled_from([*sorted(FINAL), *sorted(PASSING), "good"])))
@settings(max_examples=100, deadline=None)
def test_there_is_an_answer_if_and_only_if_somebody_could_give_one(state: dict[str, str]) -> None:
    """Vendors that stay as they are: the first that works is the one who answers."""
    world = world_of({})
    for vendor in VENDORS:
        world.stage.always[vendor] = STEPS[state[vendor]]() if vendor in state else UnavailableError()
    able = [vendor for vendor in VENDORS if state.get(vendor) == "good"]
    chain = world.chain(*(world.link(vendor, FakeConfig(api_key=Secret("k"), small=MODELS)) for vendor in VENDORS))
    try:
        outcome = asyncio.run(complete(chain, wanted()))
        answered, skipped = [outcome.provider], outcome.skipped
    except NobodyAnsweredError as error:
        answered, skipped = [], error.skipped
    assert answered == able[:1]
    assert [one.provider for one in skipped] == list(VENDORS[: VENDORS.index(able[0])] if able else VENDORS)
