"""What to do about an error, and how long to wait before the next try."""

from __future__ import annotations

import random
from enum import Enum

from batikrfm.content.chain.model import Policy
from batikrfm.jobs.backoff import wait_before
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.plugin_errors import ModelGoneError, NotAllowedError, RateLimitedError


class Next(Enum):
    """Where to go on."""

    AGAIN = "again"
    MODEL = "model"
    PROVIDER = "provider"


def after(error: PluginError, failures: int, policy: Policy) -> Next:
    """Where to go on after ``error``, which was the model's ``failures``-th (from 1).

    Limits and permissions are for each model at the vendors we know; trouble, credit and keys are for the whole account.
    """
    if error.retryable and failures < policy.tries:
        return Next.AGAIN
    return Next.MODEL if isinstance(error, ModelGoneError | NotAllowedError | RateLimitedError) else Next.PROVIDER


def wait_after(error: PluginError, failures: int, policy: Policy, dice: random.Random) -> float:
    """Seconds: never less than the vendor asked for, and not the same for all who were told the same."""
    return (error.wait or 0.0) + wait_before(failures, policy.first_wait, dice=dice).total_seconds()
