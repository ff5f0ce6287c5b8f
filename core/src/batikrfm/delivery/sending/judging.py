"""What a call of a channel makes of its messages. Asks nobody."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from typing import Final

from batikrfm.delivery.model import DeliveryState, Failure
from batikrfm.delivery.sending.model import Batch, Pacing, Recipient, Said
from batikrfm.jobs.backoff import wait_before
from batikrfm.sdk.channels import Accepted, Receipt, Rejected, Rejection, RetryAfter
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.plugin_errors import (
    AccountNotReadyError,
    InvalidCredentialsError,
    NotAllowedError,
    QuotaExhaustedError,
    RateLimitedError,
    RefusedError,
    TooLongError,
    UnavailableError,
)

NEED_A_PERSON: Final = (InvalidCredentialsError, NotAllowedError, QuotaExhaustedError, AccountNotReadyError)
"""Nothing goes by this account until somebody acts."""
NO_CONNECTION: Final = "no_connection"
"""The code that says that a request never left."""
FAILURES: Final[Mapping[Rejection, Failure]] = {
    Rejection.ADDRESS: Failure.ADDRESS,
    Rejection.UNWANTED: Failure.UNWANTED,
    Rejection.CONTENT: Failure.CONTENT,
    Rejection.OTHER: Failure.OTHER,
}


def judge(batch: Batch, outcome: Sequence[Receipt] | PluginError, now: dt.datetime, pacing: Pacing, dice: random.Random) -> list[Said]:
    """What becomes of each message of a batch that was handed in."""
    if isinstance(outcome, PluginError):
        return [_after_error(one, outcome, now, pacing, dice) for one in batch.recipients]
    receipts = {receipt.id: receipt for receipt in outcome}
    return [_after_receipt(one, receipts[one.message_id], now, pacing, dice) for one in batch.recipients]


def judge_look(batch: Batch, outcome: Sequence[Receipt] | PluginError, now: dt.datetime, pacing: Pacing) -> list[Said]:
    """What becomes of each message of which the vendor was asked. ``RetryAfter`` says that it was never sent."""
    if isinstance(outcome, PluginError):
        return [look_later(one, now, pacing) for one in batch.recipients]
    receipts = {receipt.id: receipt for receipt in outcome}
    return [_after_look(one, receipts[one.message_id], now, pacing) for one in batch.recipients]


def look_later(one: Recipient, now: dt.datetime, pacing: Pacing) -> Said:
    """Still unknown: asked again later, until that makes no sense any more."""
    if one.looks + 1 >= pacing.looks:
        return not_found(one)
    return Said(one.id, DeliveryState.UNKNOWN, at=now + dt.timedelta(seconds=pacing.look * 2.0 ** (one.looks + 1)))


def not_found(one: Recipient) -> Said:
    """Nobody knows, and nobody can say: it is never sent again by itself."""
    return Said(one.id, DeliveryState.FAILED, Failure.NOT_FOUND)


def later(one: Recipient, seconds: float, now: dt.datetime, *, free: bool = True) -> Said:
    """Back into the queue."""
    return Said(one.id, DeliveryState.QUEUED, at=now + dt.timedelta(seconds=seconds), free=free)


def is_unsent(error: PluginError) -> bool:
    """Whether ``error`` says that nothing went out; of any other, nobody knows."""
    if isinstance(error, UnavailableError):
        return error.code == NO_CONNECTION
    return isinstance(error, (*NEED_A_PERSON, RateLimitedError, RefusedError, TooLongError))


def _after_receipt(one: Recipient, receipt: Receipt, now: dt.datetime, pacing: Pacing, dice: random.Random) -> Said:
    if isinstance(receipt, Accepted | Rejected):
        return _final(one, receipt)
    if isinstance(receipt, RetryAfter):
        return _retried(one, receipt, now, pacing, dice)
    return Said(one.id, DeliveryState.UNKNOWN, at=now + dt.timedelta(seconds=pacing.look))


def _final(one: Recipient, receipt: Accepted | Rejected) -> Said:
    if isinstance(receipt, Accepted):
        return Said(one.id, DeliveryState.ACCEPTED, vendor_id=receipt.vendor_id)
    return Said(one.id, DeliveryState.FAILED, FAILURES[receipt.reason], receipt.code)


def _retried(one: Recipient, receipt: RetryAfter, now: dt.datetime, pacing: Pacing, dice: random.Random) -> Said:
    attempt = one.attempts + 1
    if attempt >= pacing.tries:
        return Said(one.id, DeliveryState.FAILED, Failure.GIVEN_UP, receipt.code)
    return later(one, wait_before(attempt, pacing.first_wait, asked=receipt.seconds, dice=dice).total_seconds(), now, free=False)


def _after_error(one: Recipient, error: PluginError, now: dt.datetime, pacing: Pacing, dice: random.Random) -> Said:
    if isinstance(error, RefusedError | TooLongError):
        return Said(one.id, DeliveryState.FAILED, Failure.CONTENT, error.code)
    if is_unsent(error):  # the account's trouble is no fault of the message: the attempt does not count
        return later(one, wait_before(1, pacing.first_wait, asked=error.wait, dice=dice).total_seconds(), now)
    return Said(one.id, DeliveryState.UNKNOWN, at=now + dt.timedelta(seconds=pacing.look))


def _after_look(one: Recipient, receipt: Receipt, now: dt.datetime, pacing: Pacing) -> Said:
    if isinstance(receipt, Accepted | Rejected):
        return _final(one, receipt)
    if isinstance(receipt, RetryAfter):
        return later(one, receipt.seconds, now, free=False)
    return look_later(one, now, pacing)
