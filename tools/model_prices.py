"""Make ``core/src/batikrfm/usage/model_prices.json`` from the map of prices that litellm brings.

    python tools/model_prices.py [--map model_prices_and_context_window_backup.json] [--date 2026-11-25] [--source TEXT]

litellm is not imported, only its file is read: from the installed package unless ``--map`` names one. Which models are in the table is
said below; a model that the map has lost, or whose price is no whole number of micro-USD for a million tokens, ends this with an error.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from importlib import metadata, util
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parent.parent / "core/src/batikrfm/usage/model_prices.json"
MAP = "model_prices_and_context_window_backup.json"

MODELS = {
    "openai": {
        name: name
        for name in (
            "gpt-6-luna",
            "gpt-6-sol",
            "gpt-6-astra",
            "gpt-5.6-luna",
            "gpt-5.6-terra",
            "gpt-5.6-sol",
            "gpt-5.4-mini",
            "gpt-5.4-nano",
            "gpt-5-mini",
            "gpt-5-nano",
            "gpt-4.1-mini",
            "gpt-4o-mini",
            "omni-moderation-latest",
        )
    },
    "groq": {name: f"groq/{name}" for name in ("openai/gpt-oss-20b", "openai/gpt-oss-120b", "qwen/qwen3.8-27b")},
}
"""Provider, model, and the model's name in the map."""

HALF_IN_BATCHES = {("groq", "openai/gpt-oss-20b"), ("groq", "openai/gpt-oss-120b")}
"""Models of which the vendor's own page says that a batch costs half, and the map says nothing (console.groq.com/docs/batch)."""

FREE = {"template": {"template-1": "it is ours and asks no vendor"}}

Entry = dict[str, Any]


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--map", type=Path, help="litellm's map [default: of the installed litellm]")
    parser.add_argument("--date", default=dt.datetime.now(dt.UTC).date().isoformat(), help="the day for which the map is true")
    parser.add_argument("--source", help="what the table says of where it is from")
    given = parser.parse_args()
    path = given.map or installed_map()
    source = given.source or f"litellm {metadata.version('litellm')}, {MAP}"
    table = table_of(json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal), given.date, source)
    TABLE.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    print(f"{TABLE.name}: {sum(map(len, table['models'].values()))} models as of {given.date}")


def installed_map() -> Path:
    """The map in the installed litellm, which is found and not imported."""
    found = util.find_spec("litellm")
    if found is None or found.origin is None:
        raise SystemExit("litellm is not installed: name its map with --map")
    return Path(found.origin).with_name(MAP)


def table_of(prices: Mapping[str, Mapping[str, Any]], date: str, source: str) -> Entry:
    """The table for the models above, from litellm's ``prices``."""
    models = {
        provider: {model: entry_of(provider, model, prices[name]) for model, name in names.items()} for provider, names in MODELS.items()
    }
    free = {
        provider: {model: {"input": "0", "output": "0", "source": why} for model, why in of_it.items()} for provider, of_it in FREE.items()
    }
    return {"date": date, "source": source, "unit": "USD per million tokens", "models": models | free}


def entry_of(provider: str, model: str, prices: Mapping[str, Any]) -> Entry:
    """One model's prices, live and in batches."""
    live = {
        "input": prices["input_cost_per_token"],
        "cached": prices.get("cache_read_input_token_cost", prices["input_cost_per_token"]),
        "output": prices["output_cost_per_token"],
    }
    entry: Entry = {kind: dollars(price) for kind, price in live.items()}
    if "input_cost_per_token_batches" in prices:
        half = Decimal("0.5")
        batch = {
            "input": prices["input_cost_per_token_batches"],
            "cached": prices.get("cache_read_input_token_cost_batches", live["cached"] * half),
            "output": prices["output_cost_per_token_batches"],
        }
    elif (provider, model) in HALF_IN_BATCHES:
        batch = {kind: price * Decimal("0.5") for kind, price in live.items()}
    else:
        return entry
    return entry | {"batch": {kind: dollars(price) for kind, price in batch.items()}}


def dollars(for_a_token: Decimal) -> str:
    """Dollars for a million tokens, as text and exact."""
    million = Decimal(for_a_token) * 1_000_000
    if million * 1_000_000 != int(million * 1_000_000):
        raise SystemExit(f"{for_a_token} is no whole number of micro-USD for a million tokens")
    return f"{million.normalize():f}"


if __name__ == "__main__":
    main()
