"""What models cost: a small dated table in this package, made by ``tools/model_prices.py``, with a file of the operator's on top.

A price is micro-USD for a million tokens: a whole number, for vendors say dollars for a million with a few digits. A call's exact cost is
then a whole number of millionths of a micro-USD, rounded once, half up, when it is recorded.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from batikrfm.usage.errors import UsageSettingError
from batikrfm.usage.settings import UsageSettings

logger = logging.getLogger(__name__)

NAME: Final = "BATIKRFM_MODEL_PRICES"
MILLION: Final = 1_000_000
SNAPSHOT: Final = re.compile(r"-\d{4}-\d{2}-\d{2}$")
"""The day at the end of a model's name that vendors answer with where the name alone was asked for."""


@dataclass(frozen=True, slots=True)
class Price:
    """Micro-USD for a million tokens of each kind."""

    input: int
    cached: int
    output: int

    def exact(self, input_tokens: int, cached_tokens: int, output_tokens: int) -> int:
        """The cost in millionths of a micro-USD. Cached tokens are part of the input."""
        return (input_tokens - cached_tokens) * self.input + cached_tokens * self.cached + output_tokens * self.output

    def cost(self, input_tokens: int, cached_tokens: int, output_tokens: int) -> int:
        """The cost in micro-USD."""
        return (self.exact(input_tokens, cached_tokens, output_tokens) + MILLION // 2) // MILLION


@dataclass(frozen=True, slots=True)
class ModelPrice:
    """A model's price as of ``date``, by ``source``. ``batch`` is None where nobody says what the Batch API costs."""

    provider: str
    model: str
    live: Price
    batch: Price | None
    date: dt.date
    source: str


@dataclass(frozen=True)
class PriceTable:
    """Prices by provider and model."""

    entries: Mapping[str, Mapping[str, ModelPrice]]

    def find(self, provider: str, model: str) -> ModelPrice | None:
        """The price of what a provider's plugin calls ``model``. None: unknown, which is not free.

        ``groq/openai/gpt-oss-20b`` of LiteLLM is Groq's ``openai/gpt-oss-20b``; ``ollama/*`` is the price of all that begins so.
        """
        for name in (model, SNAPSHOT.sub("", model)):
            for owner, its_name in _readings(provider, name):
                if (found := self._of(owner, its_name)) is not None:
                    return found
        return None

    def _of(self, provider: str, model: str) -> ModelPrice | None:
        models = self.entries.get(provider, {})
        if model in models:
            return models[model]
        fitting = [name for name in models if name.endswith("*") and model.startswith(name[:-1])]
        return models[max(fitting, key=len)] if fitting else None

    @property
    def all(self) -> tuple[ModelPrice, ...]:
        """Every price, by provider and model."""
        return tuple(self.entries[provider][model] for provider in sorted(self.entries) for model in sorted(self.entries[provider]))

    @functools.cached_property
    def dearest(self) -> Price:
        """The highest price of each kind: what a model without a price is taken for where a budget has to err on the safe side."""
        every = [one.live for one in self.all]
        return Price(max(p.input for p in every), max(p.cached for p in every), max(p.output for p in every))


def prices() -> PriceTable:
    """Our prices with the operator's file on top, which is read anew when it has changed.

    Raises:
        UsageSettingError: that file cannot be read.
    """
    path = UsageSettings.from_environment().model_prices
    if path is None:
        return ours()
    try:
        return _with_file(path, path.stat().st_mtime_ns)
    except OSError:
        raise UsageSettingError(name=NAME, value=path) from None


def prices_at_hand() -> PriceTable:
    """As :func:`prices`; where the operator's file cannot be read, ours, and the log says so. For what must not fail: the call was made."""
    try:
        return prices()
    except UsageSettingError:
        logger.warning("the file that %s names cannot be read, so the prices of this package are used", NAME)
        return ours()


def may_cost(provider: str, model: str, input_tokens: int, output_tokens: int) -> int:
    """What a call to ``model`` costs in micro-USD if it takes all these tokens; by the dearest price where its own is unknown."""
    table = prices_at_hand()
    price = table.find(provider, model)
    return (price.live if price else table.dearest).cost(input_tokens, 0, output_tokens)


@functools.cache
def ours() -> PriceTable:
    """The table that this package brings."""
    return PriceTable(_read(json.loads(files("batikrfm.usage").joinpath("model_prices.json").read_bytes())))


@functools.lru_cache(maxsize=2)
def _with_file(path: Path, _changed: int) -> PriceTable:
    try:
        theirs = _read(json.loads(path.read_bytes()))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation):
        raise UsageSettingError(name=NAME, value=path) from None
    both = {*ours().entries, *theirs}
    return PriceTable({provider: {**ours().entries.get(provider, {}), **theirs.get(provider, {})} for provider in both})


def _readings(provider: str, model: str) -> Iterator[tuple[str, str]]:
    yield provider, model
    owner, slash, rest = model.partition("/")
    if provider == "litellm":  # its names say whose model it is, OpenAI's apart
        yield (owner, rest) if slash else ("openai", model)


def _read(table: Mapping[str, Any]) -> dict[str, dict[str, ModelPrice]]:
    date, source = dt.date.fromisoformat(table["date"]), str(table["source"])
    return {
        provider: {model: _entry(provider, model, entry, date, source) for model, entry in models.items()}
        for provider, models in table["models"].items()
    }


def _entry(provider: str, model: str, entry: Mapping[str, Any], date: dt.date, source: str) -> ModelPrice:
    batch = entry.get("batch")
    return ModelPrice(
        provider,
        model,
        _price(entry),
        None if batch is None else _price(batch),
        dt.date.fromisoformat(entry["date"]) if "date" in entry else date,
        str(entry.get("source", source)),
    )


def _price(entry: Mapping[str, Any]) -> Price:
    """From dollars for a million tokens, written as texts. Cached input costs what input does unless it is said."""
    return Price(_micro(entry["input"]), _micro(entry.get("cached", entry["input"])), _micro(entry["output"]))


def _micro(dollars: str | float) -> int:
    amount = Decimal(str(dollars)) * MILLION
    if not amount.is_finite() or amount < 0 or amount != int(amount):
        raise ValueError(dollars)
    return int(amount)
