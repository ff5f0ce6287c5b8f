"""Resend's answers: receipts of single messages, or what is wrong with the whole account."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from batikrfm.sdk import (
    Accepted,
    AccountNotReadyError,
    BadAnswerError,
    HttpAnswer,
    InvalidCredentialsError,
    NotAllowedError,
    PluginError,
    QuotaExhaustedError,
    RateLimitedError,
    Receipt,
    RefusedError,
    Rejected,
    Rejection,
    TooLongError,
    UnavailableError,
    UnknownOutcome,
)
from batikrfm_channel_email.resend.writing import Chunk

ID: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")
LONGEST_WAIT: Final = 86_400.0
KEY_ERRORS: Final = frozenset({"missing_api_key", "invalid_api_key", "suspended_api_key"})
TAKEN: Final = frozenset({"concurrent_idempotent_requests", "invalid_idempotent_request"})
"""The key was used before: with the same bytes, which are still being worked on, or with others. Either way they may have gone out."""
BY_NAME: Final[Mapping[str, Callable[..., PluginError]]] = {
    **dict.fromkeys(KEY_ERRORS, InvalidCredentialsError),
    "restricted_api_key": NotAllowedError,
    "daily_quota_exceeded": QuotaExhaustedError,
    "monthly_quota_exceeded": QuotaExhaustedError,
    "rate_limit_exceeded": RateLimitedError,
    "invalid_from_address": AccountNotReadyError,
    "invalid_region": AccountNotReadyError,
}
ABOUT_ADDRESS: Final = re.compile(r"\bto\b.{0,3} field|recipient|email address", re.IGNORECASE)
ABOUT_SENDER: Final = re.compile(r"\bfrom\b.{0,3} field", re.IGNORECASE)
ABOUT_CONTENT: Final = re.compile(r"subject|html|text|header|attachment|tag|content", re.IGNORECASE)


def receipts(chunk: Chunk, answer: HttpAnswer) -> Sequence[Receipt]:
    """One receipt for each message of ``chunk``.

    What cannot be read after it was taken is unknown, and so is what ended in trouble inside Resend: whether it was taken by then, only a
    look-up tells. Raises the ``PluginError`` of an answer that says that nothing was taken.
    """
    if answer.status // 100 == 2:  # noqa: PLR2004 - HTTP
        return _taken(chunk, answer)
    if answer.status >= 500 or name_of(answer) in TAKEN:  # noqa: PLR2004 - HTTP
        return unknown(chunk)
    if answer.status in (400, 422) and len(chunk.messages) == 1 and _about_message(answer):
        return [_refused(chunk.ids[0], _words(answer))]
    raise error_of(answer)


def unknown(chunk: Chunk) -> Sequence[Receipt]:
    """Nobody knows."""
    return [UnknownOutcome(one) for one in chunk.ids]


def error_of(answer: HttpAnswer) -> PluginError:
    """What an answer that is no good one says of the account."""
    name, code = name_of(answer), _code(answer)
    known = BY_NAME.get(name)
    if known is RateLimitedError or (known is None and answer.status == 429):  # noqa: PLR2004 - HTTP
        return RateLimitedError(wait=_wait(answer), code=code)
    if known is not None:
        return known(code=code)
    if answer.status >= 500:  # noqa: PLR2004 - HTTP
        return UnavailableError(wait=_wait(answer), code=code)
    # A 403 that is not about the key is about the domain: not verified, or the one for trying out.
    by_status: Mapping[int, Callable[..., PluginError]] = {401: InvalidCredentialsError, 403: AccountNotReadyError, 413: TooLongError}
    return by_status.get(answer.status, RefusedError if answer.status // 100 == 4 else BadAnswerError)(code=code)  # noqa: PLR2004 - HTTP


def name_of(answer: HttpAnswer) -> str:
    """Resend's name for the error, empty if there is none."""
    name = read(answer).get("name")
    return name if isinstance(name, str) else ""


def read(answer: HttpAnswer) -> Mapping[str, Any]:
    """The answer's object; empty where it is none."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _taken(chunk: Chunk, answer: HttpAnswer) -> Sequence[Receipt]:
    told = read(answer)
    if chunk.messages[0].alone:
        return [_accepted(chunk.ids[0], told)]
    refused = _errors(told, len(chunk.messages))
    data = told.get("data")
    there = data if isinstance(data, list) else []
    if len(there) == len(chunk.messages):
        found: dict[int, object] = dict(enumerate(there))
    else:
        good = [number for number in range(len(chunk.messages)) if number not in refused]
        # As many ids as messages that were not refused: they are in order. Otherwise nobody can tell whose they are.
        found = dict(zip(good, there, strict=True)) if len(there) == len(good) else {}
    return [
        _refused(one, refused[number]) if number in refused else _accepted(one, found.get(number)) for number, one in enumerate(chunk.ids)
    ]


def _errors(told: Mapping[str, Any], count: int) -> Mapping[int, str]:
    """What was refused in a batch by its place, with Resend's words, which go no further than this module."""
    errors = told.get("errors")
    listed = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    places = [(one.get("index"), str(one.get("message", ""))) for one in listed]
    return {index: words for index, words in places if type(index) is int and 0 <= index < count}


def _accepted(message: str, told: object) -> Receipt:
    vendor_id = told.get("id") if isinstance(told, dict) else None
    return Accepted(message, vendor_id) if isinstance(vendor_id, str) and ID.fullmatch(vendor_id) else UnknownOutcome(message)


def _refused(message: str, words: str) -> Rejected:
    if ABOUT_SENDER.search(words):
        return Rejected(message, Rejection.OTHER, "invalid_from")
    if ABOUT_ADDRESS.search(words):
        return Rejected(message, Rejection.ADDRESS, "invalid_to")
    if ABOUT_CONTENT.search(words):
        return Rejected(message, Rejection.CONTENT, "invalid_content")
    return Rejected(message, Rejection.OTHER, "validation_error")


def _about_message(answer: HttpAnswer) -> bool:
    """Whether a refused request is refused for the one message in it."""
    return name_of(answer) not in BY_NAME and name_of(answer) != "invalid_idempotency_key" and bool(name_of(answer))


def _words(answer: HttpAnswer) -> str:
    return str(read(answer).get("message", ""))


def _code(answer: HttpAnswer) -> str:
    return name_of(answer) or str(answer.status)


def _wait(answer: HttpAnswer) -> float | None:
    """The seconds to wait that the answer names, if it does and they make sense."""
    for header in ("retry-after", "ratelimit-reset"):
        try:
            wait = float(answer.headers.get(header, ""))
        except ValueError:
            continue
        if 0 <= wait <= LONGEST_WAIT:
            return wait
    return None
