"""OpenAI's shape, read and written without a network: errors by code, strict schemas, batch files."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.sdk import (
    BadAnswerError,
    BatchState,
    Completion,
    CompletionRequest,
    Finish,
    InvalidCredentialsError,
    ModelGoneError,
    NotAllowedError,
    PluginError,
    QuotaExhaustedError,
    RateLimitedError,
    RefusedError,
    TooLongError,
    UnavailableError,
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
    progress_of,
    strict_schema,
)


def said(code: object = None, kind: object = None) -> bytes:
    return json.dumps({"error": {"message": "-", "type": kind, "param": None, "code": code}}).encode()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, said("invalid_api_key"), InvalidCredentialsError),
        (400, said("invalid_api_key"), InvalidCredentialsError),  # Gemini's imitation of this shape
        (401, b"", InvalidCredentialsError),
        (402, said(), QuotaExhaustedError),
        (403, b"<html>", NotAllowedError),
        (403, said("model_not_found"), ModelGoneError),
        (404, said("model_not_found"), ModelGoneError),
        (404, said(kind="not_found_error"), ModelGoneError),
        (400, said("model_decommissioned"), ModelGoneError),
        (404, said("unknown_url"), RefusedError),
        (404, b'{"detail": "Not Found"}', RefusedError),
        (400, said("context_length_exceeded"), TooLongError),
        (413, said("rate_limit_exceeded", "tokens"), TooLongError),
        (429, said("rate_limit_exceeded", "requests"), RateLimitedError),
        (429, said("insufficient_quota", "insufficient_quota"), QuotaExhaustedError),
        (429, said("something_new", "insufficient_quota"), QuotaExhaustedError),
        (403, said("billing_hard_limit_reached"), QuotaExhaustedError),
        (400, said("json_validate_failed"), BadAnswerError),
        (422, said(), RefusedError),
        (498, said("capacity_exceeded"), UnavailableError),
        (500, b"", UnavailableError),
        (503, said("server_is_overloaded"), UnavailableError),
        (302, b"", BadAnswerError),
        (429, b"[" * 100_000, RateLimitedError),
    ],
)
def test_an_error_is_told_by_code_then_type_then_status(status: int, body: bytes, expected: type[PluginError]) -> None:
    assert type(error_of(status, body, model="m")) is expected


WORD = st.sampled_from(["error", "code", "type"])
NESTED = st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(WORD, inner), max_leaves=8)


@given(st.integers(100, 599), st.binary(max_size=50) | NESTED)
def test_whatever_a_vendor_says_becomes_a_typed_error(status: int, body: object) -> None:
    assert isinstance(error_of(status, body), PluginError)


@pytest.mark.parametrize(
    ("header", "wait"),
    [("7", 7), ("0", 0), ("1.5", 1.5), ("-3", None), ("soon", None), ("nan", None), ("inf", None), ("99999999", 86_400), (None, None)],
)
def test_a_wait_is_believed_where_it_makes_sense(header: str | None, wait: float | None) -> None:
    assert error_of(429, b"", {} if header is None else {"retry-after": header}).wait == wait


def test_an_error_that_is_not_tried_again_has_no_wait() -> None:
    assert error_of(429, said("insufficient_quota"), {"retry-after": "7"}).wait is None


def request(**more: Any) -> CompletionRequest:  # noqa: ANN401 - any field of a request
    return CompletionRequest(**{"id": "1", "model": "m", "system": "", "prompt": "Tulis.", **more})


def test_a_model_that_nobody_knows_is_asked_plainly() -> None:
    body = chat_body(request(cache_key="k", safety_id="s"), Dialect())
    assert body == {"model": "m", "messages": [{"role": "user", "content": "Tulis."}], "max_completion_tokens": 1_000}


def test_a_strict_schema_is_closed_all_the_way_down_and_leaves_the_given_one_alone() -> None:
    given_schema = {
        "type": "object",
        "title": "Answer",
        "properties": {
            "title": {"type": "string", "maxLength": 60},
            "variants": {"type": "array", "minItems": 2, "items": {"type": "object", "properties": {"a": {"type": "string"}}}},
            "either": {"anyOf": [{"type": "object", "properties": {"b": {"type": "null"}}}, {"type": "string"}]},
        },
        "required": ["title"],
    }
    before = json.dumps(given_schema)
    assert strict_schema(given_schema) == {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "variants": {
                "type": "array",
                "minItems": 2,
                "items": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False},
            },
            "either": {
                "anyOf": [
                    {"type": "object", "properties": {"b": {"type": "null"}}, "required": ["b"], "additionalProperties": False},
                    {"type": "string"},
                ]
            },
        },
        "required": ["title", "variants", "either"],
        "additionalProperties": False,
    }
    assert json.dumps(given_schema) == before


def answered(**more: object) -> dict[str, Any]:
    choice = {"message": {"role": "assistant", "content": "Halo"}, "finish_reason": "stop"}
    return {"model": "m", "choices": [choice], "usage": {"prompt_tokens": 5, "completion_tokens": 2}, **more}


BROKEN: list[object] = [
    None,
    [],
    answered(choices=None),
    answered(choices=[]),
    answered(choices=["x"]),
    answered(choices=[{"finish_reason": "stop"}]),
    answered(choices=[{"message": {"content": "x"}, "finish_reason": None}]),
    answered(choices=[{"message": {"content": "x"}, "finish_reason": "tool_calls"}]),
    answered(choices=[{"message": {"content": None}, "finish_reason": "stop"}]),
    answered(choices=[{"message": {"content": ["x"]}, "finish_reason": "stop"}]),
    answered(usage=None),
    answered(usage={"prompt_tokens": 5}),
    answered(usage={"prompt_tokens": "5", "completion_tokens": 2}),
    answered(usage={"prompt_tokens": 5, "completion_tokens": -2}),
    answered(usage={"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 6}}),
]


@pytest.mark.parametrize("body", BROKEN)
def test_half_an_answer_is_a_bad_answer(body: object) -> None:
    with pytest.raises(BadAnswerError):
        completion_of(body, wants_json=True)


def test_details_of_tokens_may_be_missing_or_null() -> None:
    usage = {
        "prompt_tokens": 5,
        "completion_tokens": 2,
        "prompt_tokens_details": None,
        "completion_tokens_details": {"reasoning_tokens": None},
    }
    assert completion_of(answered(usage=usage), wants_json=False).usage.reasoning_tokens == 0


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"a":', b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswerError):
        json_of(body)


def test_what_was_made_without_an_id_is_a_bad_answer() -> None:
    assert id_of(b'{"id": "file-1"}') == "file-1"
    with pytest.raises(BadAnswerError):
        id_of(b'{"id": null}')


def test_a_model_that_is_not_active_is_not_offered() -> None:
    data = [{"id": "a", "active": False}, {"id": "b", "active": True}, {"id": "c", "shutdown_date": 1_799_884_800}, {"id": ""}]
    models = models_of({"data": data})
    assert [(one.id, str(one.shutdown)) for one in models] == [("b", "None"), ("c", "2027-01-14")]


def line(id_: str, status: int = 200, body: object = None, error: object = None) -> bytes:
    response = None if error else {"status_code": status, "request_id": "req", "body": body or answered()}
    return json.dumps({"custom_id": id_, "response": response, "error": error}).encode() + b"\n"


def test_answers_come_from_both_files_each_once_and_what_was_never_tried_is_missing() -> None:
    output = line("a") + b"{half a li\n" + line("b") + line("a", 500)
    errors = (
        line("c", 429, {"error": {"type": "insufficient_quota"}})
        + line("d", error={"code": "batch_expired"})
        + line("e", error={"code": "batch_cancelled"})
        + line("f", error={"code": "server_error"})
        + line("g", 200, ["x"])
        + line("h", 404, {"error": {"code": "model_not_found"}})
    )
    outcomes = {answer.id: answer.outcome for answer in batch_answers(output, errors, model="gpt")}
    assert list(outcomes) == ["a", "b", "c", "f", "g", "h"]
    assert isinstance(outcomes["a"], Completion)
    assert outcomes["a"].finish is Finish.COMPLETE
    kinds = {id_: type(outcome) for id_, outcome in outcomes.items() if isinstance(outcome, PluginError)}
    assert kinds == {"c": QuotaExhaustedError, "f": UnavailableError, "g": BadAnswerError, "h": ModelGoneError}


def test_a_batch_file_keeps_the_words_as_they_are() -> None:
    content = batch_file([("a", {"prompt": "Batik “Sogan” 50%\u2028"}), ("b", {})])
    lines = [json.loads(raw) for raw in content.split(b"\n") if raw]
    assert [one["custom_id"] for one in lines] == ["a", "b"]
    assert lines[0]["body"]["prompt"] == "Batik “Sogan” 50%\u2028"
    assert {one["url"] for one in lines} == {"/v1/chat/completions"}


def test_progress_is_read_before_and_after_the_file_was() -> None:
    assert progress_of({"status": "validating"}).state is BatchState.RUNNING
    done = progress_of({"status": "expired", "request_counts": {"total": 3, "completed": 1, "failed": 1}})
    assert (done.state, done.total, done.done, done.failed) == (BatchState.EXPIRED, 3, 1, 1)
    with pytest.raises(BadAnswerError):
        progress_of({"status": "pondering"})


def test_a_batch_is_known_by_its_reference_alone() -> None:
    page = {"data": [{"id": "1", "metadata": None}, {"id": "2", "metadata": {"reference": "w"}}, "x"]}
    assert batch_id_of(page, "w") == "2"
    assert batch_id_of(page, "v") is None
    assert batch_id_of({}, "w") is None
