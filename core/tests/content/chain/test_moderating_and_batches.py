"""Moderation that never loses a draft, and batches that are handed in once."""

from __future__ import annotations

import pytest

from batikrfm.content.chain import (
    About,
    NotInChainError,
    batch_link,
    cancel_batch,
    collect_batch,
    find_batch,
    hand_in,
    moderate,
    poll_batch,
)
from batikrfm.sdk import (
    BatchAnswer,
    BatchState,
    InvalidCredentialsError,
    Moderation,
    QuotaExhaustedError,
    RateLimitedError,
    RefusedError,
    Secret,
    TimedOutError,
    UnavailableError,
)
from batikrfm.usage import CallOutcome
from chain_stage import FakeConfig, World, request_for, said

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

ABOUT = About("weekly", "economy", "champions", prompt="Tulis.")


async def test_the_first_that_moderates_is_asked(world: World) -> None:
    world.stage.steps["first/moderate"].append([Moderation(()), Moderation(("hate",), {"hate": 0.9})])
    result = await moderate(world.chain("second", "first"), ["baik", "buruk"], segment="lost")
    assert result.verdicts is not None
    assert [one.flagged for one in result.verdicts] == [(), ("hate",)]
    assert (result.provider, result.reason) == ("first", None)
    (call,) = result.calls
    assert (call.purpose, call.outcome, call.segment, call.input_tokens) == ("moderation", CallOutcome.COMPLETE, "lost", 0)


async def test_without_verdicts_the_result_says_why(world: World) -> None:
    world.stage.always["first/moderate"] = UnavailableError(code="503")
    result = await moderate(world.chain("first", "second"), ["halo"])
    assert result.verdicts is None
    assert str(result.reason) == "not moderated by a provider: The service is in trouble. It will be tried again."
    assert [(call.outcome, call.error) for call in result.calls] == [(CallOutcome.FAILED, "503")] * 2
    nobody = await moderate(world.chain("second"), ["halo"])
    assert nobody.reason is not None
    assert nobody.reason.id == "belum diperiksa penyedia AI: tidak ada penyedia di rantai ini yang memeriksa teks."
    assert (await moderate(world.chain("first"), [])).verdicts == ()


async def test_wrong_verdicts_are_none(world: World) -> None:
    world.stage.always["first/moderate"] = [Moderation(())]
    result = await moderate(world.chain("first"), ["satu", "dua"])
    assert result.verdicts is None
    assert result.calls[0].error == "BrokenPromiseError"


async def test_a_batch_is_handed_in_once_polled_and_collected(world: World) -> None:
    chain = world.chain("second", "first")
    found = batch_link(chain, "economy")
    assert found is not None
    link, model = found
    assert (link.key, model) == ("first", "small")
    batch = await hand_in(chain, "first", [request_for(model)], "week-48")
    assert await hand_in(chain, "first", [request_for(model)], "week-48") == batch
    assert world.stage.asked.count("first/submit") == 1
    assert await find_batch(chain, "first", "week-48") == batch
    assert await find_batch(chain, "first", "week-49") is None
    assert (await poll_batch(chain, "first", batch)).state is BatchState.COMPLETED
    collected = await collect_batch(chain, "first", batch, {"1": (request_for(model), ABOUT)})
    assert list(collected.answers) == ["1"]
    (call,) = collected.calls
    assert (call.batch, call.purpose, call.segment, call.input_tokens) == (True, "weekly", "champions", 50)
    await cancel_batch(chain, "first", batch)


async def test_a_batch_that_timed_out_but_arrived_is_not_handed_in_again(world: World) -> None:
    async def lost_answer() -> None:
        raise TimedOutError(seconds=120)

    world.stage.steps["first/submit"].append(lost_answer)
    assert await hand_in(world.chain("first"), "first", [request_for("small")], "week-48") == "batch-week-48"
    world.stage.batches.clear()
    world.stage.steps["first/submit"].append(TimedOutError(seconds=120))
    with pytest.raises(TimedOutError):
        await hand_in(world.chain("first"), "first", [request_for("small")], "week-49")


async def test_answers_of_others_are_left_and_errors_are_in_the_ledger(world: World) -> None:
    chain = world.chain("first")
    batch = await hand_in(chain, "first", [request_for("small")], "week-48")
    answers = [BatchAnswer("1", RefusedError(code="content_policy")), BatchAnswer("stranger", said("?"))]
    world.stage.steps["first/collect"].append(answers)
    collected = await collect_batch(chain, "first", batch, {"1": (request_for("small"), ABOUT), "2": (request_for("small"), ABOUT)})
    assert list(collected.answers) == ["1"]
    assert [(call.outcome, call.error, call.batch) for call in collected.calls] == [(CallOutcome.FAILED, "content_policy", True)]


async def test_polling_waits_out_trouble_and_tells_it_at_last(world: World) -> None:
    chain = world.chain("first")
    world.stage.steps["first/poll"].extend([UnavailableError(), RateLimitedError(wait=3)])
    assert (await poll_batch(chain, "first", "b")).state is BatchState.COMPLETED
    assert world.clock.slept[1] > 3
    world.stage.always["first/poll"] = UnavailableError()
    with pytest.raises(UnavailableError):
        await poll_batch(chain, "first", "b")
    with pytest.raises(NotInChainError, match="Switch its plugin on again"):
        await poll_batch(chain, "third", "b")


@pytest.mark.parametrize("error", [QuotaExhaustedError(), InvalidCredentialsError()], ids=["quota", "key"])
async def test_a_key_that_fails_for_a_batch_is_left_alone_for_live_calls_too(error: QuotaExhaustedError, world: World) -> None:
    chain = world.chain("first")
    world.stage.always["first/submit"] = error
    with pytest.raises(type(error)):
        await hand_in(chain, "first", [request_for("small")], "week-48")
    assert batch_link(chain, "economy") is None


async def test_a_model_that_is_gone_is_no_model_for_a_batch(world: World) -> None:
    config = FakeConfig(api_key=Secret("k"), small=("old", "new"))
    chain = world.chain(world.link("first", config, gone=["old"]))
    found = batch_link(chain, "economy")
    assert found is not None
    assert found[1] == "new"
    assert batch_link(world.chain("second"), "economy") is None
