"""Cursors: where a page ended, as text that goes into a URL. They hold ids, numbers and days; of a name only what sorting needs."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar

import msgspec

from batikrfm.segmentation.errors import BadCursorError

CursorT = TypeVar("CursorT")


def write_cursor(cursor: msgspec.Struct) -> str:
    """``cursor`` as text for a URL."""
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def read_cursor(text: str, kind: type[CursorT]) -> CursorT:
    """What :func:`write_cursor` wrote. Raises :class:`BadCursorError` for anything else."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
        return msgspec.json.decode(raw, type=kind)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise BadCursorError from None


def cut(rows: list[Any], limit: int) -> tuple[list[Any], Any | None]:
    """The rows of a page out of one row more than it holds, and the last of them if there is a page after it."""
    return rows[:limit], rows[limit - 1] if len(rows) > limit else None
