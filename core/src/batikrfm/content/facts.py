"""What is known of a segment, as a prompt may say it: sums and middles of a group, what sells best to it. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec

from batikrfm.content import facts_queries as sql
from batikrfm.content.settings import ContentSettings, settings_of
from batikrfm.db.engine import current_scope
from batikrfm.db.lookups import Lookup, Rows, look_up
from batikrfm.sdk.segmentation import Segment
from batikrfm.sdk.text import Text
from batikrfm.segmentation.days import start_of
from batikrfm.segmentation.history import PastRun, Result
from batikrfm.segmentation.overview import share, words_of
from batikrfm.tenancy import Tenant

FEWEST: Final = 5
"""A group of fewer customers is not described: its middles are somebody's numbers. Nor is a product named that fewer have bought."""

PRODUCTS_KEPT: Final = 10
DAYS: Final = 365


@dataclass(frozen=True)
class Middles:
    """The typical customer of a group."""

    recency_days: Decimal
    frequency: Decimal
    monetary: Decimal


@dataclass(frozen=True)
class Facts:
    """Everything that shapes the words for a segment. ``customers``, ``share`` and ``middles`` are None for a group under five."""

    shop: Tenant
    settings: ContentSettings
    voice: str
    run_id: UUID
    currency: str
    segment: Segment
    customers: int | None
    share: Decimal | None
    middles: Middles | None
    products: tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """How the shop wants its words, and what sells best: ``of_all`` to everybody, None until that was counted for the latest run."""

    settings: ContentSettings
    of_all: tuple[str, ...] | None
    of_segment: Mapping[str, tuple[str, ...]]

    def products(self, segment: str) -> tuple[str, ...]:
        """What sells best to a segment, or to the whole shop where too few of it bought the same."""
        return self.of_segment.get(segment) or self.of_all or ()


def facts_of(segments: Collection[str], run: PastRun, shop: Tenant, voice: str, kept: Kept) -> dict[str, Facts]:
    """The facts of those of ``segments`` that ``run`` has."""

    def facts(result: Result) -> Facts:
        described = result.customers >= FEWEST
        return Facts(
            shop=shop,
            settings=kept.settings,
            voice=voice,
            run_id=run.id,
            currency=run.currency,
            segment=segment_called(result.segment, run.strategy),
            customers=result.customers if described else None,
            share=share(result.revenue, run.revenue) if described else None,
            middles=_middles(result) if described else None,
            products=kept.products(result.segment),
        )

    return {result.segment: facts(result) for result in run.results if result.segment in segments}


def segment_called(key: str, strategy: str) -> Segment:
    """What a strategy says of a segment; its bare key where the strategy is off now."""
    return _words(strategy).get(key) or Segment(key, Text(id=key, en=key), _SILENT, _SILENT)


_SILENT: Final = Text(id="", en="")


@functools.lru_cache(maxsize=32)
def _words(strategy: str) -> dict[str, Segment]:
    """Looking for plugins takes longer than all the rest of an order; they change with a restart only."""
    return words_of(strategy)


def _middles(result: Result) -> Middles | None:
    recency, frequency, monetary = result.median_recency_days, result.median_frequency, result.median_monetary
    if recency is None or frequency is None or monetary is None:
        return None
    return Middles(recency, frequency, monetary)


def kept_facts() -> Lookup[Kept]:
    """What is kept beside the latest run itself."""

    def read(rows: Rows) -> Kept:
        (row,) = rows
        of_all = row["products_of_all"]
        return Kept(
            settings=ContentSettings() if row["updated_at"] is None else settings_of(row),
            of_all=None if of_all is None else tuple(of_all),
            of_segment=msgspec.json.decode(row["products"] or "{}", type=dict[str, tuple[str, ...]]),
        )

    return Lookup(sql.SETTINGS_AND_PRODUCTS, (), read)


async def count_products(run: PastRun, kept: Kept) -> Kept:
    """``kept`` with what sells best, counted now, once for the latest run."""
    since = start_of(run.as_of - dt.timedelta(days=DAYS - 1), run.timezone)
    until = start_of(run.as_of + dt.timedelta(days=1), run.timezone)
    segments = [None, *(result.segment for result in run.results)]
    rows = await current_scope().fetch(sql.COUNT_PRODUCTS, run.id, since, until, FEWEST, PRODUCTS_KEPT, segments)
    if not rows:  # somebody else counted them meanwhile
        return await look_up(kept_facts())
    counted = {row["segment"]: tuple(row["products"]) for row in rows}
    return replace(kept, of_all=counted.pop(None, ()), of_segment=counted)
