"""What every provider promises when there is trouble: one attempt, the right error, no word of the vendor's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from batikrfm.sdk import (
    BadAnswerError,
    InvalidCredentialsError,
    LLMProvider,
    ModelGoneError,
    NotAllowedError,
    PluginError,
    QuotaExhaustedError,
    RateLimitedError,
    RefusedError,
    TimedOutError,
    TooLongError,
    UnavailableError,
)
from batikrfm.testkit.llm.accounts import MOMENT, ONE, Accounts, AccountsConformance, request
from batikrfm.testkit.llm_vendor import Answer, VendorServer

Trouble = Callable[[Any], Answer]
ERRORS: dict[str, tuple[Trouble, type[PluginError] | tuple[type[PluginError], ...]]] = {
    "the key is refused": (lambda shape: shape.invalid_key(), InvalidCredentialsError),
    "the country is not served": (lambda shape: shape.not_allowed(), NotAllowedError),
    "the model is gone": (lambda shape: shape.model_gone(), ModelGoneError),
    "too many requests": (lambda shape: shape.rate_limited(), RateLimitedError),
    "the rate grew too fast": (lambda shape: shape.slow_down(), RateLimitedError),
    "the quota is used up": (lambda shape: shape.quota_exhausted(), QuotaExhaustedError),
    "the credit is used up": (lambda shape: shape.quota_exhausted("credit_balance_exhausted"), QuotaExhaustedError),
    "the organisation has spent enough": (lambda shape: shape.quota_exhausted("organization_spend_limit_exceeded"), QuotaExhaustedError),
    "the project has spent enough": (lambda shape: shape.quota_exhausted("project_spend_limit_exceeded"), QuotaExhaustedError),
    "the organisation has used enough": (lambda shape: shape.quota_exhausted("organization_usage_limit_exceeded"), QuotaExhaustedError),
    "a quota by its type alone": (lambda shape: shape.quota_exhausted(None), QuotaExhaustedError),
    "a quota by its code alone": (lambda shape: shape.quota_exhausted("credit_balance_exhausted", None), QuotaExhaustedError),
    "the request is wrong": (lambda shape: shape.bad_request(), RefusedError),
    "the prompt is too long": (lambda shape: shape.too_long(), TooLongError),
    "the request is too large": (lambda shape: shape.too_large(), TooLongError),
    "trouble inside": (lambda shape: shape.server_error(), UnavailableError),
    "a gateway without a server": (lambda shape: shape.html(502), UnavailableError),
    "everybody wants it": (lambda shape: shape.overloaded(), UnavailableError),
    "no capacity": (lambda shape: shape.no_capacity(), UnavailableError),
    "the line is cut": (lambda shape: shape.hung_up(), UnavailableError),
    "a page instead of an answer": (lambda shape: shape.html(), BadAnswerError),
    "nothing": (lambda shape: shape.empty(), BadAnswerError),
    "half an answer": (lambda shape: shape.half(), (BadAnswerError, UnavailableError)),
    "half a JSON": (lambda shape: shape.truncated_json(), BadAnswerError),
    "an answer without what was promised": (lambda shape: shape.missing_fields(), BadAnswerError),
    "an answer of 10 MB": (lambda shape: shape.huge(), BadAnswerError),
}


class TroublesConformance(AccountsConformance):
    """Errors by their type, waits, and what an error must not say."""

    @pytest.mark.parametrize("trouble", ERRORS)
    async def test_trouble_is_named_by_its_type(self, provider: LLMProvider[Any], vendor: VendorServer, model: str, trouble: str) -> None:
        answer, expected = ERRORS[trouble]
        vendor.always(answer(vendor.shape))
        error = await _error_of(provider, model)
        assert isinstance(error, expected), f"{trouble}: {type(error).__name__}"

    @pytest.mark.parametrize("trouble", ERRORS)
    async def test_a_call_is_one_attempt(self, provider: LLMProvider[Any], vendor: VendorServer, model: str, trouble: str) -> None:
        vendor.always(ERRORS[trouble][0](vendor.shape))
        await _error_of(provider, model)
        assert len(vendor.requests) == 1, "the host retries, not the provider"

    @pytest.mark.parametrize("trouble", ["rate_limited", "overloaded"])
    @pytest.mark.parametrize("wait", [7, None])
    async def test_a_wait_is_passed_on(
        self, provider: LLMProvider[Any], vendor: VendorServer, model: str, trouble: str, wait: float | None
    ) -> None:
        vendor.script(getattr(vendor.shape, trouble)(wait))
        assert (await _error_of(provider, model)).wait == wait

    async def test_a_model_that_is_gone_is_named(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        vendor.script(vendor.shape.model_gone())
        error = await _error_of(provider, model)
        assert isinstance(error, ModelGoneError)
        assert error.model == model

    async def test_an_answer_that_does_not_come_is_given_up(self, accounts: Accounts, vendor: VendorServer, model: str) -> None:
        vendor.script(vendor.shape.slow(60))
        async with accounts.make(seconds=MOMENT) as provider:
            assert isinstance(await _error_of(provider, model), TimedOutError)

    async def test_after_trouble_it_works_again(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        vendor.script(vendor.shape.half(), vendor.shape.rate_limited(), vendor.shape.html(), vendor.shape.hung_up())
        for _ in range(4):
            await _error_of(provider, model)
        assert (await provider.complete(request(model))).text

    async def test_an_error_repeats_nothing_of_what_was_sent_or_said(
        self, provider: LLMProvider[Any], vendor: VendorServer, model: str
    ) -> None:
        vendor.script(vendor.shape.error(400, "Budi Santoso 081234567890 tidak boleh", code="Budi Santoso"))
        error = await _error_of(provider, model, prompt="Budi Santoso")
        assert "Budi" not in f"{error} {error!r} {error.say('id')} {error.values} {error.code}"
        assert ONE not in f"{error!r}{error.values}"
        assert error.__cause__ is None, "raise it from None: a cause holds the vendor's words"
        assert error.__context__ is None or error.__suppress_context__, "raise it from None: what came before holds the vendor's words"


async def _error_of(provider: LLMProvider[Any], model: str, **more: Any) -> PluginError:  # noqa: ANN401 - any field of a request
    with pytest.raises(PluginError) as raised:
        await provider.complete(request(model, **more))
    return raised.value
