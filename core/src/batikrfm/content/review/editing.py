"""Changing a draft, and handing it in. An edit takes what was approved back to review: an approval is for one text."""

from __future__ import annotations

from uuid import UUID

from batikrfm.content.model import Copy
from batikrfm.content.review import queries as sql
from batikrfm.content.review.checking import findings_after, tidy_copy
from batikrfm.content.review.drafts import locked
from batikrfm.content.review.errors import ContentStateError
from batikrfm.content.review.model import Content, State
from batikrfm.content.review.rows import as_json, content_of, deed_of, findings_json, texts_of
from batikrfm.content.review.words import STANDS
from batikrfm.db.engine import current_scope
from batikrfm.sdk.extension import Principal

AFTER_EDIT = {State.APPROVED: State.IN_REVIEW, State.REJECTED: State.DRAFT}


async def edit(content_id: UUID, version: int, copy: Copy, *, by: Principal) -> Content:
    """Give a draft another text. ``version`` is the one that the editor read; the same text again changes nothing.

    Raises:
        ContentNotFoundError, ContentUsedError, StaleContentError: see :func:`~batikrfm.content.review.drafts.locked`.
        ContentTextError: a field is empty or too long.
    """
    tidied = tidy_copy(copy)
    before = await locked(content_id, version)
    if tidied == before.copy:
        return before
    findings = findings_json(await findings_after(before, tidied))
    state = AFTER_EDIT.get(before.state, before.state)
    (row,) = await current_scope().fetch(sql.EDIT, content_id, *texts_of(tidied), state, as_json(deed_of(by)), findings)
    return content_of(row)


async def submit(content_id: UUID, version: int, *, by: Principal | None) -> Content:
    """Hand a draft in for review; one that is in review already stays there. ``by`` None is the program.

    Raises:
        ContentNotFoundError, ContentUsedError, StaleContentError: see :func:`~batikrfm.content.review.drafts.locked`.
        ContentStateError: it was decided already.
    """
    before = await locked(content_id, version)
    if before.state is State.IN_REVIEW:
        return before
    if before.state is not State.DRAFT:
        raise ContentStateError(state=STANDS[before.state])
    (row,) = await current_scope().fetch(sql.SUBMIT, content_id, as_json(deed_of(by)))
    return content_of(row)
