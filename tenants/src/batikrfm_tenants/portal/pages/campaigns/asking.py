"""What the wizard's forms say, as a plan; and a plan as the forms show it. What cannot be read is a problem beside its field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from batikrfm.delivery.audience import AudienceFilter
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.forms import Form

ALL, SOME = "semua", "segmen"
DAY: Final = Text(id="Tanggal ini tidak ada.", en="There is no such day.")
NUMBER: Final = Text(id="Isi dengan bilangan bulat, misalnya 3.", en="Fill in a whole number, such as 3.")
MONEY: Final = Text(id="Isi dengan angka, misalnya 250.000.", en="Fill in an amount, such as 250,000.")
MINUTE: Final = Text(id="Tulis jamnya seperti 08:30.", en="Write the time as 08:30.")
NAME: Final = Text(id="Beri nama, supaya mudah dicari lagi.", en="Give it a name, to find it again.")
LONGEST_NAME: Final = 120
PICK_CHANNEL: Final = Text(id="Pilih salurannya dulu.", en="Choose a channel first.")
PICK_SEGMENT: Final = Text(id="Pilih paling sedikit satu segmen, atau semua pelanggan.", en="Choose a segment at least, or all customers.")
CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
FILTERS: Final = ("last_from", "last_until", "spent_least", "spent_most", "purchases_least", "purchases_most")


@dataclass(frozen=True)
class Who:
    """The first step: what the campaign is called, by which channel, to whom."""

    name: str
    channel: str
    segments: tuple[str, ...]
    filter: AudienceFilter


@dataclass
class Reader:
    """Reads a form field by field, and gathers what is wrong with it in ``form``."""

    form: Form

    def refuse(self, name: str, words: Text) -> None:
        """One more problem."""
        self.form = self.form.refused(words, name)

    def day(self, name: str) -> dt.date | None:
        """A date; None where the field is empty."""
        text = self.form[name]
        if not text:
            return None
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            self.refuse(name, DAY)
            return None

    def whole(self, name: str) -> int | None:
        """A whole number; None where the field is empty."""
        text = self.form[name]
        if not text:
            return None
        if text.isascii() and text.isdecimal() and len(text) < 8:  # noqa: PLR2004 - more than anybody has of anything here
            return int(text)
        self.refuse(name, NUMBER)
        return None

    def money(self, name: str, language: str) -> Decimal | None:
        """An amount as people of the page's language write it; None where the field is empty."""
        text = self.form[name].removeprefix("Rp").replace(" ", "")
        if not text:
            return None
        thousands, point = (".", ",") if language == "id" else (",", ".")
        try:
            amount = Decimal(text.replace(thousands, "").replace(point, "."))
        except InvalidOperation:
            amount = Decimal("NaN")
        if amount.is_finite() and 0 <= amount < 10**14:
            return amount
        self.refuse(name, MONEY)
        return None

    def minute(self, name: str) -> int | None:
        """``08:30`` as minutes after midnight."""
        clock = CLOCK.fullmatch(self.form[name])
        if clock:
            return int(clock[1]) * 60 + int(clock[2])
        self.refuse(name, MINUTE)
        return None


def who_of(form: Form, channels: Collection[str], segments: Collection[str], language: str) -> tuple[Who, Form]:
    """The first step as ``form`` says it, and the form with its problems."""
    reader = Reader(form)
    if not 0 < len(form["name"]) <= LONGEST_NAME:
        reader.refuse("name", NAME)
    if form["channel"] not in channels:
        reader.refuse("channel", PICK_CHANNEL)
    chosen = tuple(one for one in segments if one in form.all("segment")) if form["whom"] == SOME else ()
    if form["whom"] == SOME and not chosen:
        reader.refuse("segment", PICK_SEGMENT)
    who = Who(form["name"], form["channel"], chosen, filter_of(reader, language))
    return who, reader.form


def filter_of(reader: Reader, language: str) -> AudienceFilter:
    """Which customers of the segments."""
    return AudienceFilter(
        last_from=reader.day("last_from"),
        last_until=reader.day("last_until"),
        spent_least=reader.money("spent_least", language),
        spent_most=reader.money("spent_most", language),
        purchases_least=reader.whole("purchases_least"),
        purchases_most=reader.whole("purchases_most"),
    )


def filter_shown(wanted: AudienceFilter, language: str) -> dict[str, str]:
    """The filter as the form's fields show it."""
    return {name: _shown(getattr(wanted, name), language) for name in FILTERS}


def _shown(value: object, language: str) -> str:
    if isinstance(value, Decimal):
        text = f"{value:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text.replace(".", ",") if language == "id" else text
    return "" if value is None else str(value)
