"""The conformance suite for LLM providers: green for an honest one, red for every way to break the contract.

The honest one here speaks OpenAI's shape over the host's own HTTP client, without any vendor's SDK.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any, ClassVar

import pytest

from batikrfm.sdk import (
    BadAnswerError,
    BatchAnswer,
    BatchLimits,
    BatchProgress,
    BatchState,
    Check,
    Completion,
    CompletionRequest,
    Finish,
    HttpClient,
    LLMCapabilities,
    LLMProvider,
    Model,
    Moderation,
    PluginConfig,
    PluginError,
    RateLimitedError,
    RefusedError,
    Secret,
    Text,
    TimedOutError,
    Usage,
)
from batikrfm.sdk.openai_shape import (
    Dialect,
    batch_answers,
    batch_file,
    batch_id_of,
    chat_body,
    completion_of,
    error_of,
    id_of,
    json_of,
    models_of,
    moderations_of,
    progress_of,
)
from batikrfm.testkit.llm import Accounts, LLMProviderConformance
from batikrfm.testkit.llm_vendor import VendorServer, still

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

MODEL = "gpt-6-luna"
PART = "--part\r\nContent-Disposition: form-data; name="


class HonestConfig(PluginConfig):
    api_key: Secret
    base_url: str
    timeout: float = 20
    economy_models: tuple[str, ...] = (MODEL,)


class Honest(LLMProvider[HonestConfig]):
    """A provider as the contract has it."""

    key = "honest"
    name = Text(id="Jujur", en="Honest")
    config_model = HonestConfig
    capabilities: ClassVar[LLMCapabilities] = LLMCapabilities(
        json_schema=True, batch=BatchLimits(1_000, 1_000_000, 24, Decimal("0.5")), moderation=True, model_list=True
    )
    http: HttpClient
    broken = False

    async def open(self) -> None:
        self.stack = AsyncExitStack()
        headers = {"authorization": f"Bearer {self.config.api_key.reveal()}"}
        opened = self.context.http(base_url=self.config.base_url, headers=headers, seconds=self.config.timeout)
        self.http = await self.stack.enter_async_context(opened)

    async def close(self) -> None:
        await self.stack.aclose()

    async def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json", model: str = "") -> bytes:
        answer = await self.http.request(method, f"/v1/{path}", headers={"content-type": kind}, body=body)
        if answer.status != 200:
            raise error_of(answer.status, answer.body, answer.headers, model=model)
        if len(answer.body) > 2_000_000:
            raise BadAnswerError(code="too_large")
        return answer.body

    def models(self, tier: str) -> Sequence[str]:
        return self.config.economy_models if tier == "economy" else ()

    async def check(self) -> Check:
        return Check({"models": str(len(await self.list_models()))})

    async def complete(self, request: CompletionRequest) -> Completion:
        body = json.dumps(chat_body(request, Dialect())).encode()
        answer = json_of(await self.ask("POST", "chat/completions", body, model=request.model))
        return completion_of(answer, wants_json=request.answer_schema is not None)

    async def submit(self, requests: Sequence[CompletionRequest], reference: str) -> str:
        content = batch_file((one.id, chat_body(one, Dialect())) for one in requests).decode()
        form = f'{PART}"purpose"\r\n\r\nbatch\r\n{PART}"file"; filename="b"\r\n\r\n{content}\r\n--part--\r\n'.encode()
        file = id_of(await self.ask("POST", "files", form, "multipart/form-data; boundary=part"))
        wanted = {"input_file_id": file, "endpoint": "/v1/chat/completions", "metadata": {"reference": reference}}
        return id_of(await self.ask("POST", "batches", json.dumps(wanted).encode()))

    async def find_batch(self, reference: str) -> str | None:
        return batch_id_of(json_of(await self.ask("GET", "batches")), reference)

    async def about(self, batch: str) -> dict[str, Any]:
        return json_of(await self.ask("GET", f"batches/{batch}"))

    async def poll(self, batch: str) -> BatchProgress:
        return progress_of(await self.about(batch))

    async def collect(self, batch: str) -> Sequence[BatchAnswer]:
        about = await self.about(batch)
        names = [about[name] for name in ("output_file_id", "error_file_id") if about[name]]
        return batch_answers(*[await self.ask("GET", f"files/{name}/content") for name in names])

    async def cancel(self, batch: str) -> None:
        if (await self.poll(batch)).state is BatchState.RUNNING:
            await self.ask("POST", f"batches/{batch}/cancel", b"{}")

    async def moderate(self, texts: Sequence[str]) -> Sequence[Moderation]:
        body = json.dumps({"input": list(texts)}).encode()
        return moderations_of(json_of(await self.ask("POST", "moderations", body)), texts) if texts else ()

    async def list_models(self) -> Sequence[Model]:
        return models_of(json_of(await self.ask("GET", "models")))


def settings(vendor: VendorServer, key: str, seconds: float) -> Mapping[str, Any]:
    return {"api_key": key, "base_url": vendor.url, "timeout": seconds}


class TestHonest(LLMProviderConformance):
    @pytest.fixture
    def provider_class(self) -> type[LLMProvider[Any]]:
        return Honest

    def settings(self, vendor: VendorServer, key: str, seconds: float) -> Mapping[str, Any]:
        return settings(vendor, key, seconds)


class Suite(LLMProviderConformance):
    """The suite without pytest: what the failures below are found with."""

    __test__ = False

    def settings(self, vendor: VendorServer, key: str, seconds: float) -> Mapping[str, Any]:
        return settings(vendor, key, seconds)


TESTS = {name: test for name, test in inspect.getmembers(LLMProviderConformance) if name.startswith("test_")}


async def is_red(name: str, provider_class: type[LLMProvider[Any]]) -> bool:
    """Whether one test of the suite fails for ``provider_class`` with any of its parameters, in the way that pytest would call it."""
    for parameters in parameters_of(TESTS[name]):
        try:
            async with given(provider_class) as fixtures:
                wanted = inspect.signature(TESTS[name]).parameters.keys() - {"self", *parameters}
                outcome = TESTS[name](Suite(), **{fixture: fixtures[fixture] for fixture in wanted}, **parameters)
                if inspect.isawaitable(outcome):
                    await asyncio.wait_for(outcome, 4)
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - red is red, whatever the reason
            return True
    return False


@asynccontextmanager
async def given(provider_class: type[LLMProvider[Any]]) -> AsyncIterator[dict[str, Any]]:
    async with VendorServer(batch_seconds=100, clock=still) as vendor:
        accounts = Accounts(Suite(), provider_class, vendor)
        async with accounts.make() as provider:
            yield {"vendor": vendor, "accounts": accounts, "provider": provider, "model": MODEL, "provider_class": provider_class}


def parameters_of(test: Callable[..., Any]) -> list[dict[str, Any]]:
    """What pytest would call ``test`` with, by its marks."""
    marks = [mark.args for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    columns = []
    for names, rows in marks:
        split = [names] if isinstance(names, str) and "," not in names else names
        columns.append([dict(zip(split, row if len(split) > 1 else (row,), strict=True)) for row in rows])
    return [{name: value for part in parts for name, value in part.items()} for parts in product(*columns)]


class ShowsItsKey(HonestConfig):
    api_key: str  # type: ignore[assignment] # what not to do


class Sabotage(Honest):
    """Each attribute below is one way to break a promise."""


def completing(spoil: Callable[[Completion], Completion]) -> dict[str, Any]:
    async def complete(self: Honest, request: CompletionRequest) -> Completion:
        return spoil(await Honest.complete(self, request))

    return {"complete": complete}


async def _retries(self: Honest, request: CompletionRequest) -> Completion:
    try:
        return await Honest.complete(self, request)
    except PluginError:
        return await Honest.complete(self, request)


async def _asks_twice(self: Honest, request: CompletionRequest) -> Completion:
    await Honest.complete(self, request)
    return await Honest.complete(self, request)


async def _forgets_limits(self: Honest, request: CompletionRequest) -> Completion:
    return await Honest.complete(self, replace(request, max_output_tokens=100_000))


def turning(one: type[PluginError], other: Callable[[], PluginError]) -> dict[str, Any]:
    async def complete(self: Honest, request: CompletionRequest) -> Completion:
        try:
            return await Honest.complete(self, request)
        except one:
            raise other() from None

    return {"complete": complete}


async def _raises_outcomes(self: Honest, request: CompletionRequest) -> Completion:
    answer = await Honest.complete(self, request)
    if answer.finish is not Finish.COMPLETE:
        raise RefusedError
    return answer


async def _raises_without_json(self: Honest, request: CompletionRequest) -> Completion:
    answer = await Honest.complete(self, request)
    if request.answer_schema is not None and answer.data is None:
        raise BadAnswerError
    return answer


async def _repeats_words(self: Honest, request: CompletionRequest) -> Completion:
    answer = await self.http.request("POST", "/v1/chat/completions", body=json.dumps(chat_body(request, Dialect())).encode())
    raise RefusedError(code="400") from ValueError(answer.body.decode())


async def _waits_for_ever(self: Honest, request: CompletionRequest) -> Completion:
    try:
        return await Honest.complete(self, request)
    except TimedOutError:
        await asyncio.sleep(60)
        raise


async def _breaks_after_trouble(self: Honest, request: CompletionRequest) -> Completion:
    if self.broken:
        raise BadAnswerError
    try:
        return await Honest.complete(self, request)
    except PluginError:
        self.broken = True
        raise


async def _checks_by_writing(self: Honest) -> Check:
    await self.complete(CompletionRequest(id="1", model=MODEL, system="", prompt="halo"))
    return Check()


async def _checks_nothing(_self: Honest) -> Check:
    return Check()


shared: list[HttpClient] = []


async def _shares(self: Honest) -> None:
    await Honest.open(self)
    shared.append(self.http)
    self.http = shared[0]


async def _closes_all(_self: Honest) -> None:
    for one in OPENED:
        await one.stack.aclose()


OPENED: list[Honest] = []


async def _remembers(self: Honest) -> None:
    await Honest.open(self)
    OPENED.append(self)


async def _leaves_open(self: Honest) -> None:
    KEPT.append(self)


KEPT: list[Honest] = []


async def _finds_anything(self: Honest, _reference: str) -> str | None:
    return next((one["id"] for one in json_of(await self.ask("GET", "batches"))["data"]), None)


async def _joins_by_order(self: Honest, batch: str) -> Sequence[BatchAnswer]:
    answers = await Honest.collect(self, batch)
    return [replace(answer, outcome=other.outcome) for answer, other in zip(answers, [*answers[1:], *answers[:1]], strict=True)]


async def _collects_once(self: Honest, batch: str) -> Sequence[BatchAnswer]:
    seen: set[str] = self.__dict__.setdefault("seen", set())
    answers = [] if batch in seen else await Honest.collect(self, batch)
    seen.add(batch)
    return answers


async def _reads_no_errors(self: Honest, batch: str) -> Sequence[BatchAnswer]:
    return [answer for answer in await Honest.collect(self, batch) if isinstance(answer.outcome, Completion)]


async def _leaves_text(self: Honest, batch: str) -> Sequence[BatchAnswer]:
    return [replace(one, outcome=replace(one.outcome, data=None)) for one in await Honest.collect(self, batch)]  # type: ignore[type-var] # completions


async def _invents_missing(self: Honest, batch: str) -> Sequence[BatchAnswer]:
    there = {answer.id: answer for answer in await Honest.collect(self, batch)}
    return [there.get(id_, BatchAnswer(id_, BadAnswerError())) for id_ in ("a", "short", "c", "d")]


async def _always_done(self: Honest, batch: str) -> BatchProgress:
    return replace(await Honest.poll(self, batch), state=BatchState.COMPLETED)


async def _cancels_blindly(self: Honest, batch: str) -> None:
    await self.ask("POST", f"batches/{batch}/cancel", b"{}")


async def _cancels_nothing(_self: Honest, _batch: str) -> None:
    return None


async def _says_nothing_of_keys(self: Honest, batch: str) -> Sequence[BatchAnswer]:
    try:
        return await Honest.collect(self, batch)
    except PluginError:
        return []


async def _turns_verdicts(self: Honest, texts: Sequence[str]) -> Sequence[Moderation]:
    return tuple(reversed(await Honest.moderate(self, [*texts, "kill"])))[: len(texts)]


async def _judges_nothing_over_there(self: Honest, texts: Sequence[str]) -> Sequence[Moderation]:
    await self.ask("POST", "moderations", json.dumps({"input": list(texts)}).encode())
    return await Honest.moderate(self, texts)


async def _lists_from_memory(_self: Honest) -> Sequence[Model]:
    return (Model(MODEL),)


async def _lists_no_days(self: Honest) -> Sequence[Model]:
    return [Model(one.id) for one in await Honest.list_models(self)]


SABOTAGES: dict[str, tuple[dict[str, Any], str]] = {
    "has a key that is none": ({"key": "Not a key"}, "test_the_host_lets_it_in"),
    "declares what it has not": ({"submit": LLMProvider.submit}, "test_the_host_lets_it_in"),
    "names one model instead of a list": ({"models": lambda _self, _tier: MODEL}, "test_every_tier_has_a_list_of_names"),
    "keeps its key as a text": ({"config_model": ShowsItsKey}, "test_a_key_is_never_shown"),
    "writes to check": ({"check": _checks_by_writing}, "test_a_check_does_nothing_but_look"),
    "does not look at all": ({"check": _checks_nothing}, "test_a_check_finds_a_key_that_is_refused"),
    "shares a client": ({"open": _shares}, "test_two_accounts_never_share_a_key"),
    "closes everybody's": ({"open": _remembers, "close": _closes_all}, "test_closing_one_account_leaves_the_other_open"),
    "leaves its line open": ({"close": _leaves_open}, "test_nothing_stays_open"),
    "gives no words": (completing(lambda answer: replace(answer, text="")), "test_words_come_back_with_what_they_cost"),
    "forgets the cost": (completing(lambda answer: replace(answer, usage=Usage(0, 0))), "test_words_come_back_with_what_they_cost"),
    "asks twice": ({"complete": _asks_twice}, "test_what_is_asked_arrives_whole_and_once"),
    "forgets the limit": ({"complete": _forgets_limits}, "test_an_answer_is_no_longer_than_asked_for"),
    "leaves JSON as text": (completing(lambda answer: replace(answer, data=None)), "test_json_comes_back_parsed"),
    "fails where there is no JSON": (
        {"complete": _raises_without_json},
        "test_text_instead_of_json_is_paid_for_and_so_no_error",
    ),
    "stumbles over a fence": (
        completing(lambda answer: replace(answer, data=None) if "```" in answer.text else answer),
        "test_json_in_a_fence_is_json",
    ),
    "does not count the cache": (
        completing(lambda answer: replace(answer, usage=replace(answer.usage, cached_input_tokens=0))),
        "test_tokens_are_counted_as_billed",
    ),
    "makes errors of outcomes": ({"complete": _raises_outcomes}, "test_an_answer_without_copy_is_an_outcome_and_no_error"),
    "retries a used up quota": (turning(PluginError, RateLimitedError), "test_trouble_is_named_by_its_type"),
    "retries by itself": ({"complete": _retries}, "test_a_call_is_one_attempt"),
    "forgets the wait": (turning(RateLimitedError, RateLimitedError), "test_a_wait_is_passed_on"),
    "calls a gone model refused": (turning(PluginError, RefusedError), "test_a_model_that_is_gone_is_named"),
    "waits for ever": ({"complete": _waits_for_ever}, "test_an_answer_that_does_not_come_is_given_up"),
    "does not recover": ({"complete": _breaks_after_trouble}, "test_after_trouble_it_works_again"),
    "repeats what the vendor said": ({"complete": _repeats_words}, "test_an_error_repeats_nothing_of_what_was_sent_or_said"),
    "finds any batch": ({"find_batch": _finds_anything}, "test_a_batch_is_found_by_our_reference"),
    "says that it is done": ({"poll": _always_done}, "test_a_batch_goes_its_way_and_is_done"),
    "joins by order": ({"collect": _joins_by_order}, "test_answers_are_joined_by_id"),
    "collects once": ({"collect": _collects_once}, "test_collecting_again_gives_the_same"),
    "leaves a batch's JSON as text": ({"collect": _leaves_text}, "test_json_in_a_batch_is_parsed"),
    "reads no errors": ({"collect": _reads_no_errors}, "test_one_bad_request_costs_only_itself"),
    "invents what is missing": ({"collect": _invents_missing}, "test_what_an_expired_batch_did_is_kept_and_the_rest_is_missing"),
    "invents all of a failed batch": ({"collect": _invents_missing}, "test_a_batch_that_failed_has_no_answers"),
    "cancels nothing": ({"cancel": _cancels_nothing}, "test_a_cancelled_batch_keeps_what_it_did"),
    "cancels what is over": ({"cancel": _cancels_blindly}, "test_cancelling_what_is_over_is_no_error"),
    "is silent on a revoked key": ({"collect": _says_nothing_of_keys}, "test_a_key_revoked_in_mid_batch_is_said"),
    "turns verdicts": ({"moderate": _turns_verdicts}, "test_each_text_gets_its_verdict_in_order"),
    "judges nothing, over there": ({"moderate": _judges_nothing_over_there}, "test_nothing_to_judge_costs_no_request"),
    "lists from memory": ({"list_models": _lists_from_memory}, "test_the_models_of_today_are_listed"),
    "forgets when models go": ({"list_models": _lists_no_days}, "test_the_day_on_which_a_model_goes_is_told"),
}


@pytest.mark.parametrize("sabotage", SABOTAGES)
async def test_a_provider_that_breaks_a_promise_is_red(sabotage: str) -> None:
    about, expected = SABOTAGES[sabotage]
    shared.clear()
    OPENED.clear()
    assert await is_red(expected, type("Sabotaged", (Honest,), about))
    for left in KEPT:
        await left.stack.aclose()
    KEPT.clear()


def test_every_test_of_the_suite_has_a_sabotage() -> None:
    assert {expected for _, expected in SABOTAGES.values()} == set(TESTS)


def test_what_is_not_declared_is_skipped() -> None:
    bare = type("Bare", (Honest,), {"capabilities": LLMCapabilities()})
    with pytest.raises(pytest.skip.Exception, match="does not declare batch"):
        asyncio.run(TESTS["test_answers_are_joined_by_id"](Suite(), bare, None, MODEL))
    assert re.match("test_", min(TESTS))
