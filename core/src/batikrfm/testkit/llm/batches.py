"""What a provider with a batch API promises: nothing handed in twice, answers joined by id, what is done stays done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from batikrfm.sdk import BatchState, Completion, CompletionRequest, Finish, InvalidCredentialsError, LLMProvider, TooLongError
from batikrfm.testkit.llm.accounts import ONE, Accounts, AccountsConformance, needs, request
from batikrfm.testkit.llm_vendor import VendorServer

FOREVER = 1_000.0
TOO_LONG = "x" * 1_100_000


class BatchesConformance(AccountsConformance):
    """Submit, find, poll, collect, cancel."""

    async def test_a_batch_is_found_by_our_reference(self, provider: LLMProvider[Any], model: str) -> None:
        needs(provider, "batch")
        assert await provider.find_batch("week-1") is None
        batch = await provider.submit(_four(model), "week-1")
        other = await provider.submit(_four(model), "week-2")
        assert batch != other
        assert (await provider.find_batch("week-1"), await provider.find_batch("week-2")) == (batch, other)
        assert await provider.find_batch("week-3") is None

    async def test_a_batch_goes_its_way_and_is_done(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        needs(provider, "batch")
        batch = await provider.submit(_four(model), "week-1")
        seen = []
        for _ in range(3):
            seen.append((await provider.poll(batch)).state)
            vendor.pass_time(vendor.batch_seconds * 0.45)
        progress = await provider.poll(batch)
        assert seen == [BatchState.RUNNING] * 3
        assert (progress.state, progress.total, progress.done, progress.failed) == (BatchState.COMPLETED, 4, 4, 0)

    async def test_answers_are_joined_by_id(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        needs(provider, "batch")
        batch = await provider.submit(_four(model), "week-1")
        vendor.pass_time(FOREVER)
        outcomes = {answer.id: answer.outcome for answer in await provider.collect(batch)}
        finishes = {id_: outcome.finish if isinstance(outcome, Completion) else outcome for id_, outcome in outcomes.items()}
        assert finishes == {"a": Finish.COMPLETE, "short": Finish.CUT_OFF, "c": Finish.COMPLETE, "d": Finish.COMPLETE}

    async def test_collecting_again_gives_the_same(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        needs(provider, "batch")
        batch = await provider.submit(_four(model), "week-1")
        vendor.pass_time(FOREVER)
        assert sorted(one.id for one in await provider.collect(batch)) == sorted(one.id for one in await provider.collect(batch))

    async def test_json_in_a_batch_is_parsed(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        needs(provider, "batch")
        schema = {"type": "object", "properties": {"subject": {"type": "string"}}}
        batch = await provider.submit([request(model, answer_schema=schema)], "week-1")
        vendor.pass_time(FOREVER)
        (answer,) = await provider.collect(batch)
        assert isinstance(answer.outcome, Completion)
        assert set(answer.outcome.data) == {"subject"}

    async def test_one_bad_request_costs_only_itself(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        needs(provider, "batch")
        batch = await provider.submit([request(model, id="bad", prompt=TOO_LONG), request(model, id="good")], "week-1")
        vendor.pass_time(FOREVER)
        outcomes = {answer.id: answer.outcome for answer in await provider.collect(batch)}
        assert isinstance(outcomes["bad"], TooLongError)
        assert isinstance(outcomes["good"], Completion)
        assert (await provider.poll(batch)).failed == 1

    async def test_what_an_expired_batch_did_is_kept_and_the_rest_is_missing(
        self, provider: LLMProvider[Any], vendor: VendorServer, model: str
    ) -> None:
        needs(provider, "batch")
        vendor.end_batches("expired", share=0.5)
        batch = await provider.submit(_four(model), "week-1")
        vendor.pass_time(FOREVER)
        assert (await provider.poll(batch)).state is BatchState.EXPIRED
        assert {answer.id for answer in await provider.collect(batch)} == {"a", "short"}

    async def test_a_batch_that_failed_has_no_answers(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        needs(provider, "batch")
        vendor.end_batches("failed", code="token_limit_exceeded")
        batch = await provider.submit(_four(model), "week-1")
        assert (await provider.poll(batch)).state is BatchState.FAILED
        assert not await provider.collect(batch)

    async def test_a_cancelled_batch_keeps_what_it_did(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        needs(provider, "batch")
        batch = await provider.submit(_four(model), "week-1")
        vendor.pass_time(vendor.batch_seconds / 2)
        await provider.cancel(batch)
        assert (await provider.poll(batch)).state is BatchState.CANCELLED
        assert {answer.id for answer in await provider.collect(batch)} == {"a", "short"}
        await provider.cancel(batch)

    async def test_cancelling_what_is_over_is_no_error(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        needs(provider, "batch")
        batch = await provider.submit(_four(model), "week-1")
        vendor.pass_time(FOREVER)
        await provider.cancel(batch)
        assert (await provider.poll(batch)).state is BatchState.COMPLETED

    async def test_a_key_revoked_in_mid_batch_is_said(self, accounts: Accounts, vendor: VendorServer, model: str) -> None:
        async with accounts.make() as provider:
            needs(provider, "batch")
            batch = await provider.submit(_four(model), "week-1")
            vendor.revoke(ONE)
            for ask, about in ((provider.poll, batch), (provider.collect, batch), (provider.find_batch, "week-1")):
                with pytest.raises(InvalidCredentialsError):
                    await ask(about)


def _four(model: str) -> Sequence[CompletionRequest]:
    return [request(model, id="a"), request(model, id="short", max_output_tokens=16), request(model, id="c"), request(model, id="d")]
