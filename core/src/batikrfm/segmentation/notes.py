"""What people of a shop wrote about a customer. Everything here runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.segmentation import people_queries as sql
from batikrfm.segmentation.errors import CustomerNotFoundError, NoteError, NoteNotFoundError

LONGEST_NOTE: Final = 2_000


@dataclass(frozen=True)
class Note:
    """A note; ``author`` is the name of who wrote it, as it was then."""

    id: UUID
    customer_id: UUID
    created_at: dt.datetime
    author: str
    text: str


async def add_note(customer_id: UUID, text: str, *, author: str) -> Note:
    """Write a note. Raises NoteError (empty, or longer than LONGEST_NOTE), CustomerNotFoundError."""
    kept = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not kept or len(kept) > LONGEST_NOTE:
        raise NoteError(longest=LONGEST_NOTE)
    rows = await current_scope().fetch(sql.ADD_NOTE, uuid7(), customer_id, author, kept)
    if not rows:
        raise CustomerNotFoundError
    return Note(*rows[0])


async def delete_note(customer_id: UUID, note_id: UUID) -> None:
    """Remove a note about this customer for good. Raises NoteNotFoundError."""
    if await current_scope().execute(sql.DELETE_NOTE, customer_id, note_id) != "DELETE 1":
        raise NoteNotFoundError


async def notes_of(customer_id: UUID) -> list[Note]:
    """The notes about a customer, the latest first."""
    return [Note(*row) for row in await current_scope().fetch(sql.NOTES, customer_id)]
