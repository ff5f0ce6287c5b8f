"""Moves between segments on a terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rich import box
from rich.console import Console
from rich.table import Table

from batikrfm.figures import count, day
from batikrfm.plugins import find_strategy
from batikrfm.plugins.errors import NoSuchStrategyError
from batikrfm.sdk.text import Language, Text
from batikrfm.segmentation.history import Flow, Move, PastRun, latest_run, moves_matrix, moves_of_run
from batikrfm.tenancy import tenant_scope

TITLE = Text(id="Perpindahan per {day}", en="Moves as of {day}")
FROM_TO = Text(id="Dari \\ ke", en="From \\ to")
NEW, LEFT = Text(id="(baru)", en="(new)"), Text(id="(tidak lagi)", en="(left)")
CUSTOMER, FROM, TO = Text(id="Pelanggan", en="Customer"), Text(id="Dari", en="From"), Text(id="Ke", en="To")
NOTHING_BEFORE = Text(
    id="Belum ada pembandingnya: ini hitungan pertama dengan strategi {strategy}. Perpindahan terlihat mulai hitungan berikutnya.",
    en="There is nothing to compare with: this was the first run by {strategy}. Moves show from the next run on.",
)
NOBODY = Text(id="Tidak ada yang pindah segmen.", en="Nobody moved.")


@dataclass(frozen=True)
class Moves:
    """The latest run with its flows and, if asked for, everyone who moved."""

    run: PastRun
    flows: list[Flow]
    customers: list[Move]


async def read(tenant_id: UUID, *, with_customers: bool) -> Moves:
    """Raises ``NoRunsError`` if the tenant was never segmented."""
    async with tenant_scope(tenant_id):
        run = await latest_run()
        return Moves(run, await moves_matrix(run.id), await moves_of_run(run.id, limit=None) if with_customers else [])


def as_json(moves: Moves, *, with_customers: bool) -> str:
    """One object: ``run``, ``compared_with``, ``strategy``, ``as_of``, ``moves`` (from, to, customers) and, if asked for, ``customers``."""
    run = moves.run
    told: dict[str, Any] = {
        "run": str(run.id),
        "compared_with": str(run.compared_with) if run.compared_with else None,
        "strategy": run.strategy,
        "as_of": run.as_of.isoformat(),
        "moves": [{"from": flow.from_segment, "to": flow.to_segment, "customers": flow.customers} for flow in moves.flows],
    }
    if with_customers:
        told["customers"] = [{"customer": move.key, "from": move.from_segment, "to": move.to_segment} for move in moves.customers]
    return json.dumps(told, ensure_ascii=False)


def show(moves: Moves, lang: Language) -> None:
    """Print a matrix from (rows) to (columns), then everyone who moved if they were asked for."""
    console = Console(markup=False)
    if not moves.flows:
        console.print((NOBODY if moves.run.compared_with else NOTHING_BEFORE).say(lang, strategy=moves.run.strategy))
        return
    names = _names(moves.run, lang)
    console.print(TITLE.say(lang, day=day(moves.run.as_of, lang)))
    console.print(_matrix(moves.flows, names, lang))
    if moves.customers:
        console.print(_list(moves.customers, names, lang))


def _names(run: PastRun, lang: Language) -> Mapping[str, str]:
    """Segment keys to names, in the strategy's order; keys stand for themselves where the strategy is no longer installed."""
    keys = {result.segment: result.segment for result in run.results}
    try:
        return keys | {segment.key: segment.name.say(lang) for segment in find_strategy(run.strategy).segments}
    except NoSuchStrategyError:
        return keys


def _matrix(found: list[Flow], names: Mapping[str, str], lang: Language) -> Table:
    flows = {(flow.from_segment, flow.to_segment): flow.customers for flow in found}
    rows: list[str | None] = [key for key in [*names, None] if any(source == key for source, _ in flows)]
    columns: list[str | None] = [key for key in [*names, None] if any(target == key for _, target in flows)]
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column(FROM_TO.say(lang))
    for target in columns:
        table.add_column(names[target] if target else LEFT.say(lang), justify="right")
    for source in rows:
        cells = [flows.get((source, target)) for target in columns]
        table.add_row(names[source] if source else NEW.say(lang), *(count(cell, lang) if cell else "" for cell in cells))
    return table


def _list(customers: list[Move], names: Mapping[str, str], lang: Language) -> Table:
    table = Table(*(heading.say(lang) for heading in (CUSTOMER, FROM, TO)), box=box.SIMPLE_HEAD)
    for move in customers:
        source = names[move.from_segment] if move.from_segment else NEW.say(lang)
        target = names[move.to_segment] if move.to_segment else LEFT.say(lang)
        table.add_row(_shown(move.key), source, target)
    return table


def _shown(key: str) -> str:
    """A customer's key, which came out of somebody's file, without what a terminal would obey."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in key)
