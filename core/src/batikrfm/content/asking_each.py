"""What is asked for several orders of one shop, in a few statements for all of them. Runs in the tenant's scope."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from batikrfm.content.asking import Asking, Question, filled_in, finished, judged, seen_of, subject_of
from batikrfm.content.blocks import tame
from batikrfm.content.chain import ChainPlan, chain_plan
from batikrfm.content.errors import OrderError, PrivacyGateError, PromptError
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
    seen, chain, today = await look_up_all(_sendable(drafted), plan, quota_lock(GENERATIONS))
    changed = {key: one for key, one in seen.items() if not isinstance(one, Asking)}  # nearly never
    if changed:
        passed = await look_up(_sendable(changed))
        seen = {key: passed.get(key, one) for key, one in seen.items()}
    return Asked({key: one for key, one in seen.items() if isinstance(one, Asking)}, chain, today)


def _sendable(drafted: Mapping[UUID, Question]) -> Lookup[dict[UUID, Question]]:
    """Each as :func:`batikrfm.content.asking.sendable` gives it, those left out that the gate stops."""
    texts = {key: seen_of(one) for key, one in drafted.items()}
    found = find([text for of_one in texts.values() for text in of_one])

    def read(rows: Rows) -> dict[UUID, Question]:
        kinds, seen = iter(found.read(rows)), dict[UUID, Question]()
        for key, one in drafted.items():
            of_one = list(itertools.islice(kinds, len(texts[key])))
            with contextlib.suppress(PrivacyGateError):
                seen[key] = judged(one, of_one)
        return seen

    return Lookup(found.sql, found.values, read)


def _filled(order: Order, facts: Facts | None) -> Order | None:
    """None for what cannot be ordered like this, and for a segment that is not there."""
    try:
        return filled_in(order, facts) if facts else None
    except OrderError:
        return None
