"""A month of AI and an estimate on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Plain

from batikrfm.figures import count, day, decimal_money, money
from batikrfm.sdk.text import Language, Text
from batikrfm.usage import BudgetState, Estimate, Line, Tokens, UsageReport, Workload
from batikrfm.usage.estimating import ASSUMED, OWNERS_MONTH
from batikrfm.usage.words import dollars, moment

NARROWEST = 72  # columns of a screen for which figures are kept whole
QUOTA = Text(
    id="Hari ini tersisa {left} dari {limit} konten; terisi lagi {when}.",
    en="{left} of {limit} contents are left today; renewed on {when}.",
)
BUDGET = Text(
    id="Anggaran bulan ini {limit}, terpakai {spent}, tersisa {left}.", en="This month's budget is {limit}: {spent} spent, {left} left."
)
NO_BUDGET = Text(id="Tanpa batas anggaran. Bulan ini terpakai {spent}.", en="No budget. Spent this month: {spent}.")
FORECAST = Text(id="Perkiraan sampai akhir bulan: {forecast}.", en="By the end of the month: {forecast}, if it goes on like this.")
SAVED = Text(id="Dihemat {cache} oleh cache dan {batch} oleh batch.", en="Saved {cache} by the cache and {batch} by batches.")
UNPRICED = Text(
    id="Biaya {calls} panggilan tidak diketahui, jadi belum termasuk. Isi harganya lewat BATIKRFM_MODEL_PRICES.",
    en="The cost of {calls} calls is unknown and not in these figures. Say their price with BATIKRFM_MODEL_PRICES.",
)
NOTHING = Text(id="Belum ada pemakaian AI di bulan ini.", en="No AI was used in this month.")
USED = Text(id="Pemakaian AI {month}", en="AI used in {month}")
LINES = (
    Text(id="", en=""),
    Text(id="Panggilan", en="Calls"),
    Text(id="Cache", en="Cache"),
    Text(id="Gagal", en="Failed"),
    Text(id="Token masuk", en="Tokens in"),
    Text(id="Token keluar", en="Tokens out"),
    Text(id="Biaya", en="Cost"),
)
GROUPS = {
    "days": Text(id="Hari", en="Day"),
    "models": Text(id="Model", en="Model"),
    "segments": Text(id="Segmen", en="Segment"),
    "purposes": Text(id="Keperluan", en="Purpose"),
}
NO_SEGMENT = Text(id="(tanpa segmen)", en="(no segment)")

WORKLOAD = Text(
    id="{shops} toko x {segments} segmen x {weeks} minggu = {contents} konten",
    en="{shops} shops x {segments} segments x {weeks} weeks = {contents} contents",
)
MEASURED = Text(
    id="Per konten {input} token masuk ({cached} dari cache) dan {output} keluar: nilai tengah dari {samples} panggilan.",
    en="A content has {input} tokens in ({cached} cached) and {output} out: the median of {samples} calls.",
)
GIVEN = Text(
    id="Per konten {input} token masuk ({cached} dari cache) dan {output} keluar, seperti yang Anda tulis.",
    en="A content has {input} tokens in ({cached} cached) and {output} out, as you said.",
)
ASSUMING = Text(
    id="Belum ada panggilan yang tercatat; dianggap {input} token masuk ({cached} dari cache) dan {output} keluar per konten.",
    en="No call was recorded yet; a content is taken to have {input} tokens in ({cached} cached) and {output} out.",
)
ESTIMATES = (
    Text(id="Model", en="Model"),
    Text(id="USD/juta token", en="USD/M tokens"),
    Text(id="US$", en="US$"),
    Text(id="US$ batch", en="US$ batch"),
    Text(id="Rupiah", en="Rupiah"),
)
OWNERS = Text(
    id="Hitungan awal pemilik: 2.000 konten seharga {owners}; untuk {contents} konten {scaled}.",
    en="The owner reckoned with {owners} for 2,000 contents; that is {scaled} for {contents}.",
)
PRICES = Text(
    id="Harga per sejuta token (masuk / cache / keluar), berlaku {day}. Sumber: {source}.",
    en="Prices for a million tokens (in / cached / out) as of {day}, from: {source}.",
)
RATE = Text(
    id="Rupiah dihitung dari cara yang termurah, dengan kurs {rate} per dolar pada {day}.",
    en="Rupiah are of the cheaper way, at {rate} for a dollar on {day}.",
)
NO_RATE = Text(id="Kurs dolar tidak diketahui; isi BATIKRFM_USD_IDR.", en="No rate of the dollar is known; set BATIKRFM_USD_IDR.")


def show_report(report: UsageReport, lang: Language, console: Console | None = None) -> None:
    """Print a month for a person."""
    out = console or Console()
    for sentence in _standing(report, lang):
        out.print(Plain(sentence))
    if not report.total.calls:
        out.print(Plain(NOTHING.say(lang)))
        return
    wide = out.width >= NARROWEST
    out.print(_lines(USED.say(lang, month=f"{report.month:%Y-%m}"), (report.total,), "", lang, wide=wide))
    for name, heading in GROUPS.items():
        out.print(_lines("", getattr(report, name), heading.say(lang), lang, wide=wide))


def _standing(report: UsageReport, lang: Language) -> Iterable[str]:
    quota, total = report.quota, report.total
    yield QUOTA.say(lang, left=quota.left, limit=quota.limit, when=moment(quota.renews_at, lang))
    yield _budget(report.budget, lang)
    if total.calls:
        yield FORECAST.say(lang, forecast=dollars(report.forecast, lang))
        yield SAVED.say(lang, cache=dollars(total.saved_by_cache, lang), batch=dollars(total.saved_by_batch, lang))
    if total.unpriced:
        yield UNPRICED.say(lang, calls=count(total.unpriced, lang))


def _budget(budget: BudgetState, lang: Language) -> str:
    spent = dollars(budget.spent + budget.guessed, lang)
    if budget.limit is None or budget.left is None:
        return NO_BUDGET.say(lang, spent=spent)
    return BUDGET.say(lang, limit=dollars(budget.limit, lang), spent=spent, left=dollars(budget.left, lang))


def _lines(title: str, lines: Sequence[Line], heading: str, lang: Language, *, wide: bool) -> Table:
    """A table whose names may be folded, and whose figures are not cut through where the screen is ``wide``."""
    table = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    rows = [_row(line, heading, lang) for line in lines]
    for position, column in enumerate(LINES):
        said = (column.say(lang) or heading).split()
        figures = (figure for row in rows for figure in row[position].splitlines())
        widest = max(map(len, (*said, *figures))) if position and wide else None
        table.add_column("\n".join(said), justify="right" if position else "left", overflow="fold", min_width=widest)
    for row in rows:
        table.add_row(*map(Plain, row))
    return table


def _row(line: Line, heading: str, lang: Language) -> tuple[str, ...]:
    figures = (line.calls, line.cached, line.failed, line.input_tokens, line.output_tokens)
    name = line.name or (NO_SEGMENT.say(lang) if heading else "")
    return name, *(count(figure, lang) for figure in figures), _cost(line, lang)


def _cost(line: Line, lang: Language) -> str:
    """Dollars, with a question mark where a part is unknown; and below them rupiah, where there is a rate."""
    rupiah = f"\n{money(line.cost_idr, 'IDR', lang)}" if line.cost_idr else ""
    return f"{dollars(line.cost, lang)}{' + ?' if line.unpriced else ''}{rupiah}"


def show_estimates(
    workload: Workload, tokens: Tokens, estimates: Sequence[Estimate], lang: Language, console: Console | None = None
) -> None:
    """Print an estimate for a person, with the prices it is made from and their days."""
    out = console or Console()
    figures = {"shops": workload.shops, "segments": workload.segments, "weeks": workload.weeks, "contents": workload.contents}
    said = ASSUMING if tokens is ASSUMED else MEASURED if tokens.samples else GIVEN
    out.print(Plain(WORKLOAD.say(lang, **{name: count(figure, lang) for name, figure in figures.items()})))
    counted = {"input": tokens.input, "cached": tokens.cached, "output": tokens.output, "samples": tokens.samples}
    out.print(Plain(said.say(lang, **{name: count(figure, lang) for name, figure in counted.items()})))
    out.print(_estimates(estimates, lang))
    scaled = OWNERS_MONTH * workload.contents / Workload().contents
    owners = {"owners": dollars(OWNERS_MONTH, lang), "contents": count(workload.contents, lang), "scaled": dollars(scaled, lang)}
    out.print(Plain(OWNERS.say(lang, **owners)))
    for at, source in sorted({(one.price.date, one.price.source) for one in estimates}):
        out.print(Plain(PRICES.say(lang, day=day(at, lang), source=source)))
    rate = estimates[0].rate if estimates else None
    out.print(Plain(RATE.say(lang, rate=decimal_money(rate.idr, "IDR", lang), day=day(rate.date, lang)) if rate else NO_RATE.say(lang)))


def _estimates(estimates: Sequence[Estimate], lang: Language) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    rows = [_estimate(one, lang) for one in estimates]
    for position, column in enumerate(ESTIMATES):
        widest = max((len(row[position]) for row in rows), default=0)  # a digit is never cut off
        table.add_column(column.say(lang), justify="right" if position > 1 else "left", min_width=widest)
    for row in rows:
        table.add_row(*map(Plain, row))
    return table


def _estimate(one: Estimate, lang: Language) -> tuple[str, ...]:
    live = one.price.live
    least_idr = one.live_idr if one.batch_idr is None else one.batch_idr
    return (
        f"{one.provider}/{one.model}",
        "/".join(_figure(price, lang) for price in (live.input, live.cached, live.output)),
        _figure(one.live, lang),
        "" if one.batch is None else _figure(one.batch, lang),
        "" if least_idr is None else money(least_idr, "IDR", lang),
    )


def _figure(micro_usd: int | Decimal, lang: Language) -> str:
    return dollars(micro_usd, lang).removeprefix("US$")
