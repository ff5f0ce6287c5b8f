"""What a shop's owner should know of the models that its texts are written by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from batikrfm.sdk.text import Text


@dataclass(frozen=True)
class ModelNotice:
    """One model that is gone or going. ``text`` says it all, dates included."""

    provider: str
    model: str
    state: Literal["gone", "ending"]
    day: date | None
    text: Text


async def model_notices() -> tuple[ModelNotice, ...]:
    """What to tell the tenant of the open scope of its models; empty where all is well. One or two statements, no vendor is asked."""
    raise NotImplementedError
