"""What others see of quotas, of money and of the ledger. Money is in micro-USD: whole millionths of a dollar, never a float."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from batikrfm.sdk.llm import Tier

Resource = Literal["generations"]
"""What a tenant has so much of in a day."""

GENERATIONS: Final[Resource] = "generations"

MICRO: Final = 1_000_000
"""Micro-USD in a dollar."""


class ReservationState(StrEnum):
    """Where a reservation is. ``HELD`` and ``SETTLED`` take up the day's quota; ``EXPIRED``: its lease ran out and its place was needed."""

    HELD = "held"
    SETTLED = "settled"
    REFUNDED = "refunded"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Reservation:
    """So much of ``resource``, kept for whoever holds it. ``day`` is the tenant's day when it was made, and stays the one it counts for.

    ``has_budget`` False: the tenant had none when it was made, so there is nothing for :func:`~batikrfm.usage.check_budget` to find.
    """

    id: UUID
    resource: Resource
    amount: int
    day: dt.date
    state: ReservationState
    lease_until: dt.datetime
    has_budget: bool = True

    @property
    def settled(self) -> bool:
        """Whether the work it was made for is done already: by an earlier attempt under the same key."""
        return self.state is ReservationState.SETTLED


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a resource the tenant has today. ``reserved``: work that has begun; ``renews_at`` is midnight on the tenant's clock."""

    resource: Resource
    limit: int
    used: int
    reserved: int
    left: int
    renews_at: dt.datetime


BudgetMode = Literal["stop", "warn"]


@dataclass(frozen=True, slots=True)
class BudgetState:
    """How the tenant's month stands, in micro-USD. ``limit`` None: no budget was set.

    ``spent`` is the ledger's known cost. ``guessed`` is what calls whose cost nobody knows are taken for (``unpriced`` of them): as dear
    as the dearest price that we know, so that a budget errs on the safe side. ``held`` is what work that has begun may still cost.
    """

    limit: int | None
    mode: BudgetMode
    spent: int
    guessed: int
    held: int
    unpriced: int
    renews_at: dt.datetime

    @property
    def left(self) -> int | None:
        """What may still be spent; None where there is no budget, 0 where it is used up."""
        return None if self.limit is None else max(0, self.limit - self.spent - self.guessed - self.held)

    @property
    def used_up(self) -> bool:
        """Whether the budget is reached, whatever its mode."""
        return self.left == 0


class CallOutcome(StrEnum):
    """How a call ended. The first four are :class:`batikrfm.sdk.Finish`'s."""

    COMPLETE = "complete"
    CUT_OFF = "cut_off"
    REFUSED = "refused"
    FILTERED = "filtered"
    UNUSABLE = "unusable"  # it was answered and billed, but the answer cannot be used
    FAILED = "failed"  # the vendor said no, and bills nothing
    UNANSWERED = "unanswered"  # timeout or lost connection: whether it is billed, nobody knows
    CACHED = "cached"  # nobody was asked


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call for the ledger, failed ones too.

    ``model`` is the vendor's name of the model that was asked. Tokens are None where the vendor did not say: the cost is unknown then,
    except of ``FAILED`` calls. Cached tokens are part of the input, reasoning tokens part of the output. ``purpose`` is ``copy``,
    ``repair``, ``moderation`` or whatever else the call was for. ``prompt`` and ``answer`` have passed the privacy gate; they are
    redacted once more, kept for some days, and then only ``prompt_hash`` (:func:`prompt_hash`) says what was asked.
    """

    provider: str
    model: str
    purpose: str
    outcome: CallOutcome
    latency_ms: int = 0
    tier: Tier | None = None
    segment: str | None = None
    input_tokens: int | None = None
    cached_tokens: int = 0
    output_tokens: int | None = None
    reasoning_tokens: int = 0
    batch: bool = False
    error: str | None = None  # the vendor's short code or our error's name
    prompt_hash: str | None = None
    prompt: str | None = None
    answer: str | None = None
    job_id: UUID | None = None
    at: dt.datetime | None = None  # now, unless said


@dataclass(frozen=True, slots=True)
class Limits:
    """What a vendor allows one key in a minute. None: no limit of that kind."""

    requests: int | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Permit:
    """A key's leave for one call, to be corrected when the tokens are known. Without limits nothing was counted: ``id`` is None."""

    id: UUID | None
    key_id: str
    tokens: int
