"""Where a list goes on, as a text that a client keeps and gives back. Only what we made is taken, and only for the list it was made for."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Final, Protocol, TypeVar
from uuid import UUID
from zlib import crc32

from batikrfm.web.errors import BadCursorError

_ID: Final = 16
_SUM: Final = 4


class Identified(Protocol):
    """What a list is made of."""

    @property
    def id(self) -> UUID:
        """By which the list is ordered."""


Row = TypeVar("Row", bound=Identified)


def cursor_of(last: UUID, kind: str) -> str:
    """The cursor behind ``last`` in the lists of this ``kind``."""
    return base64.urlsafe_b64encode(last.bytes + _sum(last.bytes, kind)).decode().rstrip("=")


def page_of(found: Sequence[Row], limit: int, kind: str) -> tuple[Sequence[Row], str | None]:
    """The first ``limit`` of what was ``found`` (one more was asked for), and the cursor behind them if there are more."""
    page = found[:limit]
    return page, cursor_of(page[-1].id, kind) if len(found) > limit else None


def last_of(cursor: str | None, kind: str) -> UUID | None:
    """The id that ``cursor`` stands behind; None for the first page. Raises :class:`BadCursorError`.

    The sum finds mistakes and mix-ups. It need not be a secret: whoever makes a cursor up gets another page of their own list.
    """
    if cursor is None:
        return None
    try:
        found = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise BadCursorError from None
    if len(found) != _ID + _SUM or found[_ID:] != _sum(found[:_ID], kind):
        raise BadCursorError
    return UUID(bytes=found[:_ID])


def _sum(last: bytes, kind: str) -> bytes:
    return crc32(last, crc32(kind.encode())).to_bytes(_SUM, "big")
