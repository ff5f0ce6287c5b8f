"""An error answer as one of ours. The code is asked first, then the type, the status last: alone it says too little."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.plugin_errors import (
    BadAnswerError,
    InvalidCredentialsError,
    ModelGoneError,
    NotAllowedError,
    QuotaExhaustedError,
    RateLimitedError,
    RefusedError,
    TooLongError,
    UnavailableError,
)

MODEL_GONE = frozenset({"model_not_found", "model_decommissioned"})
BY_CODE: Mapping[str, type[PluginError]] = {
    **dict.fromkeys(
        (
            "insufficient_quota",  # the code of old, and the type that all of these have in common
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded",
            "billing_hard_limit_reached",
        ),
        QuotaExhaustedError,
    ),
    **dict.fromkeys(("context_length_exceeded", "string_above_max_length", "request_too_large"), TooLongError),
    **dict.fromkeys(("json_validate_failed", "tool_use_failed"), BadAnswerError),  # what the model wrote, not what we asked for
    "invalid_api_key": InvalidCredentialsError,
}
BY_STATUS: Mapping[int, type[PluginError]] = {
    401: InvalidCredentialsError,
    402: QuotaExhaustedError,
    403: NotAllowedError,
    408: UnavailableError,
    409: UnavailableError,
    413: TooLongError,
    429: RateLimitedError,
    498: UnavailableError,  # no capacity left (Groq's flex tier)
    499: UnavailableError,
}
LONGEST_WAIT = 86_400.0
"""Seconds. A vendor that asks for more has sent nonsense."""


@dataclass(frozen=True)
class _Said:
    """What the body of an error says: its code and its type. ``readable``: it has the shape at all."""

    readable: bool
    code: str | None = None
    type: str | None = None


def error_of(status: int, body: object, headers: Mapping[str, str] | None = None, *, model: str = "") -> PluginError:
    """The error that ``status`` and ``body`` (bytes, or JSON that was parsed) mean for a request to ``model``.

    ``headers`` in lower case, for ``retry-after``. A body of any other shape leaves the status to say it all.
    """
    said = _read(body)
    code = said.code or said.type or str(status)
    if model and _is_gone(status, said):
        return ModelGoneError(model=model, code=code)
    kind = BY_CODE.get(said.code or "") or BY_CODE.get(said.type or "") or _by_status(status)
    return kind(code=code, wait=wait_of(headers or {}) if kind.retryable else None)


def wait_of(headers: Mapping[str, str]) -> float | None:
    """The seconds that ``retry-after`` asks for, None where it says nothing usable."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(seconds, LONGEST_WAIT) if seconds >= 0 and math.isfinite(seconds) else None


def _is_gone(status: int, said: _Said) -> bool:
    """Servers of one's own (Ollama, vLLM) say 404 without a code. An address that does not exist says 404, too."""
    return said.code in MODEL_GONE or (status == 404 and said.readable and said.code != "unknown_url")  # noqa: PLR2004 - a status


def _by_status(status: int) -> type[PluginError]:
    if status >= 500:  # noqa: PLR2004 - a status
        return UnavailableError
    return BY_STATUS.get(status, RefusedError if status >= 400 else BadAnswerError)  # noqa: PLR2004 - a status


def _read(body: object) -> _Said:
    if isinstance(body, bytes):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return _Said(readable=False)
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return _Said(readable=False)
    return _Said(readable=True, code=_word(error.get("code")), type=_word(error.get("type")))


def _word(value: object) -> str | None:
    """A code, which some vendors send as a number."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None
