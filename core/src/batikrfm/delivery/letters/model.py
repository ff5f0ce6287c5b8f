"""What letters are filled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

from batikrfm.sdk.text import Language


class LinkMaker(Protocol):
    """Gives each link of a letter the address that one person gets. Called for every message: it asks nobody and is quick."""

    def link(self, delivery_id: UUID, number: int, url: str) -> str:
        """The address in place of ``url``, the letter's link ``number`` (from 0, in the order of the text; the button comes last)."""

    def pixel(self, delivery_id: UUID) -> str | None:
        """The address of a picture that says that the letter was opened; None for no such picture."""


class Direct:
    """Leaves links as they are, and asks nobody whether they read."""

    def link(self, delivery_id: UUID, number: int, url: str) -> str:  # noqa: ARG002 - as the protocol has it
        """The same address."""
        return url

    def pixel(self, delivery_id: UUID) -> str | None:  # noqa: ARG002 - as the protocol has it
        """None."""
        return None


DIRECT: Final = Direct()


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a letter is filled for. What is not known is None."""

    delivery_id: UUID
    name: str | None = field(default=None, repr=False)
    product: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class WayOut:
    """How a recipient stops the shop's messages: their links, and the headers for a mail program."""

    unsubscribe: str = field(repr=False)
    preferences: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Shop:
    """What a letter says of its sender. ``link``: where ``{tautan}`` leads, empty for nowhere. ``fallbacks`` by placeholder."""

    name: str
    language: Language = "id"
    link: str = ""
    address: str = ""
    contact: str = ""
    fallbacks: Mapping[str, str] = field(default_factory=dict)
