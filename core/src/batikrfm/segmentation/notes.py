"""What people of a shop wrote about a customer. Everything here runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

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
    raise NotImplementedError


async def delete_note(note_id: UUID) -> None:
    """Remove a note for good. Raises NoteNotFoundError."""
    raise NotImplementedError


async def notes_of(customer_id: UUID) -> list[Note]:
    """The notes about a customer, the latest first."""
    raise NotImplementedError
