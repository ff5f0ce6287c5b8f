"""The figures at the top of the first page, each with what it was before."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from batikrfm.figures import count, decimal_money, percent, whole_percent
from batikrfm.reports import page_words as words
from batikrfm.reports.finding import Tone
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation.overview import Figure, Overview

Written = Callable[[Decimal], str]


def headline(overview: Overview, language: Language) -> list[dict[str, Any]]:
    """Label, value, change, value before and tone of each figure."""

    def counted(number: Decimal) -> str:
        return count(int(number), language)

    def money(amount: Decimal) -> str:
        return decimal_money(amount, overview.run.currency, language)

    return [
        _card(words.BUYERS, overview.customers, counted, language),
        _card(words.REVENUE, overview.revenue, money, language),
        _card(words.PURCHASES, overview.purchases, counted, language),
        _rate(overview.repeat_rate, language),
    ]


def _card(label: Text, figure: Figure, written: Written, language: Language) -> dict[str, Any]:
    now, before = figure.value or Decimal(0), figure.before or Decimal(0)
    change = ""
    if before > 0 and now > 0 and (parts := whole_percent(abs(now - before) / before)) and now < before * 10:
        change = (words.UP if now > before else words.DOWN).say(language, change=percent(Decimal(parts) / 100, language))
    return {
        "label": label.say(language),
        "value": written(now),
        "change": change,
        "before": words.BEFORE.say(language, before=written(before)),
        "tone": _tone(now, before),
    }


def _rate(figure: Figure, language: Language) -> dict[str, Any]:
    """A rate moves by points, not by percent of a percent."""
    told = {
        "label": words.REPEAT_RATE.say(language),
        "value": words.NO_VALUE if figure.value is None else percent(figure.value, language),
    }
    if figure.value is None or figure.before is None:
        return {**told, "change": "", "before": words.NOTHING_BEFORE.say(language), "tone": "plain"}
    points = whole_percent(figure.value) - whole_percent(figure.before)
    said = (words.A_POINT if abs(points) == 1 else words.POINTS).say(language, points=abs(points))
    return {
        **told,
        "change": (words.UP if points > 0 else words.DOWN).say(language, change=said) if points else "",
        "before": words.BEFORE.say(language, before=percent(figure.before, language)),
        "tone": _tone(Decimal(points), Decimal(0)),
    }


def _tone(now: Decimal, before: Decimal) -> Tone:
    return "plain" if now == before else "good" if now > before else "bad"
