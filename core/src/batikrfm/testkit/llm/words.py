"""What every provider promises of the words that it brings."""

from __future__ import annotations

from typing import Any

import pytest

from batikrfm.sdk import Completion, Finish, LLMProvider, Usage
from batikrfm.testkit.llm.accounts import AccountsConformance, needs, request
from batikrfm.testkit.llm_vendor import VendorServer

SCHEMA = {
    "type": "object",
    "properties": {
        "variants": {
            "type": "array",
            "minItems": 2,
            "items": {
                "type": "object",
                "properties": {"subject": {"type": "string", "maxLength": 60}, "email": {"type": "string"}},
                "required": ["subject"],
            },
        }
    },
}
COUNTED = {
    "prompt_tokens": 1_500,
    "completion_tokens": 300,
    "total_tokens": 1_800,
    "prompt_tokens_details": {"cached_tokens": 1_024},
    "completion_tokens_details": {"reasoning_tokens": 64},
}


class WordsConformance(AccountsConformance):
    """Completions, their ends and their cost."""

    async def test_words_come_back_with_what_they_cost(self, provider: LLMProvider[Any], model: str) -> None:
        answer = await provider.complete(request(model))
        assert isinstance(answer, Completion)
        assert (answer.finish, answer.data) == (Finish.COMPLETE, None)
        assert answer.text
        assert answer.model
        assert answer.usage.input_tokens > 0
        assert answer.usage.output_tokens > 0

    async def test_what_is_asked_arrives_whole_and_once(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        await provider.complete(request(model, system="Petunjuk-A1", prompt="Pertanyaan-B2"))
        (asked,) = vendor.requests
        assert asked.body.count(b"Petunjuk-A1") == asked.body.count(b"Pertanyaan-B2") == 1

    async def test_an_answer_is_no_longer_than_asked_for(self, provider: LLMProvider[Any], model: str) -> None:
        assert (await provider.complete(request(model, max_output_tokens=16))).finish is Finish.CUT_OFF

    async def test_json_comes_back_parsed(self, provider: LLMProvider[Any], model: str) -> None:
        needs(provider, "json_schema")
        answer = await provider.complete(request(model, answer_schema=SCHEMA))
        assert answer.finish is Finish.COMPLETE
        assert [set(variant) for variant in answer.data["variants"]] == [{"subject", "email"}] * 2

    async def test_text_instead_of_json_is_paid_for_and_so_no_error(
        self, provider: LLMProvider[Any], vendor: VendorServer, model: str
    ) -> None:
        needs(provider, "json_schema")
        vendor.script(vendor.shape.told("Maaf, ini bukan JSON."))
        answer = await provider.complete(request(model, answer_schema=SCHEMA))
        assert (answer.finish, answer.data, answer.text) == (Finish.COMPLETE, None, "Maaf, ini bukan JSON.")
        assert answer.usage.output_tokens > 0

    async def test_json_in_a_fence_is_json(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        needs(provider, "json_schema")
        vendor.script(vendor.shape.told('```json\n{"variants": []}\n```'))
        assert (await provider.complete(request(model, answer_schema=SCHEMA))).data == {"variants": []}

    async def test_tokens_are_counted_as_billed(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        vendor.script(vendor.shape.told("Halo", usage=COUNTED))
        assert (await provider.complete(request(model))).usage == Usage(1_500, 300, 1_024, 64)

    @pytest.mark.parametrize(("told", "finish"), [("refusal", Finish.REFUSED), ("cut_off", Finish.CUT_OFF), ("filtered", Finish.FILTERED)])
    async def test_an_answer_without_copy_is_an_outcome_and_no_error(
        self, provider: LLMProvider[Any], vendor: VendorServer, model: str, told: str, finish: Finish
    ) -> None:
        vendor.script(getattr(vendor.shape, told)())
        answer = await provider.complete(request(model, answer_schema=SCHEMA))
        assert (answer.finish, answer.data) == (finish, None)
        assert answer.usage.input_tokens > 0
