"""What people say of a draft."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from batikrfm.content.review import queries as sql
from batikrfm.content.review.drafts import find_content
from batikrfm.content.review.errors import ContentCommentError, ContentNotFoundError
from batikrfm.content.review.model import Comment
from batikrfm.content.review.rows import as_json, comment_of, deed_of
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.extension import Principal

LONGEST_COMMENT: Final = 2_000


async def comment(content_id: UUID, text: str, *, by: Principal) -> Comment:
    """Say something of a draft as it is now. Raises ContentCommentError (empty, or longer than LONGEST_COMMENT), ContentNotFoundError."""
    kept = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not kept or len(kept) > LONGEST_COMMENT:
        raise ContentCommentError(longest=LONGEST_COMMENT)
    rows = await current_scope().fetch(sql.COMMENT, uuid7(), content_id, as_json(deed_of(by)), kept)
    if not rows:
        raise ContentNotFoundError
    return comment_of(rows[0])


async def comments(content_id: UUID) -> list[Comment]:
    """What was said of a draft, the first first. Raises ContentNotFoundError."""
    await find_content(content_id)
    return [comment_of(row) for row in await current_scope().fetch(sql.COMMENTS, content_id)]
