"""A person's account, as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
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


def user_of(row: Mapping[str, Any]) -> User:
    """The user in a row of the database that has their columns, and perhaps others."""
    return User(**{column.name: row[column.name] for column in fields(User)})
