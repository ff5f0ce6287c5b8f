"""Why an unofficial gateway says no: sentences of its own making, under HTTP 200, in changing words.

What is the device's or the account's trouble has to stop everything: it is the same for the next message. A sentence that nobody knows
counts as such, for the other way round a whole campaign is spent on a phone that is off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from batikrfm.sdk import (
    AccountNotReadyError,
    InvalidCredentialsError,
    PluginError,
    QuotaExhaustedError,
    RateLimitedError,
    RefusedError,
    Rejected,
    Rejection,
)
from batikrfm_channel_whatsapp.base import Outcome

LONGEST_REASON: Final = 500
Meaning = Callable[[str], Outcome]


def _account(error: type[PluginError], code: str) -> Meaning:
    return lambda _message: error(code=code)


def _message(reason: Rejection, code: str) -> Meaning:
    return lambda message: Rejected(message, reason, code)


_OFFLINE = _account(AccountNotReadyError, "device_disconnected")
_TOKEN = _account(InvalidCredentialsError, "token_invalid")
_QUOTA = _account(QuotaExhaustedError, "quota")
_PLAN = _account(AccountNotReadyError, "plan_expired")
_FILE = _message(Rejection.CONTENT, "file_or_url")
_TARGET = _message(Rejection.ADDRESS, "target_invalid")
_INPUT = _message(Rejection.CONTENT, "input_invalid")

MEANINGS: Final[tuple[tuple[str, Meaning], ...]] = (
    *(("disconnect", _OFFLINE), ("not connected", _OFFLINE), ("scan qr", _OFFLINE)),
    *(("token", _TOKEN), ("secret key", _TOKEN), ("unknown user", _TOKEN), ("unauthorized", _TOKEN), ("authorization", _TOKEN)),
    *(("quota", _QUOTA), ("kuota", _QUOTA)),
    *(("expired", _PLAN), ("subscription", _PLAN)),
    ("banned", _account(AccountNotReadyError, "number_banned")),
    *(("too many", _account(RateLimitedError, "too_many")), ("rate limit", _account(RateLimitedError, "too_many"))),
    *(("file ", _FILE), ("url ", _FILE)),
    *(("target", _TARGET), ("phone", _TARGET)),
    *(("input invalid", _INPUT), ("json format", _INPUT)),
)
"""Words of a reason in small letters and what it means, the first that fits."""


def meaning_of(reason: object, message: str) -> Outcome:
    """What became of the message with the id ``message``, of which the gateway said no for ``reason``."""
    words = reason[:LONGEST_REASON].lower() if isinstance(reason, str) else ""
    means = next((means for sign, means in MEANINGS if sign in words), None)
    return means(message) if means else RefusedError(code="unknown_reason")


def trouble_of(reason: object) -> PluginError:
    """The trouble behind a no to a question about the account itself."""
    outcome = meaning_of(reason, "")
    return outcome if isinstance(outcome, PluginError) else RefusedError(code="unknown_reason")
