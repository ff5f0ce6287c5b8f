"""What `analyze` and `demo` do, apart from how they are asked: files in, an answer out, by either of two ways."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from batikrfm.sdk.text import Language

if TYPE_CHECKING:
    import polars as pl

    from batikrfm.segmentation import Analysis
    from batikrfm.segmentation.asking import Question


@dataclass(frozen=True)
class Reading:
    """Which files, and what a person said of their columns and sheets."""

    files: tuple[Path, ...]
    chosen: Mapping[str, str]
    sheet: str | None = None


@dataclass(frozen=True)
class Asked:
    """What is asked, in the words of the command line."""

    strategy: str = "rfm5"
    as_of: dt.datetime | None = None
    returns: str = "net"
    since_days: int | None = None
    currency: str = "IDR"
    timezone: str = "Asia/Jakarta"

    def question(self) -> Question:
        """The same with the strategy found: ``NoSuchStrategyError`` if there is none."""
        from batikrfm.plugins import find_strategy
        from batikrfm.segmentation.asking import Question

        return Question(
            strategy=find_strategy(self.strategy),
            as_of=self.as_of.date() if self.as_of else None,
            open_ended=self.as_of is None,
            returns="ignore" if self.returns == "ignore" else "net",
            since_days=self.since_days,
            currency=self.currency,
            timezone=self.timezone,
        )


@dataclass(frozen=True)
class Answered:
    """An analysis, the rows that did not make it, and status words that were taken for a sale because we do not know them."""

    analysis: Analysis
    rejected: pl.DataFrame
    unknown_statuses: tuple[str, ...] = ()

    def as_json(self, lang: Language) -> str:
        from batikrfm.segmentation import as_json

        return as_json(self.analysis, lang).decode()

    def show(self, lang: Language) -> None:
        """Print it for a person."""
        from batikrfm.cli.screen import show

        show(self.analysis, lang)

    def write(self, folder: Path, lang: Language) -> tuple[Path, ...]:
        """Write the report files into ``folder``."""
        from batikrfm.reports import write_reports

        return write_reports(folder, self.analysis, self.rejected, lang)


def from_files(reading: Reading, asked: Asked) -> Answered:
    """In memory: no database is started. What it takes to answer is loaded while the files are read.

    Reading imports nothing by then: one thread imports, the other does not.
    """
    from batikrfm.sales.reading import read_files

    with ThreadPoolExecutor(1) as thread:
        files = thread.submit(read_files, reading.files, sheet=reading.sheet)
        from batikrfm.sales.reading_orders import orders_in
        from batikrfm.segmentation.asking import answer

        question = asked.question()
        sheets = files.result()
    del files  # the sheets are let go one by one
    orders = orders_in(sheets, chosen=reading.chosen, timezone=question.timezone, currency=question.currency)
    return Answered(answer(orders, question), orders.rejected, orders.unknown_statuses)


def from_database(reading: Reading, asked: Asked, data_dir: Path | None, lang: Language) -> Answered:
    """Through PostgreSQL, in a tenant's shop of its own that is gone again afterwards."""
    from batikrfm.cli.options import run_with_database

    question = asked.question()
    return run_with_database(data_dir, lambda: _through_a_shop(reading, question, lang))


async def _through_a_shop(reading: Reading, question: Question, lang: Language) -> Answered:
    from batikrfm.sales.importing import import_files
    from batikrfm.segmentation.errors import NoPurchases
    from batikrfm.segmentation.reporting import analysis_of, day_after_last_sale, with_keys
    from batikrfm.segmentation.running import run_segmentation
    from batikrfm.tenancy import create_tenant, delete_tenant

    tenant = await create_tenant("analyze", time_zone=question.timezone, currency=question.currency, language=lang)
    try:
        imported = await import_files(tenant, reading.files, chosen=reading.chosen, sheet=reading.sheet, save_mapping=False)
        after = await day_after_last_sale(tenant.id, question)
        if after is None:
            raise NoPurchases(rows=imported.rows)
        run = await run_segmentation(tenant.id, replace(question, as_of=question.as_of or after))
        analysis = await analysis_of(tenant.id, await with_keys(tenant.id, run.scored), question)
        return Answered(analysis, imported.rejected, imported.unknown_statuses)
    finally:
        await delete_tenant(tenant.id)
