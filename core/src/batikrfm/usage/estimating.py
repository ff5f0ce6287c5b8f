"""What content will cost: shops x segments x weeks, at the tokens that were measured and today's prices."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from batikrfm.db.engine import current_scope
from batikrfm.usage import queries
from batikrfm.usage.prices import MILLION, ModelPrice, Price, PriceTable, prices
from batikrfm.usage.rates import in_rupiah, rate_on
from batikrfm.usage.settings import Rate

OWNERS_MONTH: Final = Decimal(800_000)
"""What the owner reckoned with for 2,000 contents, in micro-USD."""
SAMPLES: Final = 500


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


ASSUMED: Final = Tokens(1_000, 0, 500)
"""About an e-mail and a WhatsApp text with their prompt: for as long as nothing was measured."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A workload by one model, in micro-USD, live and by the Batch API (None where it has none). ``idr`` in ten-thousandths of a rupiah."""

    provider: str
    model: str
    live: Decimal
    batch: Decimal | None
    live_idr: int | None
    batch_idr: int | None
    price: ModelPrice
    rate: Rate | None

    @property
    def least(self) -> Decimal:
        """The cheaper of the two ways."""
        return self.live if self.batch is None else min(self.live, self.batch)


def estimate(workload: Workload, tokens: Tokens, *, table: PriceTable | None = None, rate: Rate | None = None) -> tuple[Estimate, ...]:
    """What ``workload`` costs by each model with a price that is not free, the cheapest first. Prices and rate are today's unless given."""
    paid = [one for one in (table or prices()).all if one.live.output and not one.model.endswith("*")]
    rate = rate or rate_on(dt.datetime.now(dt.UTC).date())
    return tuple(sorted((_by(one, workload, tokens, rate) for one in paid), key=lambda one: (one.least, one.provider, one.model)))


async def measured_tokens(purpose: str = "copy") -> Tokens | None:
    """The median of the tenant's own calls for ``purpose`` that were answered; None where there are none."""
    return median_of(await recent_tokens(purpose))


async def recent_tokens(purpose: str, at_most: int = SAMPLES) -> list[Tokens]:
    """The tokens of the tenant's last calls for ``purpose`` that were answered."""
    rows = await current_scope().fetch(queries.RECENT_TOKENS, purpose, at_most)
    return [Tokens(row["input_tokens"], row["cached_tokens"], row["output_tokens"], 1) for row in rows]


def median_of(calls: Iterable[Tokens]) -> Tokens | None:
    """The median of each figure; None of nothing."""
    every = list(calls)
    if not every:
        return None
    return Tokens(
        statistics.median_high(one.input for one in every),
        statistics.median_low(one.cached for one in every),
        statistics.median_high(one.output for one in every),
        len(every),
    )


def _by(one: ModelPrice, workload: Workload, tokens: Tokens, rate: Rate | None) -> Estimate:
    live = _cost(one.live, workload, tokens)
    batch = None if one.batch is None else _cost(one.batch, workload, tokens)
    batch_idr = None if batch is None else in_rupiah(batch, rate)
    return Estimate(one.provider, one.model, live, batch, in_rupiah(live, rate), batch_idr, one, rate)


def _cost(price: Price, workload: Workload, tokens: Tokens) -> Decimal:
    return Decimal(workload.contents * price.exact(tokens.input, min(tokens.cached, tokens.input), tokens.output)) / MILLION
