"""A month of AI as the page shows it: money in dollars and rupiah, charts with their tables, an estimate, the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Final

from batikrfm.content.facts import segment_called
from batikrfm.figures import decimal_money
from batikrfm.sdk.text import Language, Text
from batikrfm.usage import MICRO, BudgetState, CallOutcome, Entry, Estimate, Line, Standing, Tokens, UsageReport, Workload, estimate
from batikrfm.usage.estimating import ASSUMED
from batikrfm.usage.words import dollars
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.formats import Formats
from batikrfm_tenants.portal.forms import Form

MODELS_SHOWN: Final = 8
WEEKS: Final = 4
PURPOSES: Final = {
    "content": Text(id="Pesan yang dipesan", en="Words that were ordered"),
    "copy": Text(id="Menulis pesan", en="Writing messages"),
    "weekly": Text(id="Pesan mingguan", en="Weekly words"),
    "repair": Text(id="Memperbaiki jawaban", en="Repairing an answer"),
    "moderation": Text(id="Memeriksa isi", en="Moderation"),
}
OUTCOMES: Final = {
    CallOutcome.COMPLETE: Text(id="selesai", en="complete"),
    CallOutcome.CUT_OFF: Text(id="terpotong", en="cut off"),
    CallOutcome.REFUSED: Text(id="ditolak AI", en="refused by the AI"),
    CallOutcome.FILTERED: Text(id="disaring penyedia", en="filtered by the provider"),
    CallOutcome.UNUSABLE: Text(id="jawabannya tidak bisa dipakai", en="the answer could not be used"),
    CallOutcome.FAILED: Text(id="gagal", en="failed"),
    CallOutcome.UNANSWERED: Text(id="tidak dijawab", en="not answered"),
    CallOutcome.CACHED: Text(id="dari simpanan", en="kept from before"),
}
NO_SEGMENT: Final = Text(id="tanpa segmen", en="of no segment")


@dataclass(frozen=True)
class Sum:
    """A sum of the report with its name in words."""

    name: Text | str
    line: Line
    cost: str
    cost_idr: str


@dataclass(frozen=True)
class Table:
    """Sums of one kind, and the same as a chart."""

    id: str
    heading: Text
    sums: tuple[Sum, ...]
    chart: dict[str, Any]


@dataclass(frozen=True)
class Estimated:
    """What a month would cost with one model."""

    provider: str
    model: str
    live: str
    batch: str | None
    price_date: dt.date


@dataclass(frozen=True)
class Written:
    """A call of the ledger in words."""

    entry: Entry
    purpose: Text | str
    segment: Text | None
    outcome: Text
    cost: str | None


@dataclass(frozen=True)
class Money:
    """The month's money in words. What is None was not set, or nobody knows it."""

    spent: str
    spent_idr: str | None
    forecast: str
    saved_by_cache: str
    saved_by_batch: str
    limit: str | None
    limit_value: str
    left: str | None
    guessed: str
    held: str


@dataclass(frozen=True, kw_only=True)
class UsagePage(Page):
    """What is left of quota and budget, what a month cost and for what, what a month would cost."""

    template: ClassVar[str] = "using/page.html"
    form: Form = field(metadata={"help": "The budget's form as it was sent."})
    quota: Standing = field(metadata={"help": "Today's quota."})
    budget: BudgetState = field(metadata={"help": "The month's budget."})
    money: Money = field(metadata={"help": "The month's money in words."})
    month: dt.date = field(metadata={"help": "The month that is shown, by its first day."})
    earlier: str = field(metadata={"help": "The month before, as an address has it."})
    later: str | None = field(metadata={"help": "The month after; None where that has not begun."})
    total: Line = field(metadata={"help": "All calls of the month together."})
    tables: tuple[Table, ...] = field(metadata={"help": "By day, model, segment and purpose."})
    prices_date: dt.date = field(metadata={"help": "As of when the prices are."})
    rate_date: dt.date | None = field(metadata={"help": "As of when the rupiah's rate is."})
    notices: tuple[Text, ...] = field(metadata={"help": "Models that are gone or going."})
    workload: Workload = field(metadata={"help": "What the estimate is for."})
    tokens: Tokens = field(metadata={"help": "The tokens that the estimate goes by."})
    estimates: tuple[Estimated, ...] = field(metadata={"help": "What that would cost, the cheapest first."})


@dataclass(frozen=True, kw_only=True)
class LedgerPage(Page):
    """Every call, the newest first, without what was asked and answered."""

    template: ClassVar[str] = "using/ledger.html"
    entries: tuple[Written, ...] = field(metadata={"help": "Fifty calls."})
    older: str | None = field(metadata={"help": "The last one's id where there are more of them."})


