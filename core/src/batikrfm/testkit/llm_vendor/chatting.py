"""A chat completion as the vendors answer it: what they refuse, what they say, what they charge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any
from uuid import uuid4

from batikrfm.testkit.llm_vendor import troubles
from batikrfm.testkit.llm_vendor.copywriting import Copywriter
from batikrfm.testkit.llm_vendor.models import Offered
from batikrfm.testkit.llm_vendor.serving import Answer

LETTERS_PER_TOKEN = 4
CACHE_FROM, CACHE_STEP = 1_024, 128
LONGEST_PROMPT = 272_000 * LETTERS_PER_TOKEN
THOUGHTS = {"none": 0, "minimal": 16, "low": 64, "medium": 256, "default": 256, "high": 1_024}


@dataclass
class Chat:
    """Answers chats with the models given. Remembers the prompts that it may answer from the cache.

    ``unknown`` are parameters that this vendor has never heard of, which it refuses.
    """

    models: Mapping[str, Offered]
    unknown: frozenset[str] = frozenset()
    _cached: dict[str, str] = field(default_factory=dict)

    def answer(self, body: Mapping[str, Any]) -> Answer:
        """The answer to one request."""
        model = self.models.get(str(body.get("model")))
        if model is None:
            return troubles.model_gone(str(body.get("model")))
        return self._refused(body, model) or Answer.json(self._completion(body, model))

    def _refused(self, body: Mapping[str, Any], model: Offered) -> Answer | None:
        if not body.get("messages"):
            return troubles.bad_request(param="messages")
        if len(_prompt(body)) > LONGEST_PROMPT:
            return troubles.too_long()
        wrong = _wrong_parameter(body, model, self.unknown)
        return troubles.bad_request(param=wrong, code="unsupported_parameter") if wrong else None

    def _completion(self, body: Mapping[str, Any], model: Offered) -> dict[str, Any]:
        text, finish = _cut(_written(body), body.get("max_completion_tokens", body.get("max_tokens")))
        return {
            "id": f"chatcmpl-{uuid4().hex}",
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": model.id,
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text, "refusal": None}, "finish_reason": finish}],
            "usage": self._usage(body, model, text),
            "service_tier": "default",
        }

    def _usage(self, body: Mapping[str, Any], model: Offered, text: str) -> dict[str, Any]:
        read, thought = tokens(_prompt(body)), THOUGHTS[body.get("reasoning_effort") or "medium"] if model.efforts else 0
        return {
            "prompt_tokens": read,
            "completion_tokens": tokens(text) + thought,
            "total_tokens": read + tokens(text) + thought,
            "prompt_tokens_details": {"cached_tokens": self._from_cache(body)},
            "completion_tokens_details": {"reasoning_tokens": thought},
        }

    def _from_cache(self, body: Mapping[str, Any]) -> int:
        """Tokens at the beginning that an earlier request of the same key shared, in whole steps, from a certain length on."""
        key, prompt = f"{body['model']}/{body.get('prompt_cache_key')}", _prompt(body)
        shared = _same_beginning(self._cached.get(key, ""), prompt) // LETTERS_PER_TOKEN
        self._cached[key] = prompt
        return shared // CACHE_STEP * CACHE_STEP if shared >= CACHE_FROM else 0


def tokens(text: str) -> int:
    """About as many tokens as a tokenizer would count."""
    return -(-len(text) // LETTERS_PER_TOKEN)


def _same_beginning(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _prompt(body: Mapping[str, Any]) -> str:
    return "\n".join(str(message.get("content") or "") for message in body["messages"])


def _written(body: Mapping[str, Any]) -> str:
    writer = Copywriter(_prompt(body))
    wanted = body.get("response_format") or {}
    if wanted.get("type") == "json_schema":
        return json.dumps(writer.fill(wanted["json_schema"]["schema"]), ensure_ascii=False)
    return json.dumps({"text": writer.plain()}, ensure_ascii=False) if wanted.get("type") == "json_object" else writer.plain()


def _cut(text: str, most: object) -> tuple[str, str]:
    if isinstance(most, int) and tokens(text) > most:
        return text[: most * LETTERS_PER_TOKEN], "length"
    return text, "stop"


def _wrong_parameter(body: Mapping[str, Any], model: Offered, unknown: frozenset[str]) -> str | None:
    """The first parameter that the vendor would refuse, as its documents say."""
    effort = body.get("reasoning_effort")
    wrong = {
        **dict.fromkeys(sorted(unknown & body.keys()), True),
        "max_tokens": "max_tokens" in body and bool(model.efforts),
        "reasoning_effort": effort is not None and effort not in model.efforts,
        "temperature": "temperature" in body and bool(model.efforts) and model.sampling not in (None, effort),
        "safety_identifier": len(str(body.get("safety_identifier") or "")) > 64,  # noqa: PLR2004 - the documented limit
        "response_format": not _is_good_format((body.get("response_format") or {}).get("json_schema") or {}, model),
    }
    return next((name for name, is_wrong in wrong.items() if is_wrong), None)


def _is_good_format(wanted: Mapping[str, Any], model: Offered) -> bool:
    """Whether a schema keeps to the rules of strict mode, where that is asked for, and the model knows it."""
    return not wanted.get("strict") or (model.strict and _closed(wanted.get("schema")))


def _closed(schema: object) -> bool:
    if isinstance(schema, list):
        return all(map(_closed, schema))
    if not isinstance(schema, Mapping):
        return True
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and (schema.get("additionalProperties") is not False or {*properties} != {*schema["required"]}):
        return False
    return all(map(_closed, schema.values()))
