"""Drafts as they come in, and finding them again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from batikrfm.content.model import Draft, Generated
from batikrfm.content.review import queries as sql
from batikrfm.content.review.errors import ContentNotFoundError, ContentUsedError, StaleContentError
from batikrfm.content.review.model import Content, ContentFilter, Deed, State
from batikrfm.content.review.rows import as_json, content_of, deed_of, findings_json, texts_of
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.extension import Principal

PAGE: Final = 50
EVERYTHING: Final = ContentFilter()


@dataclass(frozen=True, slots=True)
class Count:
    """So many drafts of a segment stand where ``state`` says."""

    segment: str
    state: State
    contents: int


async def keep_drafts(generated: Generated, *, by: Principal | Deed | None = None) -> list[UUID]:
    """Keep what was generated as drafts; their ids, in the order of the variants.

    ``by`` is who asked, or the deed of asking where that was before; None is the program by itself.

    Twice the same ``generated`` is kept once. Of a cached answer that nobody has rejected, changed or used, the drafts are there
    already: theirs are the ids then, so that asking again fills nobody's desk.
    """
    (ids,) = await keep_each([(generated, by)])
    return ids


async def keep_each(several: Sequence[tuple[Generated, Principal | Deed | None]]) -> list[list[UUID]]:
    """As :func:`keep_drafts`, for each of ``several``, in one go."""
    ids: dict[_Place, UUID] = {}
    for generated, _ in several:
        ids |= await _twins(generated) if generated.cached and generated.drafts else {}
    new = {place: _New(one, draft, deed_of(by)) for one, by in several for place, draft in _numbered(one) if place not in ids}
    ids |= await _keep(new)
    return [[ids[place] for place, _ in _numbered(generated)] for generated, _ in several]


@dataclass(frozen=True, slots=True)
class _New:
    generated: Generated
    draft: Draft
    created: Deed


async def find_content(content_id: UUID) -> Content:
    """One draft. Raises ContentNotFoundError."""
    rows = await current_scope().fetch(sql.FIND, content_id)
    if not rows:
        raise ContentNotFoundError
    return content_of(rows[0])


async def list_contents(wanted: ContentFilter = EVERYTHING, *, after: UUID | None = None, limit: int = PAGE) -> list[Content]:
    """The drafts that ``wanted`` matches, the newest first; those that come ``after`` this one in that order."""
    filters = (wanted.segment, wanted.state, wanted.language, wanted.generation_id)
    return [content_of(row) for row in await current_scope().fetch(sql.LIST, after, *filters, limit)]


async def count_contents() -> list[Count]:
    """How many drafts each segment has in each state; what there is none of is left out."""
    return [Count(segment, State(state), many) for segment, state, many in await current_scope().fetch(sql.COUNTS)]


async def locked(content_id: UUID, version: int | None = None) -> Content:
    """One draft that nobody else changes until the scope ends, at this ``version`` if one is named.

    Raises:
        ContentNotFoundError, ContentUsedError, StaleContentError: it is not there, it went out, it has another version by now.
    """
    rows = await current_scope().fetch(sql.LOCK, [content_id])
    if not rows:
        raise ContentNotFoundError
    content = content_of(rows[0])
    require_open(content, version)
    return content


async def locked_all(content_ids: Collection[UUID]) -> list[Content]:
    """Those of these drafts that the shop has, by id; nobody else changes them until the scope ends."""
    return [content_of(row) for row in await current_scope().fetch(sql.LOCK, list(content_ids))]


def require_open(content: Content, version: int | None) -> None:
    """Raises as :func:`locked` does."""
    if content.state is State.USED:
        raise ContentUsedError
    if version is not None and version != content.version:
        raise StaleContentError(version=content.version)


_Place = tuple[UUID, int]
"""A draft's generation and its variant."""


def _numbered(generated: Generated) -> Iterable[tuple[_Place, Draft]]:
    return (((generated.id, variant), draft) for variant, draft in enumerate(generated.drafts, start=1))


async def _twins(generated: Generated) -> dict[_Place, UUID]:
    """The open drafts that say the same already."""
    texts = zip(*(texts_of(draft.copy) for draft in generated.drafts), strict=True)
    variants = [variant for (_, variant), _ in _numbered(generated)]
    rows = await current_scope().fetch(sql.OPEN_TWINS, generated.order.segment, generated.language, variants, *map(list, texts))
    return {(generated.id, row["variant"]): UUID(str(row["id"])) for row in rows}


async def _keep(new: Mapping[_Place, _New]) -> dict[_Place, UUID]:
    """Ids of the new ones, and of those that an earlier attempt has kept."""
    if not new:
        return {}
    scope = current_scope()
    texts = zip(*(texts_of(one.draft.copy) for one in new.values()), strict=True)
    ids = ([uuid7() for _ in new], [variant for _, variant in new])
    findings = [findings_json(one.draft.findings) for one in new.values()]
    created = [as_json(one.created) for one in new.values()]
    generations = zip(*(_generation(one.generated) for one in new.values()), strict=True)
    rows = await scope.fetch(sql.KEEP, *ids, *map(list, texts), findings, created, *map(list, generations))
    if len(rows) < len(new):
        rows = await scope.fetch(sql.KEPT, list({generation for generation, _ in new}))
    return {(row["generation_id"], row["variant"]): UUID(str(row["id"])) for row in rows}


def _generation(one: Generated) -> tuple[object, ...]:
    order = one.order
    origin = (one.id, one.origin, one.provider, one.model, one.prompt_id, one.prompt_version)
    return *origin, order.segment, one.language, order.purpose, order.offer or ""
