"""Ways in which a vendor fails, as its documents describe them: answers to script a server with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from batikrfm.testkit.llm_vendor.serving import Answer

HTML = b"<!doctype html><html><head><title>Bad gateway</title></head><body>cloudfront</body></html>"


def error(status: int, message: str, *, kind: str | None = None, code: str | None = None, param: str | None = None) -> Answer:
    """An error in the shape of ``{"error": {"message", "type", "param", "code"}}``."""
    return Answer.json({"error": {"message": message, "type": kind, "param": param, "code": code}}, status)


def invalid_key() -> Answer:
    """401: the key is unknown, expired or revoked."""
    return error(401, "Incorrect API key provided: sk-***.", kind="invalid_request_error", code="invalid_api_key")


def not_allowed() -> Answer:
    """403: the key is good, the country or the permission is not."""
    return error(403, "Country, region, or territory not supported", kind="request_forbidden", code="unsupported_country_region_territory")


def model_gone(model: str = "gpt-4o-mini") -> Answer:
    """404: what a retirement looks like."""
    message = f"The model `{model}` does not exist or you do not have access to it."
    return error(404, message, kind="invalid_request_error", code="model_not_found")


def rate_limited(wait: float | None = 7) -> Answer:
    """429 with the wait, where one was computed."""
    return _waiting(error(429, "Rate limit reached for requests", kind="requests", code="rate_limit_exceeded"), wait)


def slow_down() -> Answer:
    """429 of a rate that grew too fast."""
    return error(429, "Slow down", kind="rate_limit_error", code="slow_down")


def quota_exhausted(code: str | None = "insufficient_quota", kind: str | None = "insufficient_quota") -> Answer:
    """429 that no wait helps against. The code is the old one or one of the newer, which say what is used up."""
    return error(429, "You exceeded your current quota, please check your plan and billing details.", kind=kind, code=code)


def server_error(status: int = 500) -> Answer:
    """Trouble inside."""
    return error(status, "The server had an error while processing your request.", kind="server_error")


def overloaded(wait: float | None = 7) -> Answer:
    """503 of a model that everybody wants."""
    return _waiting(error(503, "The engine is currently overloaded", kind="service_unavailable_error", code="server_is_overloaded"), wait)


def no_capacity() -> Answer:
    """498, which only Groq's flex tier knows."""
    return error(498, "Flex tier capacity exceeded", kind="capacity_exceeded", code="capacity_exceeded")


def too_long() -> Answer:
    """400 of a prompt that does not fit into the model's context."""
    return error(400, "This model's maximum context length is 272000 tokens.", kind="invalid_request_error", code="context_length_exceeded")


def too_large() -> Answer:
    """413: Groq's word for more tokens than the plan has in a minute, which no wait makes fewer."""
    return error(413, "Request too large for model: Limit 8000, Requested 9000", kind="tokens", code="rate_limit_exceeded")


def bad_request(param: str | None = None, code: str | None = None) -> Answer:
    """400 of a request that is wrong and stays wrong."""
    return error(400, "Invalid request", kind="invalid_request_error", code=code, param=param)


def html(status: int = 200) -> Answer:
    """A page of whoever stands before the vendor, with a good status."""
    return Answer(status, HTML, {"content-type": "text/html"})


def empty() -> Answer:
    """Nothing, and a good status."""
    return Answer(200, b"", {"content-type": "application/json"})


def half() -> Answer:
    """A line that breaks in the middle of an answer."""
    return replace(Answer.json({"choices": [{"message": {"content": "x" * 2_000}}]}), sent=900)


def truncated_json() -> Answer:
    """A complete answer that is half a JSON."""
    whole = Answer.json({"choices": [{"message": {"role": "assistant", "content": "Halo"}}]})
    return replace(whole, body=whole.body[:-20])


def missing_fields() -> Answer:
    """JSON that is not what was promised."""
    return Answer.json({"object": "chat.completion", "choices": []})


def huge(size: int = 10_000_000) -> Answer:
    """An answer without an end."""
    body = json.dumps({"choices": [{"message": {"content": "x" * size}, "finish_reason": "stop"}]}).encode()
    return Answer(200, body, {"content-type": "application/json"})


def slow(seconds: float) -> Answer:
    """Nothing for so long."""
    return replace(html(), delay=seconds)


def dripping(seconds: float) -> Answer:
    """A good answer that comes piece by piece, each in time, with so many seconds before the next."""
    return replace(told("x" * 2_000), drip=seconds)


def hung_up() -> Answer:
    """A line that is cut without a word."""
    return Answer(silent=True)


def told(text: str = "", *, finish: str = "stop", refusal: str | None = None, usage: Mapping[str, object] | None = None) -> Answer:
    """A completion that says exactly this."""
    return Answer.json(
        {
            "id": "chatcmpl-scripted",
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": "scripted",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text, "refusal": refusal}, "finish_reason": finish}],
            "usage": usage or {"prompt_tokens": 50, "completion_tokens": 10, "total_tokens": 60},
        }
    )


def refusal() -> Answer:
    """The model declines."""
    return told(refusal="I'm sorry, I can't help with that.")


def cut_off() -> Answer:
    """The answer ran into the most tokens that it may have."""
    return told('{"subject": "Halo', finish="length")


def filtered() -> Answer:
    """The vendor's content filter stepped in."""
    return told(finish="content_filter")


def _waiting(answer: Answer, wait: float | None) -> Answer:
    return answer if wait is None else replace(answer, headers={**answer.headers, "retry-after": f"{wait:g}"})
