"""Answers that are asked for again and again: a client that has the same already gets 304 and no body."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Final, TypeVar, cast

import msgspec
from litestar import Request, Response
from litestar.openapi.datastructures import ResponseSpec

AnswerT = TypeVar("AnswerT")

NOT_MODIFIED: Final = {
    304: ResponseSpec(None, generate_examples=False, description="Nothing has changed since the ETag in `If-None-Match`")
}
"""``responses`` of a route that answers with :func:`tagged`."""


def tagged(request: Request[Any, Any, Any], answer: AnswerT) -> Response[AnswerT]:
    """``answer`` as JSON with its ETag, or 304 where ``If-None-Match`` names it."""
    body = msgspec.json.encode(answer)
    tag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if _names(request.headers.get("if-none-match", ""), tag):
        return cast("Response[AnswerT]", Response(None, status_code=304, headers=headers))
    return cast("Response[AnswerT]", Response(body, media_type="application/json", headers=headers))


def _names(header: str, tag: str) -> bool:
    """Whether an ``If-None-Match`` header names ``tag``, weak or not."""
    named = {one.strip().removeprefix("W/") for one in header.split(",")}
    return "*" in named or tag.removeprefix("W/") in named
