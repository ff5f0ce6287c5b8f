"""Meta's error codes, as of 2026-11: what each means for one message, or for the whole account. Titles change, codes do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from batikrfm.sdk import (
    AccountNotReadyError,
    HttpAnswer,
    InvalidCredentialsError,
    NotAllowedError,
    PluginError,
    RateLimitedError,
    Rejected,
    Rejection,
    RetryAfter,
    UnavailableError,
)
from batikrfm_channel_whatsapp.answers import SERVER_ERROR, not_taken, wait_of
from batikrfm_channel_whatsapp.base import PAUSE, Outcome

DAY: Final = 86_400.0
SAME_PAIR: Final = 10.0
"""Seconds: about one message in six may go to one person."""
UNKNOWN_OBJECT: Final = 33
"""The subcode of 100 that says: there is no such phone number, or not for this token."""

ACCOUNT: Final[Mapping[int, type[PluginError]]] = {
    **dict.fromkeys((0, 102, 190, 463, 467), InvalidCredentialsError),
    **dict.fromkeys((3, 10, *range(200, 300), 131005), NotAllowedError),
    **dict.fromkeys((4, 80007, 130429), RateLimitedError),
    **dict.fromkeys((1, 2, 131016, 131057, 133004), UnavailableError),
    131042: AccountNotReadyError,  # the way of paying
    131048: AccountNotReadyError,  # too many people called the messages spam
    **dict.fromkeys((368, 131031, 131037, 131045, 133000, 133005, 133006, 133008, 133009, 133010, 133015), AccountNotReadyError),
}
"""What is the same for every message."""

REJECTIONS: Final[Mapping[int, Rejection]] = {
    **dict.fromkeys((131021, 131026), Rejection.ADDRESS),
    131050: Rejection.UNWANTED,
    **dict.fromkeys((100, 131008, 131009, 131047, 131051, 131052, 131053), Rejection.CONTENT),
    **dict.fromkeys((132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068, 132069), Rejection.CONTENT),
    **dict.fromkeys((130472, 130497, 131030), Rejection.OTHER),  # an experiment; a country; a test number's list
}
"""What is so for one message, and stays so."""

LATER: Final[Mapping[int, float]] = {131049: DAY, 131056: SAME_PAIR, 131000: PAUSE}
"""Seconds after which one message may be tried again. 131049 is the person's share of marketing from everybody: Meta punishes haste."""


def outcome_of(error: Mapping[str, Any], answer: HttpAnswer, message: str) -> Outcome:
    """What became of the message with the id ``message``, for which Meta answered ``error``."""
    code = code_of(error)
    if code is None:
        return not_taken(answer) or RetryAfter(message, PAUSE)
    trouble = _account_trouble(code, error, answer)
    if trouble is not None:
        return trouble
    if code in LATER:
        return RetryAfter(message, max(LATER[code], wait_of(answer) or 0), str(code))
    if code not in REJECTIONS and (error.get("is_transient") is True or answer.status >= SERVER_ERROR):
        return RetryAfter(message, wait_of(answer) or PAUSE, str(code))
    return Rejected(message, REJECTIONS.get(code, Rejection.OTHER), str(code))


def trouble_of(error: Mapping[str, Any], answer: HttpAnswer) -> PluginError:
    """The trouble behind a no to a question about the account itself."""
    code = code_of(error)
    found = _account_trouble(code, error, answer) if code is not None else None
    return found or not_taken(answer) or UnavailableError(code=str(answer.status if code is None else code))


def code_of(error: Mapping[str, Any]) -> int | None:
    """The code, as a number."""
    code = error.get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) and 0 <= code < 1_000_000 else None  # noqa: PLR2004 - six digits


def _account_trouble(code: int, error: Mapping[str, Any], answer: HttpAnswer) -> PluginError | None:
    kind: Callable[..., PluginError] | None = ACCOUNT.get(code)
    if code == 100 and error.get("error_subcode") == UNKNOWN_OBJECT:  # noqa: PLR2004 - Meta's number for a wrong parameter
        kind = AccountNotReadyError
    return kind(wait=wait_of(answer), code=str(code)) if kind else None
