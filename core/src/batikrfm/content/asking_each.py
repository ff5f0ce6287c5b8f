"""What is asked for several orders of one shop, in a few statements for all of them. Runs in the tenant's scope."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from typing import get_args
from uuid import UUID

from batikrfm.content.asking import Asking, Question, filled_in, finished, own_words, parts_of, subject_of
from batikrfm.content.blocks import tame
from batikrfm.content.errors import OrderError, PromptError
from batikrfm.content.facts import Facts, read_facts_of
from batikrfm.content.gate import find_each
from batikrfm.content.model import Order
from batikrfm.content.prompts import Prompt, prompts_for
from batikrfm.sdk.text import Language


async def ask_each(orders: Mapping[UUID, Order]) -> dict[UUID, Asking]:
    """What is asked for each of ``orders``, as :func:`batikrfm.content.asking.ask` says. What that would raise for is left out.

    Raises:
        NoRunsError: the shop was not segmented yet.
    """
    facts = await read_facts_of({order.segment for order in orders.values()})
    known = {key: order for key, order in orders.items() if order.segment in facts}
    wanted = {key: order for key, order in ((key, _filled(order, facts[order.segment])) for key, order in known.items()) if order}
    prompts = await _prompts_of(wanted.values())
    named = await _nameable(facts.values())
    asked: dict[UUID, Question] = {}
    for key, order in wanted.items():
        with contextlib.suppress(PromptError):
            about = facts[order.segment]
            asked[key] = finished(order, subject_of(order, about, named[order.segment]), prompts[order.segment, order.language])
    return await _through_gate(asked)


async def _prompts_of(orders: Collection[Order]) -> dict[tuple[str, Language | None], Prompt]:
    found: dict[tuple[str, Language | None], Prompt] = {}
    for language in get_args(Language):
        if segments := [order.segment for order in orders if order.language == language]:
            found |= {(segment, language): prompt for segment, prompt in (await prompts_for(segments, language)).items()}
    return found


async def _nameable(several: Collection[Facts]) -> dict[str, tuple[str, ...]]:
    """The products of each segment that speak of nobody."""
    texts = [(facts, tame(product)) for facts in several for product in facts.products]
    kinds = await find_each([(text, own_words(facts)) for facts, text in texts])
    named: dict[str, list[str]] = {facts.segment.key: [] for facts in several}
    for (facts, text), kind in zip(texts, kinds, strict=True):
        if kind is None:
            named[facts.segment.key].append(text)
    return {segment: tuple(products) for segment, products in named.items()}


async def _through_gate(asked: Mapping[UUID, Question]) -> dict[UUID, Asking]:
    """Those that may be sent."""
    parts = [(key, part, own_words(one.facts)) for key, one in asked.items() for part in parts_of(one)]
    kinds = await find_each([(part.text, own) for _, part, own in parts])
    stopped = {key for (key, _, _), kind in zip(parts, kinds, strict=True) if kind is not None}
    return {key: one.passed() for key, one in asked.items() if key not in stopped}


def _filled(order: Order, facts: Facts) -> Order | None:
    """None for what cannot be ordered like this."""
    try:
        return filled_in(order, facts)
    except OrderError:
        return None
