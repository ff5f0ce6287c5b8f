"""A person's account, as the rest of the program sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from batikrfm.sdk.text import Language


@dataclass(frozen=True, slots=True)
class User:
    """One person. ``confirmed`` says that the address is theirs; without it nobody signs in."""

    id: UUID
    email: str = field(repr=False)
    name: str = field(repr=False)
    language: Language
    created_at: datetime
    confirmed: bool
    has_password: bool
    has_totp: bool
