"""Answers that were paid for, by what shaped them; and the claim that makes equal orders one call. Runs in the tenant's scope.

A claim is a row with a lease, not a lock: nobody holds a transaction while a model thinks. Whoever dies with a claim loses it when the
lease ends; the same work begun again (the same claim) has it at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Filling:
    """An answer to be kept: to what, under whose claim, and for how long it holds."""

    asked: Question
    mine: UUID
    answer: Answer
    holds: dt.timedelta


async def find(asked: Question, since: dt.datetime | None = None) -> Kept | None:
    """The answer to an equal question, if it still holds (and was given ``since`` then)."""
    for row in await current_scope().fetch(sql.FIND, asked.content_hash, since):
        variants = msgspec.json.decode(row["content"], type=tuple[Variant, ...])
        answer = Answer(variants, row["provider_used"], row["model_used"], row["tokens_used"], row["output_tokens"])
        return Kept(answer, row["expires_at"])
    return None


async def claim(asked: Question, mine: UUID, since: dt.datetime | None = None) -> bool:
    """Whether the caller may work on the answer: nobody else does, and none is there that would do."""
    return bool(await claim_each({mine: asked}, since))


async def claim_each(wanted: Mapping[UUID, Question], since: dt.datetime | None = None) -> set[UUID]:
    """By claim, the answers that the caller may work on, as :func:`claim` says; of equal questions the first may have it."""
    first = {asked.content_hash: mine for mine, asked in reversed(list(wanted.items()))}
    asked = [wanted[mine] for mine in first.values()]
    shapes = ([one.order.segment for one in asked], list(first), [one.prompt.id for one in asked])
    rows = await current_scope().fetch(sql.CLAIM, [uuid7() for _ in asked], *shapes, list(first.values()), LEASE, since)
    return {first[row["content_hash"]] for row in rows}


async def release(asked: Question, mine: UUID) -> None:
    """Let others work on it."""
    await current_scope().execute(sql.RELEASE, asked.content_hash, mine)


async def fill(asked: Question, mine: UUID, answer: Answer, holds: dt.timedelta) -> dt.datetime | None:
    """Keep ``answer`` for as long as it ``holds``; until when. None: the claim was lost, and somebody else's answer counts."""
    return (await fill_each([Filling(asked, mine, answer, holds)])).get(mine)


async def fill_each(given: Sequence[Filling]) -> dict[UUID, dt.datetime]:
    """As :func:`fill`: until when each holds, by claim; without those whose claim was lost."""
    rows = await current_scope().fetch(sql.FILL, *map(list, zip(*(_row(one) for one in given), strict=True)))
    until = {row["content_hash"]: row["expires_at"] for row in rows}
    return {one.mine: until[one.asked.content_hash] for one in given if one.asked.content_hash in until}


def _row(one: Filling) -> tuple[object, ...]:
    answer = one.answer
    content = msgspec.json.encode(answer.variants).decode()
    tokens = (answer.tokens, answer.output_tokens)
    return one.asked.content_hash, one.mine, content, answer.provider, answer.model, *tokens, one.asked.prompt.id, one.holds


async def moment() -> dt.datetime:
    """Now, by the database's clock, which dates the answers."""
    found: dt.datetime = await current_scope().fetchval(sql.MOMENT)
    return found


async def forget() -> int:
    """Remove answers that hold no longer; how many there were."""
    return int((await current_scope().execute(sql.FORGET)).rpartition(" ")[2])
