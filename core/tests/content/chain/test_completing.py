"""A chain of providers under storms: who is asked, how often, after which waits, and what the ledger gets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from batikrfm.content.chain import NobodyAnsweredError, Policy, UnusableAnswerError, complete
from batikrfm.sdk import (
    AccountNotReadyError,
    BadAnswerError,
    Completion,
    CompletionRequest,
    CrashedError,
    Finish,
    InvalidCredentialsError,
    ModelGoneError,
    NotAllowedError,
    PluginError,
    QuotaExhaustedError,
    RateLimitedError,
    RefusedError,
    Secret,
    Text,
    TimedOutError,
    TooLongError,
    UnavailableError,
)
from batikrfm.usage import Call, CallOutcome, Limits
from chain_stage import FakeConfig, World, request_for, said, wanted

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

BAD = Text(id="terlalu panjang", en="too long")
LIMITS = {"first": Limits(10, 1_000)}


def only_good(completion: Completion) -> str:
    if completion.text == "bad":
        raise UnusableAnswerError([BAD])
    if completion.text == "hopeless":
        raise UnusableAnswerError([BAD], hopeless=True)
    return completion.text


def mend(request: CompletionRequest, completion: Completion, problems: Sequence[Text]) -> CompletionRequest:
    assert completion.text in {"bad", "cut"}
    assert problems
    return request_for(request.model)


async def test_the_first_provider_that_answers_is_the_last_that_is_asked(world: World) -> None:
    outcome = await complete(world.chain("first", "second"), wanted())
    assert (outcome.answer, outcome.provider, outcome.model, outcome.skipped) == ("halo", "first", "small", ())
    assert world.stage.asked == ["first/small"]
    (call,) = outcome.calls
    assert (call.outcome, call.input_tokens, call.cached_tokens, call.output_tokens) == (CallOutcome.COMPLETE, 50, 20, 10)
    assert (call.purpose, call.tier, call.segment, call.prompt, call.answer) == ("copy", "economy", "champions", "Tulis.", "halo")


@pytest.mark.parametrize(
    ("error", "times"),
    [
        (QuotaExhaustedError(), 1),
        (InvalidCredentialsError(), 1),
        (AccountNotReadyError(), 1),
        (RefusedError(), 1),
        (TooLongError(), 1),
        (NotAllowedError(), 1),
        (CrashedError(method="complete", kind="KeyError", place="x.py:1"), 1),
        (UnavailableError(), 3),
        (TimedOutError(seconds=45), 2),
        (BadAnswerError(), 3),
        (RateLimitedError(), 3),
    ],
    ids=lambda error: type(error).__name__ if isinstance(error, PluginError) else "",
)
async def test_what_helps_is_tried_again_and_then_the_next_provider_is_asked(error: PluginError, times: int, world: World) -> None:
    world.stage.always["first"] = error
    outcome = await complete(world.chain("first", "second"), wanted())
    assert world.stage.asked == ["first/small"] * times + ["second/small"]
    assert outcome.provider == "second"
    assert [one.provider for one in outcome.skipped] == ["first"]
    assert [call.provider for call in outcome.calls] == ["first"] * times + ["second"]
    assert all(call.error for call in outcome.calls[:-1])


async def test_waits_grow_and_never_end_before_a_vendor_said(world: World) -> None:
    world.stage.steps["first"].extend([UnavailableError(), RateLimitedError(wait=7)])
    await complete(world.chain("first"), wanted())
    first, second = world.clock.slept
    assert 0.25 <= first <= 0.5
    assert 7 < second <= 8


async def test_a_wait_that_is_too_long_is_left_to_others(world: World) -> None:
    world.stage.always["first"] = RateLimitedError(wait=21)
    outcome = await complete(world.chain("first", "second"), wanted())
    assert outcome.provider == "second"
    assert world.clock.slept == []
    world.stage.always["first"] = RateLimitedError(wait=90)
    await complete(world.chain("first", "second"), wanted())
    world.stage.always.clear()
    assert (await complete(world.chain("first", "second"), wanted())).provider == "second", "the wait is for all who come by"
    world.clock.time += 90
    assert (await complete(world.chain("first", "second"), wanted())).provider == "first"


async def test_a_model_that_is_gone_gives_way_to_the_next_of_its_tier(world: World) -> None:
    config = FakeConfig(api_key=Secret("k"), small=("old", "new"))
    world.stage.always["first/old"] = ModelGoneError(model="old")
    outcome = await complete(world.chain(world.link("first", config)), wanted())
    assert (outcome.model, world.book.gone_models) == ("new", ["first/old"])
    again = await complete(world.chain(world.link("first", config, gone=["old"])), wanted())
    assert again.model == "new"
    assert world.stage.asked.count("first/old") == 1


async def test_a_tier_without_a_model_is_passed_over(world: World) -> None:
    with pytest.raises(NobodyAnsweredError) as raised:
        await complete(world.chain("first"), wanted(tier="best"))
    assert raised.value.calls == ()
    assert "first: no model that can be used is set for this tier." in str(raised.value)


async def test_quota_that_is_used_up_is_not_asked_again_until_long_after(world: World) -> None:
    config = FakeConfig(api_key=Secret("k"), small=("a", "b", "c"))
    world.stage.always["first"] = QuotaExhaustedError()
    for _ in range(4):
        chain = world.chain(world.link("first", config), "second")
        assert (await complete(chain, wanted())).provider == "second"
    assert [one for one in world.stage.asked if one.startswith("first")] == ["first/a"]
    world.clock.time += 901
    world.stage.always.clear()
    assert (await complete(world.chain(world.link("first", config)), wanted())).provider == "first"


async def test_a_key_that_is_revoked_in_the_middle_costs_one_call(world: World) -> None:
    good = await complete(world.chain("first", "second"), wanted())
    world.stage.always["first"] = InvalidCredentialsError()
    providers = [(await complete(world.chain("first", "second"), wanted())).provider for _ in range(5)]
    assert (good.provider, providers) == ("first", ["second"] * 5)
    assert world.stage.asked.count("first/small") == 2


async def test_an_answer_is_mended_once_and_then_left(world: World) -> None:
    world.stage.steps["first"].extend([said("bad"), said("bad"), said("halo")])
    outcome = await complete(world.chain("first", "second"), wanted(accept=only_good, repair=mend))
    assert (outcome.provider, world.stage.asked) == ("second", ["first/small", "first/small", "second/small"])
    assert [(call.purpose, call.outcome) for call in outcome.calls] == [
        ("copy", CallOutcome.UNUSABLE),
        ("repair", CallOutcome.UNUSABLE),
        ("copy", CallOutcome.COMPLETE),
    ]
    assert [call.input_tokens for call in outcome.calls] == [50, 50, 50], "what was billed is in the ledger"


async def test_a_mended_answer_is_taken(world: World) -> None:
    world.stage.steps["first"].extend([said("cut", finish=Finish.CUT_OFF), said("halo")])
    outcome = await complete(world.chain("first", "second"), wanted(accept=only_good, repair=mend))
    assert (outcome.answer, outcome.provider) == ("halo", "first")
    assert [call.outcome for call in outcome.calls] == [CallOutcome.CUT_OFF, CallOutcome.COMPLETE]


@pytest.mark.parametrize(
    "answer", [said("hopeless"), said("", finish=Finish.REFUSED), said("", finish=Finish.FILTERED)], ids=["hopeless", "refused", "filtered"]
)
async def test_what_no_repair_helps_goes_to_the_next_provider_at_once(answer: Completion, world: World) -> None:
    world.stage.always["first"] = answer
    outcome = await complete(world.chain("first", "second"), wanted(accept=only_good, repair=mend))
    assert world.stage.asked == ["first/small", "second/small"]
    assert outcome.calls[0].input_tokens == 50


async def test_both_vendors_down_the_last_link_answers(world: World) -> None:
    world.stage.always |= {"first": UnavailableError(code="500"), "second": BadAnswerError(code="html")}
    outcome = await complete(world.chain("first", "second", "last"), wanted())
    assert outcome.provider == "last"
    assert [one.say("id") for one in outcome.skipped] == [
        "first: Layanan itu sedang terganggu. Akan dicoba lagi.",
        "second: Jawaban layanan itu tidak bisa dibaca.",
    ]


async def test_all_down_is_one_plain_sentence_and_every_call_is_kept(world: World) -> None:
    world.stage.always |= {"first": UnavailableError(), "second": QuotaExhaustedError(code="insufficient_quota")}
    ledger: list[Call] = []
    with pytest.raises(NobodyAnsweredError) as raised:
        await complete(world.chain("first", "second"), wanted(), ledger=ledger)
    assert list(raised.value.calls) == ledger
    assert [(call.outcome, call.error) for call in ledger] == [
        *[(CallOutcome.UNANSWERED, "UnavailableError")] * 3,
        (CallOutcome.FAILED, "insufficient_quota"),
    ]
    assert raised.value.say("id").startswith("Belum ada AI yang bisa menjawab sekarang. first: Layanan itu sedang terganggu.")
    assert "Saldo atau kuota akun ini habis." in raised.value.say("id")
    with pytest.raises(NobodyAnsweredError, match="No AI provider is switched on"):
        await complete(world.chain(), wanted())


async def test_a_slow_vendor_does_not_take_the_time_of_the_others(world: World) -> None:
    async def slow() -> Completion:
        world.clock.time += 45
        raise TimedOutError(seconds=45)

    world.stage.always |= {"first": slow, "second": slow}
    started = world.clock.time
    outcome = await complete(world.chain("first", "second", "last"), wanted())
    assert outcome.provider == "last"
    assert world.clock.time - started < 200
    assert len(world.stage.asked) <= 6


async def test_a_vendor_that_hangs_is_cut_off(world: World) -> None:
    async def hang() -> Completion:
        await asyncio.sleep(60)
        raise AssertionError

    world.stage.always["first"] = hang
    outcome = await complete(world.chain("first", "last", policy=Policy(attempt=0.02, tries=1)), wanted())
    assert (outcome.provider, outcome.calls[0].outcome) == ("last", CallOutcome.UNANSWERED)


async def test_cancelling_keeps_the_call_that_was_on_its_way(world: World) -> None:
    started = asyncio.Event()

    async def hang() -> Completion:
        started.set()
        await asyncio.sleep(60)
        raise AssertionError

    world.stage.steps["first"].extend([UnavailableError(), hang])
    ledger: list[Call] = []
    work = asyncio.create_task(complete(world.chain("first", "second"), wanted(), ledger=ledger))
    await started.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert [(call.outcome, call.error) for call in ledger] == [
        (CallOutcome.UNANSWERED, "UnavailableError"),
        (CallOutcome.UNANSWERED, "cancelled"),
    ]
    assert (await complete(world.chain("first"), wanted())).provider == "first", "a cancelled call leaves no circuit behind"


async def test_the_limiter_is_asked_for_each_key_and_told_how_it_went(world: World) -> None:
    link = world.link("first", FakeConfig(api_key=Secret("a"), second_api_key=Secret("b")))
    world.stage.steps["first"].append(RateLimitedError(wait=2))
    await complete(world.chain(link, limits=LIMITS), wanted())
    assert [key for key, _ in world.limiter.acquired] == ["hash-first", "hash-first-2"] * 2
    assert all(tokens >= 100 for _, tokens in world.limiter.acquired)
    assert (world.limiter.corrected, world.limiter.slowed) == ([60, 60], [2, 2])
    assert set(world.limiter.limits) == {LIMITS["first"]}


async def test_a_key_that_is_busy_gets_no_call(world: World) -> None:
    world.limiter.busy.add("hash-first")
    outcome = await complete(world.chain("first", "second", limits=LIMITS), wanted())
    assert (outcome.provider, world.stage.asked) == ("second", ["second/small"])
    assert "at its limit" in outcome.skipped[0].say("en")


async def test_a_mistake_in_our_own_judge_is_not_taken_for_a_vendors(world: World) -> None:
    def broken(_completion: Completion) -> str:
        raise ZeroDivisionError

    ledger: list[Call] = []
    with pytest.raises(ZeroDivisionError):
        await complete(world.chain("first"), wanted(accept=broken), ledger=ledger)
    assert len(ledger) == 1
