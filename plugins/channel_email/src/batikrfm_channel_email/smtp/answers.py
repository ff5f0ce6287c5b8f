"""What a server's answers mean: for one message a receipt, for the whole account a ``PluginError``."""

from __future__ import annotations

import re
import ssl
from enum import IntEnum
from typing import Final

from batikrfm.sdk import (
    AccountNotReadyError,
    InvalidCredentialsError,
    NotAllowedError,
    PluginError,
    Receipt,
    Rejected,
    Rejection,
    RetryAfter,
    UnavailableError,
    UnknownOutcome,
)

BUSY, CLOSING, GREYLISTED = 60.0, 30.0, 300.0
"""Seconds to wait: for a server that has enough, after a line that broke, where an unknown sender has to come again."""
ENHANCED: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
UNSAID, SIGN_IN_FIRST, SIGN_IN_WRONG = 421, (530, 538), 535
STORAGE, TOO_LARGE = 552, (3, 4)
NOBODY: Final = {(1, 0), (1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)}
"""Enhanced status codes (RFC 3463, subject and detail) of an address where nobody will ever be."""


class Step(IntEnum):
    """How far a message came."""

    SENDER = 1
    RECIPIENT = 2
    DATA = 3  # the server was asked for the content, and has none of it
    CONTENT = 4  # it has the content, or some of it


class Refusal(Exception):
    """The server said no. Keeps the codes, never the words: those repeat addresses."""

    def __init__(self, code: int, words: str, step: Step) -> None:
        found = ENHANCED.search(words[:200])
        self.code, self.step = code, step
        self.detail = (int(found[2]), int(found[3])) if found and found[1] == str(code)[0] else None
        super().__init__(self.short)

    @property
    def short(self) -> str:
        """The codes, such as ``smtp_550_5.1.1``."""
        return f"smtp_{self.code}" + (f"_{str(self.code)[0]}.{self.detail[0]}.{self.detail[1]}" if self.detail else "")

    @property
    def permanent(self) -> bool:
        return self.code >= 500  # noqa: PLR2004 - RFC 5321


class Broken(Exception):
    """The line broke, or no answer came in time, at ``step``."""

    def __init__(self, step: Step) -> None:
        self.step = step
        super().__init__(step.name)


def receipt(message: str, refusal: Refusal) -> Receipt:
    """The receipt of a message that was refused."""
    if not refusal.permanent:
        return RetryAfter(message, BUSY if refusal.code in (UNSAID, 452) else GREYLISTED, refusal.short)
    return Rejected(message, reason(refusal), refusal.short)


def broken_receipt(message: str, broken: Broken) -> Receipt:
    """The receipt of a message whose line broke: once its content was on the way, nobody knows."""
    if broken.step is Step.CONTENT:
        return UnknownOutcome(message)
    return RetryAfter(message, CLOSING, "hung_up")


def reason(refusal: Refusal) -> Rejection:
    """Why a message is refused for good.

    By the enhanced code where there is one; a plain 550 is about whom it answers. What may be a policy of today never counts as an address
    where nobody is: the customer would get no mail any more.
    """
    if refusal.step is not Step.RECIPIENT and (refusal.detail == TOO_LARGE or refusal.code == STORAGE):
        return Rejection.CONTENT
    if refusal.detail is None:
        return _by_step(refusal)
    if refusal.detail in NOBODY:
        return Rejection.ADDRESS
    if refusal.step is Step.CONTENT and refusal.detail[0] in (3, 6, 7):
        return Rejection.CONTENT
    return Rejection.OTHER


def trouble_of_account(refusal: Refusal) -> PluginError | None:
    """What is wrong with the account, where the refusal is about it and not about one message."""
    if refusal.code in SIGN_IN_FIRST or refusal.code == SIGN_IN_WRONG:
        return InvalidCredentialsError(code=refusal.short)
    if refusal.step is Step.SENDER and refusal.permanent and reason(refusal) is not Rejection.CONTENT:
        return AccountNotReadyError(code=refusal.short)
    return None


def trouble_of_line(error: Exception) -> PluginError:
    """Why no line could be had, from what aiosmtplib raised."""
    import aiosmtplib

    if _is_certificate(error):
        return AccountNotReadyError(code="certificate")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refused_line(error.code, signing_in=isinstance(error, aiosmtplib.SMTPAuthenticationError))
    if isinstance(error, ssl.SSLError):
        return AccountNotReadyError(code="tls")
    if isinstance(error, OSError | aiosmtplib.SMTPTimeoutError):  # aiosmtplib's errors of the line are OSErrors, too
        return UnavailableError(code="no_connection", wait=CLOSING)
    return AccountNotReadyError(code="no_tls_or_login")


def _refused_line(code: int, *, signing_in: bool) -> PluginError:
    if code < 500:  # noqa: PLR2004 - RFC 5321
        return UnavailableError(code=f"smtp_{code}" if code > 0 else "no_smtp", wait=BUSY)
    return (InvalidCredentialsError if signing_in else NotAllowedError)(code=f"smtp_{code}")


def _by_step(refusal: Refusal) -> Rejection:
    match refusal.step:
        case Step.RECIPIENT if refusal.code in (550, 551, 553):
            return Rejection.ADDRESS
        case Step.CONTENT if refusal.code in (550, 554):
            return Rejection.CONTENT
        case _:
            return Rejection.OTHER


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
