"""Answers that come by a provider's batch: asked for now, answered hours later at half the price, kept as if they had been live.

::

    prepare()    tenant's scope: facts, prompt, gate, quota held for a day     -> a request
    keep()       outside of any scope: answer -> copy -> moderation            -> one write scope: quota, ledger, cache, keep(drafts)
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from batikrfm.content import kept
from batikrfm.content.asking import Asking, ask
from batikrfm.content.cache import Keep, generated_of, job_id, read_drafts
from batikrfm.content.chain import About, Chain, moderate
from batikrfm.content.kept import Answer
from batikrfm.content.model import Copy, Generated, Order
from batikrfm.content.moderated import answer_of, texts_of
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, Call, check_budget, record, reserve, settle

if TYPE_CHECKING:
    from batikrfm.sdk import Completion, CompletionRequest

HELD_FOR: Final = dt.timedelta(hours=26)
"""A batch may take a day; what is reserved for it is kept a little longer."""


@dataclass(frozen=True)
class Prepared:
    """One request of a batch, and what the ledger is told of it."""

    asking: Asking
    request: CompletionRequest
    about: About


async def prepare(order: Order, model: str, *, key: UUID) -> Prepared | None:
    """The request for ``order``, its quota held under ``key``; None where the cache has the answer. In the tenant's scope.

    Raises:
        InputError, NotFoundError: as :func:`batikrfm.content.generating.generate`.
        QuotaUsedUpError, BudgetUsedUpError: there is no room for it today.
    """
    asking = await ask(order)
    if await kept.find(asking) is not None:
        return None
    await reserve(GENERATIONS, key=key, lease=HELD_FOR)
    await check_budget()
    return described(asking, model, key=key)


async def again(order: Order, model: str, *, key: UUID) -> Prepared:
    """The same without holding anything, for whoever handed it in before. In the tenant's scope."""
    return described(await ask(order), model, key=key)


def described(asking: Asking, model: str, *, key: UUID) -> Prepared:
    """The request whose answer is known by ``key``."""
    request = asking.request(model, str(key))
    wanted = asking.order
    return Prepared(asking, request, About(wanted.purpose, wanted.tier, wanted.segment, job_id(), request.prompt))


async def keep(  # noqa: PLR0913 - the answer, and everything it is kept with
    chain: Chain, prepared: Prepared, completion: Completion, call: Call, *, key: UUID, asked_for: str, also: Keep
) -> Generated:
    """An answer of a batch, moderated, paid and kept. Outside of any scope.

    ``asked_for`` is the content hash of what was handed in. Where the shop asks for something else by now, the answer is kept for whoever
    reviews it, judged by the rules of today, but the cache does not take it for an answer to the new question.

    Raises:
        UnusableAnswerError: it is no copy; nothing is kept.
        QuotaUsedUpError, ReservationLostError: what was held went to others meanwhile; nothing is kept.
    """
    asking, calls = prepared.asking, [call]
    copies: tuple[Copy, ...] = asking.accept(completion)
    moderated = await moderate(chain, texts_of(copies), segment=asking.order.segment, job_id=job_id(), ledger=calls)
    answer = answer_of(copies, completion, moderated, provider=call.provider, model=call.model)
    async with tenant_scope(chain.tenant_id):
        await settle((await reserve(GENERATIONS, key=key)).id)
        await record(*calls)
        generated = await _cached(asking, answer, key, asked_for)
        await also(generated)
    return generated


async def _cached(asking: Asking, answer: Answer, key: UUID, asked_for: str) -> Generated:
    """The answer as drafts, in the cache if it is to what would be asked now, too."""
    holds = dt.timedelta(days=asking.facts.settings.cache_days)
    same = asking.content_hash == asked_for
    expires_at = await kept.fill(asking, key, answer, holds) if same and await kept.claim(asking, key) else None
    generated = generated_of(asking, answer, await read_drafts(asking, answer), expires_at or await kept.moment())
    return replace(generated, content_hash=asked_for)
