"""What a number is, in words: a :class:`~batikrfm.segmentation.tracing.Trace` as one sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation.tracing import Trace
from batikrfm_tenants.portal.formats import Formats

CUSTOMERS: Final = Text(id="Pelanggan", en="Customers")
ORDERS: Final = Text(id="Pesanan", en="Orders")
PURCHASES: Final = Text(id="Pembelian", en="Purchases")
OF_ONE: Final = Text(id="seorang pelanggan", en="of one customer")
BUYERS: Final = {
    "all": Text(id="yang berbelanja", en="who bought"),
    "new": Text(id="yang baru pertama kali berbelanja", en="who bought for the first time"),
    "returning": Text(id="yang sudah pernah berbelanja sebelumnya", en="who had bought before"),
}
BOUGHT_BY: Final = {
    "all": Text(id="dari pelanggan yang dikenal", en="by known customers"),
    "new": Text(id="dari pelanggan baru", en="by new customers"),
    "returning": Text(id="dari pelanggan lama", en="by returning customers"),
}
SEGMENT: Final = Text(id="di segmen {name}", en="in the segment {name}")
NO_SEGMENT: Final = Text(id="di luar segmen mana pun", en="in no segment")
R: Final = Text(id="dengan nilai R {score}", en="with score R {score}")
FM: Final = Text(id="dengan nilai FM {score}", en="with score FM {score}")
R_AND_FM: Final = Text(id="dengan nilai R {r} dan FM {fm}", en="with scores R {r} and FM {fm}")
MOVED: Final = Text(id="yang pindah dari {before} ke {after}", en="who moved from {before} to {after}")
STAYED: Final = Text(id="yang tetap di {after}", en="who stayed in {after}")
CAME: Final = Text(id="yang baru masuk ke {after}", en="who are new in {after}")
WENT: Final = Text(id="yang tidak lagi dihitung, tadinya di {before}", en="no longer counted, formerly in {before}")
BETWEEN: Final = Text(id="dari {since} sampai {until}", en="from {since} to {until}")
ON: Final = Text(id="pada {since}", en="on {since}")
FROM_ON: Final = Text(id="sejak {since}", en="since {since}")
UP_TO: Final = Text(id="sampai {until}", en="until {until}")
NOWHERE: Final = "-"

NET: Final = Text(
    id="Uangnya sudah dikurangi barang yang dikembalikan; pesanan yang batal tidak dihitung.",
    en="What came back is taken off the money; cancelled orders do not count.",
)
SOLD: Final = Text(
    id="Uangnya sebesar yang dijual: barang yang dikembalikan tidak mengurangi; pesanan yang batal tidak dihitung.",
    en="The money is what was sold: what came back is not taken off; cancelled orders do not count.",
)


def sentence(trace: Trace, names: Mapping[str, Text]) -> Text:
    """What the number behind ``trace`` is; ``names`` are those of the segments."""
    return Text(id=" ".join(_parts(trace, names, "id")), en=" ".join(_parts(trace, names, "en")))


def money_rule(trace: Trace) -> Text:
    """Which money counts."""
    return NET if trace.returns == "net" else SOLD


def _parts(trace: Trace, names: Mapping[str, Text], language: Language) -> Iterator[str]:
    yield _what(trace).say(language)
    yield from _who(trace, language)
    yield from _where(trace, names, language)
    yield from _moved(trace, names, language)
    yield from _when(trace, language)


def _what(trace: Trace) -> Text:
    if trace.of == "customers":
        return CUSTOMERS
    return PURCHASES if trace.purchases_only else ORDERS


def _who(trace: Trace, language: Language) -> Iterator[str]:
    if trace.customer_id is not None:
        yield OF_ONE.say(language)
    elif trace.buyers is not None:
        yield (BUYERS if trace.of == "customers" else BOUGHT_BY)[trace.buyers].say(language)


def _where(trace: Trace, names: Mapping[str, Text], language: Language) -> Iterator[str]:
    if trace.segment == NOWHERE:
        yield NO_SEGMENT.say(language)
    elif trace.segment is not None:
        yield SEGMENT.say(language, name=_name(trace.segment, names, language))
    if trace.r is not None and trace.fm is not None:
        yield R_AND_FM.say(language, r=trace.r, fm=trace.fm)
    elif trace.r is not None:
        yield R.say(language, score=trace.r)
    elif trace.fm is not None:
        yield FM.say(language, score=trace.fm)


def _moved(trace: Trace, names: Mapping[str, Text], language: Language) -> Iterator[str]:
    before, after = trace.from_segment, trace.to_segment
    if before is None or after is None:
        return
    text = STAYED if before == after else CAME if before == NOWHERE else WENT if after == NOWHERE else MOVED
    yield text.say(language, before=_name(before, names, language), after=_name(after, names, language))


def _when(trace: Trace, language: Language) -> Iterator[str]:
    formats = Formats(language=language)
    since, until = _day(trace.since, formats), _day(trace.until, formats)
    if trace.since and trace.until:
        yield (ON if trace.since == trace.until else BETWEEN).say(language, since=since, until=until)
    elif trace.since:
        yield FROM_ON.say(language, since=since)
    elif trace.until:
        yield UP_TO.say(language, until=until)


def _day(day: dt.date | None, formats: Formats) -> str:
    return formats.day(day) if day else ""


def _name(key: str, names: Mapping[str, Text], language: Language) -> str:
    return names[key].say(language) if key in names else key
