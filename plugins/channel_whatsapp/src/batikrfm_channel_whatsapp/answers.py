"""What a vendor's answer says, however it is written: some say 200 and mean no, some say nothing that can be read.

A message is never sent twice. So an answer is sorted into three: it was taken, it was not taken (a receipt or an error that says why), and
nobody knows. Of the first two there must be proof.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from batikrfm.sdk import (
    BadAnswerError,
    HttpAnswer,
    InvalidCredentialsError,
    NotAllowedError,
    PluginError,
    RateLimitedError,
    TimedOutError,
    UnavailableError,
)

REDIRECT, SERVER_ERROR = 300, 500
NEVER_REACHED: Final = frozenset({503, 521, 522, 523, 525, 526, 530})
"""Statuses by which a server or the gateway before it says that it did not take the request in; after others it may have been done."""
MAYBE_DONE: Final = frozenset({408, 499})
LONGEST_WAIT: Final = 86_400.0
LONGEST_NAME: Final = 200


def object_of(body: bytes) -> dict[str, Any] | None:
    """The JSON object in ``body``; None if there is none. Never raises: what comes from outside may be anything."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def named(data: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` by its keys in small letters: a vendor writes ``Status`` on some days."""
    return {key.lower(): value for key, value in data.items()}


def dicts_in(value: object) -> list[dict[str, Any]]:
    """The objects in a list; of an object itself, in a list of its own."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def name_of(value: object) -> str | None:
    """An id as text; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()
    return text if 0 < len(text) <= LONGEST_NAME and text.isprintable() else None


def yes_or_no(value: object) -> bool | None:
    """What a ``status`` means; None if it means neither."""
    if isinstance(value, str):
        return {"true": True, "success": True, "1": True, "false": False, "error": False, "failed": False, "0": False}.get(value.lower())
    return bool(value) if isinstance(value, int) and value in (0, 1) else None


def not_taken(answer: HttpAnswer) -> PluginError | None:
    """The trouble that the status alone proves: the request was not taken in. None if it may have been."""
    status, code, wait = answer.status, str(answer.status), wait_of(answer)
    if status == HTTPStatus.UNAUTHORIZED:
        return InvalidCredentialsError(code=code)
    if status == HTTPStatus.FORBIDDEN:
        return NotAllowedError(code=code)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimitedError(wait=wait, code=code)
    if status in NEVER_REACHED or (REDIRECT <= status < SERVER_ERROR and status not in MAYBE_DONE):
        return UnavailableError(wait=wait, code=code)
    return None


def may_be_done(error: PluginError) -> bool:
    """Whether a call that ended in ``error`` may have done what was asked."""
    if isinstance(error, UnavailableError):
        return error.code != "no_connection"
    return isinstance(error, TimedOutError | BadAnswerError)


def told(answer: HttpAnswer) -> dict[str, Any]:
    """The object in an answer to a question that changes nothing. Raises what is wrong with it."""
    data = object_of(answer.body)
    if data is None:
        if answer.status >= SERVER_ERROR:
            raise UnavailableError(wait=wait_of(answer), code=str(answer.status))
        raise not_taken(answer) or BadAnswerError(code=str(answer.status))
    return data


def wait_of(answer: HttpAnswer) -> float | None:
    """The seconds of ``Retry-After``, if the vendor gave any."""
    said = answer.headers.get("retry-after", "")
    return min(float(said), LONGEST_WAIT) if said.isascii() and said.isdigit() else None
