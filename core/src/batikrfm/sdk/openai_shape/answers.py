"""Answers in OpenAI's shape. What is missing or of another type than promised makes a ``BadAnswerError``, never an ``AttributeError``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from batikrfm.sdk.llm import Completion, Finish, Model, Moderation, Usage
from batikrfm.sdk.plugin_errors import BadAnswerError

FINISHES = {"stop": Finish.COMPLETE, "length": Finish.CUT_OFF, "content_filter": Finish.FILTERED}
FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL)
"""JSON as some models wrap it in spite of being told not to."""


def json_of(body: bytes) -> dict[str, Any]:
    """The JSON object in ``body``, or ``BadAnswerError``: HTML, nothing, half of one, a list."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadAnswerError(code="no_json") from None
    if not isinstance(data, dict):
        raise BadAnswerError(code="no_json_object")
    return data


def id_of(body: bytes) -> str:
    """The id of what was just made: a file, a batch."""
    made = json_of(body).get("id")
    if not isinstance(made, str) or not made:
        raise BadAnswerError(code="no_id")
    return made


def completion_of(body: object, *, wants_json: bool, request_id: str | None = None) -> Completion:
    """What a chat completion says. A refusal, a cut-off and a filtered answer are outcomes."""
    answer = _mapping(body)
    choice = _first(answer.get("choices"))
    message = _mapping(choice.get("message"))
    finish = FINISHES.get(str(choice.get("finish_reason")))
    if finish is None:
        raise BadAnswerError(code="no_finish")
    if message.get("refusal"):
        finish = Finish.REFUSED
    text = message.get("content") or ""
    if not isinstance(text, str) or (finish is Finish.COMPLETE and message.get("content") is None):
        raise BadAnswerError(code="no_content")
    data = written_json(text) if wants_json and finish is Finish.COMPLETE else None
    return Completion(finish, text, str(answer.get("model") or ""), usage_of(answer.get("usage")), data, request_id)


def written_json(text: str) -> Any:  # noqa: ANN401 - any JSON
    """The JSON that a model wrote, None where it is none: the words are paid for all the same, so that is no error."""
    fenced = FENCED.fullmatch(text)
    try:
        return json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        return None


def usage_of(said: object) -> Usage:
    """The tokens as billed."""
    usage = _mapping(said)
    read, written = usage.get("prompt_tokens_details"), usage.get("completion_tokens_details")
    try:
        return Usage(
            input_tokens=_count(usage.get("prompt_tokens")),
            output_tokens=_count(usage.get("completion_tokens")),
            cached_input_tokens=_count(_mapping(read).get("cached_tokens") or 0) if read else 0,
            reasoning_tokens=_count(_mapping(written).get("reasoning_tokens") or 0) if written else 0,
        )
    except ValueError:
        raise BadAnswerError(code="no_usage") from None


def models_of(answer: Mapping[str, Any]) -> tuple[Model, ...]:
    """The models on a list, with the day on which each goes. What a vendor lists but does not offer is left out."""
    listed = [_mapping(one) for one in _list(answer.get("data"))]
    return tuple(
        Model(str(one["id"]), _day(one.get("shutdown_date"))) for one in listed if one.get("id") and one.get("active") is not False
    )


def moderations_of(answer: Mapping[str, Any], texts: Sequence[str]) -> tuple[Moderation, ...]:
    """A verdict on each of ``texts``, in order."""
    results = [_mapping(one) for one in _list(answer.get("results"))]
    if len(results) != len(texts):
        raise BadAnswerError(code="other_number_of_results")
    return tuple(_verdict(result) for result in results)


def _verdict(result: Mapping[str, Any]) -> Moderation:
    categories, scores = _mapping(result.get("categories")), _mapping(result.get("category_scores"))
    flagged = tuple(name for name, raised in categories.items() if raised)
    return Moderation(flagged, {name: float(score) for name, score in scores.items() if isinstance(score, int | float)})


def _day(said: object) -> date | None:
    """A date as text, or as the seconds in which this shape gives times."""
    try:
        if isinstance(said, str):
            return date.fromisoformat(said[:10])
        return datetime.fromtimestamp(said, tz=UTC).date() if isinstance(said, int | float) and said else None
    except (ValueError, OverflowError, OSError):
        return None


def _first(choices: object) -> Mapping[str, Any]:
    listed = _list(choices)
    if not listed:
        raise BadAnswerError(code="no_choice")
    return _mapping(listed[0])


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise BadAnswerError(code="no_list")
    return value


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadAnswerError(code="no_object")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadAnswerError(code="no_usage")
    return value
