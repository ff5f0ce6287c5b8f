"""What content will cost: shops x segments x weeks, at the tokens that were measured and today's prices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Workload:
    """The owner's month, unless said otherwise: 2,000 contents for USD 0.80."""

    shops: int = 100
    segments: int = 5
    weeks: int = 4

    @property
    def contents(self) -> int:
        """How many contents that is."""
        return self.shops * self.segments * self.weeks


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one content. ``samples`` is how many calls it is the median of; 0: given, or assumed."""

    input: int
    cached: int
    output: int
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A workload by one model, in micro-USD, live and by the Batch API (None where it has none). ``idr`` in ten-thousandths of a rupiah."""

    provider: str
    model: str
    live: Decimal
    batch: Decimal | None
    live_idr: int | None
    batch_idr: int | None
    price_date: dt.date
    source: str


def estimate(workload: Workload, tokens: Tokens) -> tuple[Estimate, ...]:
    """What ``workload`` costs by each model whose price is known, the cheapest first."""
    raise NotImplementedError


async def measured_tokens(purpose: str = "copy") -> Tokens | None:
    """The median of the tenant's own calls for ``purpose`` that were answered; None where there are none."""
    raise NotImplementedError