def usage_page(  # noqa: PLR0913 - what the page shows
    desk: Desk,
    form: Form,
    report: UsageReport,
    *,
    strategy: str,
    segments: int,
    shops: int,
    tokens: Tokens | None,
    notices: tuple[Text, ...],
) -> UsagePage:
    """The page of a month."""
    formats, workload = desk.formats, Workload(shops, max(1, segments), WEEKS)
    used = tokens or ASSUMED
    return UsagePage(
        form=form,
        quota=report.quota,
        budget=report.budget,
        money=_money(report, formats),
        month=report.month,
        earlier=f"{report.month - dt.timedelta(days=1):%Y-%m}",
        later=_later(report.month, formats.now.date()),
        total=report.total,
        tables=_tables(report, strategy, formats),
        prices_date=report.prices_date,
        rate_date=report.rate_date,
        notices=notices,
        workload=workload,
        tokens=used,
        estimates=tuple(_estimated(one, formats) for one in estimate(workload, used)[:MODELS_SHOWN]),
    )


def ledger_page(found: Sequence[Entry], page: int, strategy: str, language: Language) -> LedgerPage:
    """``found`` is one more than a ``page`` where there are more."""
    entries = found[:page]
    written = tuple(_written(one, strategy, language) for one in entries)
    return LedgerPage(entries=written, older=str(entries[-1].id) if len(found) > page else None)


def _money(report: UsageReport, formats: Formats) -> Money:
    budget, total, language = report.budget, report.total, formats.language
    return Money(
        spent=dollars(total.cost, language),
        spent_idr=_rupiah(total.cost_idr, formats),
        forecast=dollars(report.forecast, language),
        saved_by_cache=dollars(total.saved_by_cache, language),
        saved_by_batch=dollars(total.saved_by_batch, language),
        limit=None if budget.limit is None else dollars(budget.limit, language),
        limit_value="" if budget.limit is None else f"{Decimal(budget.limit) / MICRO:.2f}",
        left=None if budget.left is None else dollars(budget.left, language),
        guessed=dollars(budget.guessed, language),
        held=dollars(budget.held, language),
    )


def _rupiah(e4: int | None, formats: Formats) -> str | None:
    return None if e4 is None else decimal_money(Decimal(e4) / 10_000, "IDR", formats.language)


def _later(month: dt.date, today: dt.date) -> str | None:
    after = (month + dt.timedelta(days=32)).replace(day=1)
    return f"{after:%Y-%m}" if after <= today else None


def _tables(report: UsageReport, strategy: str, formats: Formats) -> tuple[Table, ...]:
    days = tuple(_sum(one, formats.day(dt.date.fromisoformat(one.name)), formats) for one in report.days)
    models = tuple(_sum(one, one.name, formats) for one in report.models)
    segments = tuple(_sum(one, segment_called(one.name, strategy).name if one.name else NO_SEGMENT, formats) for one in report.segments)
    purposes = tuple(_sum(one, PURPOSES.get(one.name, one.name), formats) for one in report.purposes)
    return (
        _table("hari", Text(id="Per hari", en="By day"), days, formats),
        _table("model", Text(id="Per model", en="By model"), models, formats),
        _table("segmen", Text(id="Per segmen", en="By segment"), segments, formats),
        _table("keperluan", Text(id="Per keperluan", en="By purpose"), purposes, formats),
    )


def _table(key: str, heading: Text, sums: tuple[Sum, ...], formats: Formats) -> Table:
    calls = Text(id="Panggilan", en="Calls").say(formats.language)
    names = [one.name.say(formats.language) if isinstance(one.name, Text) else one.name for one in sums]
    return Table(
        key,
        heading,
        sums,
        {
            "x": names,
            "series": [
                {"name": calls, "values": [one.line.calls for one in sums]},
                {"name": "US$", "values": [one.line.cost / MICRO for one in sums]},
            ],
        },
    )


def _sum(line: Line, name: Text | str, formats: Formats) -> Sum:
    return Sum(name, line, dollars(line.cost, formats.language), _rupiah(line.cost_idr, formats) or "")


def _estimated(one: Estimate, formats: Formats) -> Estimated:
    return Estimated(
        one.provider,
        one.model,
        _both(one.live, one.live_idr, formats),
        None if one.batch is None else _both(one.batch, one.batch_idr, formats),
        one.price.date,
    )


def _both(micro: Decimal, e4: int | None, formats: Formats) -> str:
    rupiah, said = _rupiah(e4, formats), dollars(micro, formats.language)
    return f"{said} ({rupiah})" if rupiah else said


def _written(entry: Entry, strategy: str, language: Language) -> Written:
    return Written(
        entry=entry,
        purpose=PURPOSES.get(entry.purpose, entry.purpose),
        segment=segment_called(entry.segment, strategy).name if entry.segment else None,
        outcome=OUTCOMES[entry.outcome],
        cost=None if entry.cost is None else dollars(entry.cost, language),
    )
