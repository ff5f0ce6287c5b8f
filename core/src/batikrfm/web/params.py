"""Parameters and words that several routes share."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.params import QueryParameter

from batikrfm.sdk.text import Language, Text
from batikrfm.web.answering import language_of

MOST = 200
PLUGINS = "plugins"
"""Where the application's state keeps the plugins of the installation."""

Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=MOST, description="How many a page holds")]
Cursor = Annotated[
    str | None,
    QueryParameter(name="cursor", min_length=1, max_length=1000, description="`next` of the page before; leave out for the first"),
]

Money = Annotated[
    str,
    msgspec.Meta(description="Exact decimal number in the shop's currency", pattern=r"^-?[0-9]+(\.[0-9]+)?$", examples=["1250000"]),
]
Number = Annotated[str, msgspec.Meta(description="Exact decimal number", pattern=r"^-?[0-9]+(\.[0-9]+)?$", examples=["12.5"])]
Next = Annotated[str | None, msgspec.Meta(description="The `cursor` of the page after; null on the last one")]


def exact(number: Decimal) -> str:
    """``number`` as a text, without an exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact_or_none(number: Decimal | None) -> str | None:
    """As :func:`exact`."""
    return None if number is None else exact(number)


def said(text: Text | None, language: Language) -> str | None:
    """``text`` in ``language``."""
    return None if text is None else text.say(language)


def language(request: Request[Any, Any, Any]) -> Language:
    """The language of the answer."""
    return language_of(request.scope)
