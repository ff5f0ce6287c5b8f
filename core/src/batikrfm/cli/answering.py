"""What `analyze` and `demo` do, apart from how they are asked: files in, an answer out, by either of two ways."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from batikrfm.plugins import find_strategy
from batikrfm.sales import read_orders
from batikrfm.sdk.text import Language
from batikrfm.segmentation import Analysis
from batikrfm.segmentation import as_json as json_object
from batikrfm.segmentation.asking import Question, answer
from batikrfm.segmentation.errors import NoPurchases

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Reading:
    """Which files, and what a person said of their columns and sheets."""

    files: tuple[Path, ...]
    chosen: Mapping[str, str]
    sheet: str | None = None


@dataclass(frozen=True)
class Answered:
    """An analysis, the rows that did not make it, and status words that were taken for a sale because we do not know them."""

    analysis: Analysis
    rejected: pl.DataFrame
    unknown_statuses: tuple[str, ...] = ()

    def as_json(self, lang: Language) -> str:
        return json_object(self.analysis, lang).decode()

    def show(self, lang: Language) -> None:
        """Print it for a person."""
        from batikrfm.cli.screen import show

        show(self.analysis, lang)

    def write(self, folder: Path, lang: Language) -> tuple[Path, ...]:
        """Write the report files into ``folder``."""
        from batikrfm.reports import write_reports

        return write_reports(folder, self.analysis, self.rejected, lang)


def question_of(  # noqa: PLR0913, PLR0917 - one for each option
    strategy: str, as_of: dt.datetime | None, returns: str, since_days: int | None, currency: str, timezone: str
) -> Question:
    """The question that the options of a command line ask."""
    return Question(
        strategy=find_strategy(strategy),
        as_of=as_of.date() if as_of else None,
        open_ended=as_of is None,
        returns="ignore" if returns == "ignore" else "net",
        since_days=since_days,
        currency=currency,
        timezone=timezone,
    )


def from_files(reading: Reading, question: Question) -> Answered:
    """In memory: no database is started."""
    orders = read_orders(reading.files, chosen=reading.chosen, sheet=reading.sheet, timezone=question.timezone, currency=question.currency)
    return Answered(answer(orders, question), orders.rejected, orders.unknown_statuses)


def from_database(reading: Reading, question: Question, data_dir: Path | None, lang: Language) -> Answered:
    """Through PostgreSQL, in a tenant's shop of its own that is gone again afterwards."""
    from batikrfm.cli.options import run_with_database

    return run_with_database(data_dir, lambda: _through_a_shop(reading, question, lang))


async def _through_a_shop(reading: Reading, question: Question, lang: Language) -> Answered:
    from batikrfm.sales.importing import import_files
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
