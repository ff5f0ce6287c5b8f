"""Answers that were paid for before, as drafts: they cost neither quota nor money, and the ledger says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import UUID

from batikrfm.content import kept
from batikrfm.content.asking import Asking, Question, drafted, sendable
from batikrfm.content.kept import Answer, Kept, Variant
from batikrfm.content.known import read_known
from batikrfm.content.model import Draft, Generated, Order, Origin
from batikrfm.content.rules import Finding
from batikrfm.content.wording import filled
from batikrfm.db.keys import uuid7
from batikrfm.db.lookups import look_up
from batikrfm.jobs import current_job
from batikrfm.jobs.errors import NotInJob
from batikrfm.sdk.text import Text
from batikrfm.usage import prompt_hash, record_cache_hit

Keep = Callable[[Generated], Awaitable[None]]
"""What is done with drafts, in the scope in which they are paid for."""

FLAGGED: Final = Text(
    id="Pemeriksa AI menandai teks ini ({categories}). Baca baik-baik sebelum disetujui.",
    en="The AI's moderation flagged this text ({categories}). Read it carefully before approving.",
)


async def find_cached(order: Order, *, keep: Keep | None = None) -> Generated | None:
    """The answer to an equal order, if there is one that holds. In the tenant's scope; raises as ``generate`` does before it asks."""
    asked = await drafted(order, await read_known([order]))
    if not order.fresh and (found := await kept.find(asked)):
        return await hit(asked, found, keep)
    seen = await look_up(sendable(asked))
    if isinstance(seen, Asking):
        return None
    if not order.fresh and (found := await kept.find(seen)):  # it is another question than before
        return await hit(seen, found, keep)
    await look_up(seen.gate())
    return None


async def hit(asked: Question, found: Kept, keep: Keep | None) -> Generated:
    """The drafts of an answer that was found, written into the ledger as free."""
    answer, order = found.answer, asked.order
    await record_cache_hit(
        provider=answer.provider,
        model=answer.model,
        purpose=order.purpose,
        segment=order.segment,
        tier=order.tier,
        input_tokens=answer.tokens - answer.output_tokens,
        output_tokens=answer.output_tokens,
        prompt_hash=prompt_hash(asked.system, asked.text),
        job_id=job_id(),
    )
    generated = generated_of(asked, answer, await read_drafts(asked, answer), found.expires_at, cached=True)
    if keep:
        await keep(generated)
    return generated


async def read_drafts(asked: Question, answer: Answer) -> tuple[Draft, ...]:
    """``answer`` as drafts, with what rules and moderation found in each.

    It waits for nothing. As a task it reads while the database is at work on something else.
    """
    return tuple(asked.draft(variant.copy, _flags(variant)) for variant in answer.variants)


def generated_of(asked: Question, answer: Answer, drafts: tuple[Draft, ...], expires_at: dt.datetime, *, cached: bool = False) -> Generated:
    """What came of an order."""
    return Generated(
        id=uuid7(),
        order=asked.order,
        drafts=drafts,
        origin=_origin(answer, cached=cached),
        provider=answer.provider,
        model=answer.model,
        prompt_id=asked.prompt.id,
        prompt_version=asked.prompt.version,
        content_hash=asked.content_hash,
        tokens=0 if cached else answer.tokens,
        run_id=asked.facts.run_id,
        expires_at=expires_at,
        cached=cached,
    )


def _origin(answer: Answer, *, cached: bool) -> Origin:
    if answer.from_template:
        return "template"
    return "cache" if cached else "provider"


def _flags(variant: Variant) -> Sequence[Finding]:
    if not variant.flagged:
        return ()
    return [Finding("moderation", "block", "email", "", filled(FLAGGED, categories=", ".join(variant.flagged)))]


def job_id() -> UUID | None:
    """The job that this runs in, for the ledger."""
    try:
        return current_job().job_id
    except NotInJob:
        return None
