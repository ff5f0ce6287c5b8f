"""What a message is called at vendors: the delivery's id, and a number behind it where somebody had it sent again."""

from __future__ import annotations

from uuid import UUID

_LENGTH = 36


def message_id(delivery_id: UUID, resent: int = 0) -> str:
    """The same on every attempt. Letters, digits and ``-`` only: it stands in headers, tags and keys of vendors."""
    return str(delivery_id) if not resent else f"{delivery_id}-{resent}"


def delivery_of(message: str) -> UUID | None:
    """The delivery of a message's id; None for what is none of ours."""
    try:
        return UUID(message[:_LENGTH])
    except ValueError:
        return None
