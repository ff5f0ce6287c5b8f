"""What to do about an error, and how long to wait before the next try."""

from __future__ import annotations

import random
from enum import Enum

from batikrfm.content.chain.model import Policy
from batikrfm.jobs.backoff import wait_before
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.plugin_errors import ModelGoneError, NotAllowedError, RateLimitedError, TimedOutError


class Next(Enum):
    """Where to go on where trying again does not help."""

    MODEL = "model"
    PROVIDER = "provider"


def tries_for(error: PluginError, policy: Policy) -> int:
    """How often a model is asked that answers with ``error``."""
    if not error.retryable:
        return 1
    return min(policy.tries, policy.slow_tries) if isinstance(error, TimedOutError) else policy.tries


def after(error: PluginError) -> Next:
    """Where to go on after ``error``.

    Limits and permissions are for each model at the vendors we know; trouble, credit and keys are for the whole account.
    """
    return Next.MODEL if isinstance(error, ModelGoneError | NotAllowedError | RateLimitedError) else Next.PROVIDER


def wait_after(error: PluginError, failures: int, policy: Policy, dice: random.Random) -> float:
    """Seconds: never less than the vendor asked for, and not the same for all who were told the same."""
    return (error.wait or 0.0) + wait_before(failures, policy.first_wait, dice=dice).total_seconds()
