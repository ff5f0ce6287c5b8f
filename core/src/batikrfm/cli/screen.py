"""An analysis on a terminal: who the customers are, what to do for them, and how the numbers come about."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from batikrfm.cli.words import ROWS
from batikrfm.figures import count, day, decimal, decimal_money, share
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation import Analysis
from batikrfm.segmentation.summary import SegmentSummary

TITLE = Text(id="Pelanggan Anda per {day}", en="Your customers as of {day}")
COLUMNS = (
    Text(id="Segmen", en="Segment"),
    Text(id="Pelanggan", en="Customers"),
    Text(id="Omzet", en="Revenue"),
    Text(id="Terakhir beli", en="Last bought"),
    Text(id="Berapa kali", en="How often"),
    Text(id="Belanja", en="Spent"),
)
CAPTION = Text(
    id="Tiga kolom terakhir: nilai tengah (median) per pelanggan.",
    en="The last three columns are medians, the customer in the middle.",
)
DAYS_AGO = Text(id="{days} hari lalu", en="{days} days ago")
A_DAY_AGO = Text(id="{days} hari lalu", en="{days} day ago")
TIMES = Text(id="{times}x", en="{times}x")
NEXT = Text(id="Langkah berikutnya", en="What to do next")
REVENUE = Text(
    id="Omzet {revenue} dari {orders} pembelian oleh {customers} pelanggan.",
    en="Revenue {revenue}, purchases {orders}, customers {customers}.",
)
ANONYMOUS = Text(id="Termasuk {revenue} dari penjualan tanpa nama pelanggan.", en="That includes {revenue} of sales without a customer.")
RETURNED_ONLY = Text(
    id="Termasuk {revenue} dari pelanggan yang hanya mengembalikan barang.",
    en="That includes {revenue} of customers who only sent things back.",
)


def show(analysis: Analysis, lang: Language, console: Console | None = None) -> None:
    """Print ``analysis`` for a person."""
    (console or Console()).print(page(analysis, lang))


def page(analysis: Analysis, lang: Language) -> RenderableType:
    """Everything that :func:`show` prints, for a terminal or a picture."""
    return Group(_segments(analysis, lang), Styled(), _actions(analysis, lang), Styled(), *_sentences(analysis, lang))


def _segments(analysis: Analysis, lang: Language) -> Table:
    scored = analysis.scored
    table = Table(
        title=TITLE.say(lang, day=day(scored.as_of, lang)),
        caption=CAPTION.say(lang),
        title_justify="left",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=0,  # six columns with figures in rupiah have to fit into a terminal of 80
    )
    for position, column in enumerate(COLUMNS):
        table.add_column(column.say(lang), justify="left" if position == 0 else "right", overflow="fold")  # a digit is never cut off
    for segment in scored.segments:
        table.add_row(*_row(segment, analysis, lang), style=None if segment.customers else "dim")
    return table


def _row(summary: SegmentSummary, analysis: Analysis, lang: Language) -> tuple[str, ...]:
    name = summary.segment.name.say(lang)
    if not summary.customers:
        return (name, "0", "", "", "", "")
    assert summary.median_recency_days is not None  # noqa: S101 - a segment with customers has medians
    assert summary.median_frequency is not None  # noqa: S101 - as above
    assert summary.median_monetary is not None  # noqa: S101 - as above
    return (
        name,
        f"{count(summary.customers, lang)} ({share(summary.customers, analysis.customers, lang)})",
        decimal_money(summary.revenue, analysis.currency, lang),
        _days_ago(summary.median_recency_days, lang),
        TIMES.say(lang, times=decimal(summary.median_frequency, lang)),
        decimal_money(summary.median_monetary, analysis.currency, lang),
    )


def _days_ago(days: Decimal, lang: Language) -> str:
    return (A_DAY_AGO if days == 1 else DAYS_AGO).say(lang, days=decimal(days, lang))


def _actions(analysis: Analysis, lang: Language) -> Table:
    """One next step for every segment that has customers."""
    table = Table(title=NEXT.say(lang), title_justify="left", show_header=False, box=None, padding=(0, 2, 0, 0))
    for summary in analysis.scored.segments:
        if summary.customers:
            table.add_row(Styled(summary.segment.name.say(lang), style="bold"), summary.segment.action.say(lang))
    return table


def _sentences(analysis: Analysis, lang: Language) -> Iterator[Styled]:
    """How the numbers come about, in words; what the owner should know comes last and stands out."""
    outcomes = {name: count(number, lang) for name, number in analysis.rows_by_outcome.items()}
    yield Styled(ROWS.say(lang, rows=count(analysis.rows, lang), **outcomes))
    yield Styled(
        REVENUE.say(
            lang,
            revenue=decimal_money(analysis.revenue, analysis.currency, lang),
            orders=count(analysis.orders, lang),
            customers=count(analysis.customers, lang),
        )
    )
    for words, revenue in ((ANONYMOUS, analysis.revenue_without_customer), (RETURNED_ONLY, analysis.revenue_without_purchase)):
        if revenue:
            yield Styled(words.say(lang, revenue=decimal_money(revenue, analysis.currency, lang)))
    segmentation = analysis.scored.segmentation
    yield Styled(segmentation.reason.say(lang))
    for notice in segmentation.notices:
        yield Styled(notice.say(lang), style="bold yellow")
