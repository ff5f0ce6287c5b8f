"""Answers that were paid for, by what shaped them; and the claim that makes equal orders one call. Runs in the tenant's scope.

A claim is a row with a lease, not a lock: nobody holds a transaction while a model thinks. Whoever dies with a claim loses it when the
lease ends; the same work begun again (the same claim) has it at once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

import msgspec

from batikrfm.content import kept_queries as sql
from batikrfm.content.asking import Question
from batikrfm.content.model import TEMPLATE, Copy
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7

LEASE: Final = dt.timedelta(minutes=5)
"""Longer than a chain of providers may take in all."""


@dataclass(frozen=True)
class Variant:
    """One variant of an answer and the categories that a provider's moderation flagged. What our own rules say is found anew each time."""

    copy: Copy
    flagged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What somebody wrote, and what it took."""

    variants: tuple[Variant, ...]
    provider: str
    model: str
    tokens: int
    output_tokens: int

    @property
    def from_template(self) -> bool:
        """Whether no model wrote it."""
        return self.provider == TEMPLATE


@dataclass(frozen=True)
class Kept:
    """An answer that the cache has."""

    answer: Answer
    expires_at: dt.datetime


async def find(asked: Question, since: dt.datetime | None = None) -> Kept | None:
    """The answer to an equal question, if it still holds (and was given ``since`` then)."""
    for row in await current_scope().fetch(sql.FIND, asked.content_hash, since):
        variants = msgspec.json.decode(row["content"], type=tuple[Variant, ...])
        answer = Answer(variants, row["provider_used"], row["model_used"], row["tokens_used"], row["output_tokens"])
        return Kept(answer, row["expires_at"])
    return None


async def claim(asked: Question, mine: UUID, since: dt.datetime | None = None) -> bool:
    """Whether the caller may work on the answer: nobody else does, and none is there that would do."""
    values = (uuid7(), asked.order.segment, asked.content_hash, asked.prompt.id, mine, LEASE, since)
    return bool(await current_scope().fetch(sql.CLAIM, *values))


async def release(asked: Question, mine: UUID) -> None:
    """Let others work on it."""
    await current_scope().execute(sql.RELEASE, asked.content_hash, mine)


async def fill(asked: Question, mine: UUID, answer: Answer, holds: dt.timedelta) -> dt.datetime | None:
    """Keep ``answer`` for as long as it ``holds``; until when. None: the claim was lost, and somebody else's answer counts."""
    content = msgspec.json.encode([asdict(variant) for variant in answer.variants]).decode()
    found: dt.datetime | None = await current_scope().fetchval(
        sql.FILL,
        asked.content_hash,
        mine,
        content,
        answer.provider,
        answer.model,
        answer.tokens,
        answer.output_tokens,
        asked.prompt.id,
        holds,
    )
    return found


async def moment() -> dt.datetime:
    """Now, by the database's clock, which dates the answers."""
    found: dt.datetime = await current_scope().fetchval(sql.MOMENT)
    return found


async def forget() -> int:
    """Remove answers that hold no longer; how many there were."""
    return int((await current_scope().execute(sql.FORGET)).rpartition(" ")[2])
