"""What a finding is, and how figures get into its sentence: in both languages at once, each written as that language writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from batikrfm import figures
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation.customers import CustomerFilter
from batikrfm.segmentation.tracing import Trace

Tone = Literal["good", "bad", "watch", "plain"]
"""Good news, bad news, something to do about, or a fact."""
Unit = Literal["money", "count", "share", "days"]
Said = Callable[[Language], str]
"""A value as one language writes it."""


@dataclass(frozen=True)
class Finding:
    """One thing that an owner should know.

    ``number`` is the figure that ``sentence`` is about, in ``unit``: the shop's currency, or 0..1 for a share. It comes from the rows
    behind ``traces``, which add up to it; where it is about who the customers are and not a sum, from the list that ``listed`` filters.
    """

    key: str
    sentence: Text
    number: Decimal
    unit: Unit
    tone: Tone
    traces: tuple[Trace, ...] = ()
    listed: CustomerFilter | None = None


def sentence(template: Text, **values: Said) -> Text:
    """``template`` with its placeholders filled in, in both languages."""

    def filled(language: Language) -> str:
        return template.say(language, **{name: said(language) for name, said in values.items()})

    return Text(id=filled("id"), en=filled("en"))


def money(amount: Decimal, currency: str) -> Said:
    return lambda language: figures.decimal_money(amount, currency, language)


def count(number: int | Decimal) -> Said:
    return lambda language: figures.count(int(number), language)


def times(number: Decimal) -> Said:
    return lambda language: figures.decimal(number.quantize(Decimal("0.1")), language)


def percent(share: Decimal) -> Said:
    return lambda language: figures.percent(share, language)


def day(date: dt.date) -> Said:
    return lambda language: figures.day(date, language)


def named(*names: Text) -> Said:
    """Names in a row: Hampir Pergi dan Sudah Pergi."""
    return lambda language: joined([name.say(language) for name in names], language)


def joined(words: Sequence[str], language: Language) -> str:
    """``a``, ``a dan b``, ``a, b dan c``."""
    last = " dan " if language == "id" else " and "
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def number_of(number: int, one: Text, many: Text) -> Text:
    """English tells one from many; Indonesian says both the same."""
    return one if number == 1 else many
