"""What is asked for several orders of one shop, in a few statements for all of them. Runs in the tenant's scope."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from batikrfm.content.asking import Asking, Question, filled_in, finished, own_words, parts_of, subject_of, without
from batikrfm.content.blocks import tame
from batikrfm.content.chain import ChainPlan, chain_plan
from batikrfm.content.errors import OrderError, PromptError
from batikrfm.content.facts import Facts
from batikrfm.content.gate import find
from batikrfm.content.known import read_known
from batikrfm.content.model import Order
from batikrfm.db.lookups import Lookup, Rows, look_up, look_up_all
from batikrfm.usage import GENERATIONS, Today, quota_lock


@dataclass(frozen=True)
class Asked:
    """What may be sent, by the order's key; of whom it is asked; and the shop's quota, locked, None before its first time."""

    askings: Mapping[UUID, Asking]
    plan: ChainPlan
    today: Today | None


async def ask_each(orders: Mapping[UUID, Order]) -> Asked:
    """What is asked for each of ``orders``, and of whom. What :func:`batikrfm.content.asking.ask` would raise for is left out.

    Raises:
        NoRunsError: the shop was not segmented yet.
    """
    known = await read_known(orders.values())
    facts = known.facts
    wanted = {key: filled for key, order in orders.items() if (filled := _filled(order, facts.get(order.segment)))}
    prompts = await known.prompts_of(wanted.values())
    drafted: dict[UUID, Question] = {}
    for key, order in wanted.items():
        assert order.language  # noqa: S101 - it was filled in
        with contextlib.suppress(PromptError):
            subject = subject_of(order, facts[order.segment], tuple(map(tame, facts[order.segment].products)))
            drafted[key] = finished(order, subject, prompts[order.segment, order.language])
    # From the lock on, the shop's other orders wait for the end of this scope.
    plan = chain_plan(known.settings.chain, known.plugins)
    asked, passed, chain, today = await look_up_all(_nameable(drafted), _through_gate(drafted), plan, quota_lock(GENERATIONS))
    all_nameable = all(asked[key] is one for key, one in drafted.items())  # nearly always, so the gate has seen them already
    return Asked(passed if all_nameable else await look_up(_through_gate(asked)), chain, today)


def _nameable(drafted: Mapping[UUID, Question]) -> Lookup[dict[UUID, Question]]:
    """Each without the products that speak of somebody, as :func:`batikrfm.content.asking.nameable` says."""
    found = find([(product, own_words(one.facts)) for one in drafted.values() for product in one.subject.products])

    def read(rows: Rows) -> dict[UUID, Question]:
        kinds = iter(found.read(rows))
        return {key: without(one, list(itertools.islice(kinds, len(one.subject.products)))) for key, one in drafted.items()}

    return Lookup(found.sql, found.values, read)


def _through_gate(asked: Mapping[UUID, Question]) -> Lookup[dict[UUID, Asking]]:
    """Those that may be sent."""
    parts = [(key, part, own_words(one.facts)) for key, one in asked.items() for part in parts_of(one)]
    found = find([(part.text, own) for _, part, own in parts])

    def read(rows: Rows) -> dict[UUID, Asking]:
        stopped = {key for (key, _, _), kind in zip(parts, found.read(rows), strict=True) if kind is not None}
        return {key: one.passed() for key, one in asked.items() if key not in stopped}

    return Lookup(found.sql, found.values, read)


def _filled(order: Order, facts: Facts | None) -> Order | None:
    """None for what cannot be ordered like this, and for a segment that is not there."""
    try:
        return filled_in(order, facts) if facts else None
    except OrderError:
        return None
