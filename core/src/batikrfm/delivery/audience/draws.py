"""Chance that comes out the same each time: who is held out, who gets which text, when within a spread. By campaign and customer."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from uuid import UUID


class Draw(StrEnum):
    """What is drawn. Each is independent of the others, for the same people."""

    HOLD_OUT = "hold_out"
    TEXT = "text"
    SECOND = "second"


def seed_of(campaign_id: UUID, draw: Draw) -> int:
    """What PostgreSQL hashes each customer's id with."""
    return int.from_bytes(sha256(draw.encode() + campaign_id.bytes).digest()[:8], "big", signed=True)
