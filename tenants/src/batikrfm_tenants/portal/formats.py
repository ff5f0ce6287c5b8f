"""Numbers, money and times as the reader writes them: ``Rp 1.250.000``, ``31 Des 2025``, ``3 jam yang lalu``.

One :class:`Formats` says how one page speaks: its language, the shop's currency and time zone, and what time it is now. While a page
is rendered it is the :func:`current` one, which is what the templates' filters ask.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent

from batikrfm import figures
from batikrfm.sdk.text import Language, Text

KILO = 1000
LOCALES = {"id": Locale("id"), "en": Locale("en")}
JUST_NOW = Text(id="baru saja", en="just now")
A_WHILE = dt.timedelta(seconds=45)


@dataclass(frozen=True)
class Formats:
    """How one page speaks."""

    language: Language = "id"
    currency: str = "IDR"
    time_zone: str = "Asia/Jakarta"
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    def number(self, value: Decimal | float, digits: int = 0) -> str:
        """With thousands apart, and at most ``digits`` after the comma."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "")
        return format_decimal(value, pattern, locale=self._locale)

    def money(self, amount_e4: int, currency: str | None = None) -> str:
        """An amount in ten-thousandths of the shop's currency, rounded to what is paid in it."""
        return figures.money(amount_e4, currency or self.currency, self.language)

    def amount(self, amount: Decimal, currency: str | None = None) -> str:
        """As :meth:`money`, of an exact amount in the shop's currency itself."""
        return figures.decimal_money(amount, currency or self.currency, self.language)

    def share(self, part: int | Decimal, whole: int | Decimal, digits: int = 0) -> str:
        """``part`` of ``whole`` in percent; ``0%`` of nothing."""
        return self.percent(Decimal(part) / Decimal(whole) if whole else Decimal(0), digits)

    def percent(self, ratio: Decimal | float, digits: int = 0) -> str:
        """0.25 as ``25%``."""
        return format_percent(ratio, "#,##0" + ("." + "#" * digits if digits else "") + "%", locale=self._locale)

    def day(self, moment: dt.date) -> str:
        """``31 Des 2025``: a date as it is, a moment as the shop's clock has it."""
        return format_date(self._here(moment) if isinstance(moment, dt.datetime) else moment, "d MMM y", locale=self._locale)

    def moment(self, moment: dt.datetime) -> str:
        """``31 Des 2025 14.05`` on the shop's clock."""
        return f"{self.day(moment)}\N{NO-BREAK SPACE}{self.clock(moment)}"

    def clock(self, moment: dt.datetime) -> str:
        """``14.05`` on the shop's clock, on 24 hours in both languages."""
        return format_time(self._here(moment), "HH.mm" if self.language == "id" else "HH:mm", locale=self._locale)

    def ago(self, moment: dt.datetime) -> str:
        """``3 jam yang lalu``, ``dalam 2 hari``."""
        passed = moment - self.now
        if abs(passed) < A_WHILE:
            return JUST_NOW.say(self.language)
        return format_timedelta(passed, add_direction=True, locale=self._locale)

    def iso(self, moment: dt.datetime) -> str:
        """For a ``datetime`` attribute."""
        return format_datetime(moment.astimezone(dt.UTC), "yyyy-MM-dd'T'HH:mm:ss'Z'", locale="en")

    def filesize(self, size: int) -> str:
        """``1,2 MB`` of a number of bytes."""
        value, unit = Decimal(size), "B"
        for larger in ("kB", "MB", "GB"):
            if value < KILO:
                break
            value, unit = value / KILO, larger
        return f"{self.number(value, digits=1)}\N{NO-BREAK SPACE}{unit}"

    @property
    def _locale(self) -> Locale:
        return LOCALES[self.language]

    def _here(self, moment: dt.datetime) -> dt.datetime:
        return moment.astimezone(ZoneInfo(self.time_zone))


FILTERS = ("number", "money", "amount", "share", "percent", "day", "moment", "clock", "ago", "iso", "filesize")
"""The methods that templates use by name: ``{{ revenue | money }}``, ``{{ part | share(whole) }}``."""

_current: ContextVar[Formats] = ContextVar("batikrfm_portal_formats")


def current() -> Formats:
    """How the page that is being rendered speaks."""
    return _current.get()


@contextlib.contextmanager
def speaking(formats: Formats) -> Iterator[None]:
    """Render inside of this."""
    token = _current.set(formats)
    try:
        yield
    finally:
        _current.reset(token)
