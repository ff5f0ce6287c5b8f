"""Prompts and their versions: the product's, and what a shop made of them. Everything here runs in the tenant's scope.

For a segment the shop's own prompt for it is used, else the shop's own for any segment (``*``), else the product's. A change is a new
version; whatever was written points at the very text that asked for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args
from uuid import UUID

from batikrfm.content import prompts_queries as sql
from batikrfm.content import shipped
from batikrfm.content.errors import OrderError, PromptNotFoundError
from batikrfm.content.templates import checked
from batikrfm.content.wording import filled
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.db.lookups import Lookup, Rows, look_up
from batikrfm.sdk.text import Language, Text

PromptScope = Literal["global", "tenant"]
FEWEST_TOKENS, MOST_TOKENS = 100, 4_000
HOTTEST: Final = 2.0
_TOKENS: Final = Text(id="Panjang jawaban", en="The answer's length")
_TEMPERATURE: Final = Text(id="Keragaman jawaban", en="The temperature")
_SEGMENT: Final = Text(id="Prompt untuk kelompok ini", en="A prompt for this segment")
_BETWEEN: Final = Text(id="harus antara {least} dan {most}", en="it is between {least} and {most}")
_LONGEST_SEGMENT: Final = 100


@dataclass(frozen=True)
class Prompt:
    """One version. ``segment_type`` is a segment's key or ``*``; ``max_tokens`` are of one variant; ``temperature`` None: the model's own.

    ``scope`` ``global`` is the product's. ``current`` says whether it is the shop's own that is used now.
    """

    id: UUID
    scope: PromptScope
    segment_type: str
    language: Language
    version: int
    current: bool
    template: str
    max_tokens: int
    temperature: float | None
    created_by: str
    created_at: dt.datetime
    updated_at: dt.datetime


async def prompt_for(segment: str, language: Language) -> Prompt:
    """The prompt that is used for ``segment`` now. The product's is written down when a shop first uses it."""
    return (await prompts_for([segment], language))[segment]


async def prompts_for(segments: Collection[str], language: Language) -> Mapping[str, Prompt]:
    """The prompts that are used for ``segments`` now, as :func:`prompt_for` says."""
    found = (await look_up(used_prompts(segments))).get(language, {})
    if new := {shipped.segment_type(one): shipped.template(one, language) for one in segments if one not in found}:
        ids, how = [uuid7() for _ in new], (shipped.MAX_TOKENS, shipped.TEMPERATURE)
        await current_scope().execute(sql.FIRST_USE, ids, list(new), language, shipped.VERSION, list(new.values()), *how)
        found = (await look_up(used_prompts(segments))).get(language, {})
    return found


Used = Mapping[Language, Mapping[str, Prompt]]
"""By language and segment."""


def used_prompts(segments: Collection[str]) -> Lookup[Used]:
    """The prompts that are used for ``segments`` now, in every language; without those that a shop has not used yet."""

    def read(rows: Rows) -> Used:
        there = {(row["scope"], row["segment_type"], row["language"]): row for row in rows}
        used: dict[Language, dict[str, Prompt]] = {}
        for language in get_args(Language):
            for segment in segments:
                places = (("tenant", segment), ("tenant", shipped.ANY), ("global", shipped.segment_type(segment)))
                if row := next((there[*place, language] for place in places if (*place, language) in there), None):
                    used.setdefault(language, {})[segment] = _prompt(row)
        return used

    kinds = {shipped.segment_type(segment) for segment in segments}
    return Lookup(sql.USED, ([*segments, shipped.ANY], list(kinds), shipped.VERSION), read)


async def own_prompts(language: Language) -> dict[str, Prompt]:
    """The shop's own prompts that are used now, by segment type."""
    found = [_prompt(row) for row in await current_scope().fetch(sql.OWN, language)]
    return {prompt.segment_type: prompt for prompt in found}


async def find_prompt(prompt_id: UUID) -> Prompt:
    """One version. Raises :class:`PromptNotFoundError`."""
    for row in await current_scope().fetch(sql.FIND, prompt_id):
        return _prompt(row)
    raise PromptNotFoundError


async def prompt_versions(segment_type: str, language: Language) -> list[Prompt]:
    """Every version that the shop made or used, the newest first."""
    return [_prompt(row) for row in await current_scope().fetch(sql.VERSIONS, segment_type, language)]


async def save_prompt(  # noqa: PLR0913 - what a prompt is made of
    segment_type: str,
    language: Language,
    template: str,
    *,
    max_tokens: int = shipped.MAX_TOKENS,
    temperature: float | None = shipped.TEMPERATURE,
    by: str = "",
) -> Prompt:
    """Make ``template`` the shop's own prompt, as a new version; the same text again changes nothing.

    Raises:
        PromptError: it cannot be used; says the line.
        OrderError: the segment type, the tokens or the temperature cannot be.
    """
    tidy = checked(template)
    _check(segment_type, max_tokens, temperature)
    scope = current_scope()
    await scope.execute(sql.TAKE_TURNS)
    now = (await own_prompts(language)).get(segment_type)
    if now and (now.template, now.max_tokens, now.temperature) == (tidy, max_tokens, temperature):
        return now
    await scope.execute(sql.RETIRE, segment_type, language)
    (row,) = await scope.fetch(sql.ADD, uuid7(), segment_type, language, tidy, max_tokens, temperature, by)
    return _prompt(row)


async def restore_prompt(prompt_id: UUID, *, by: str = "") -> Prompt:
    """Use an old version again, as a new one. Raises :class:`PromptNotFoundError`."""
    old = await find_prompt(prompt_id)
    return await save_prompt(old.segment_type, old.language, old.template, max_tokens=old.max_tokens, temperature=old.temperature, by=by)


async def reset_prompt(segment_type: str, language: Language) -> Prompt:
    """Go back to what is used where a shop has no prompt of its own; returns that. The shop's versions stay."""
    await current_scope().execute(sql.TAKE_TURNS)
    await current_scope().execute(sql.RETIRE, segment_type, language)
    return await prompt_for(segment_type, language)


def _check(segment_type: str, max_tokens: int, temperature: float | None) -> None:
    _between(_SEGMENT, len(segment_type), 1, _LONGEST_SEGMENT)
    _between(_TOKENS, max_tokens, FEWEST_TOKENS, MOST_TOKENS)
    _between(_TEMPERATURE, temperature or 0.0, 0.0, HOTTEST)


def _between(what: Text, number: float, least: float, most: float) -> None:
    if not least <= number <= most:
        raise OrderError(what=what, how=filled(_BETWEEN, least=least, most=most))


def _prompt(row: Mapping[str, Any]) -> Prompt:
    values = dict(row)
    return Prompt(template=values.pop("prompt_template"), **values)
