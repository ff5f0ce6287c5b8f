"""What is ordered and what comes back: copy for one segment of one shop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Self
from uuid import UUID

from batikrfm.sdk.llm import Tier
from batikrfm.sdk.text import Language

if TYPE_CHECKING:
    from batikrfm.content.rules import Finding

Origin = Literal["provider", "cache", "template"]
"""Who wrote it: a model, just now; a model, for an equal order before; nobody but our own fixed sentences."""

PLACEHOLDERS: Final = ("nama", "produk_terakhir", "toko", "tautan")
"""What copy may leave open, as ``{nama}``: the customer's name, what they bought last, the shop's name, a link to the shop. Filled at
sending, on this side: no provider ever learns what for."""

LINK: Final = "tautan"
"""The placeholder that only a shop with a place on the web can fill."""

LINKLESS: Final = tuple(name for name in PLACEHOLDERS if name != LINK)
"""What is left to the others."""

MOST_VARIANTS: Final = 5
TEMPLATE: Final = "template"
"""The key of the provider that is no model."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One message for one segment. ``email`` is markdown, the others are plain text; all may hold ``{placeholders}``."""

    subject: str
    preheader: str
    email: str
    whatsapp: str
    call_to_action: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted. JSON there and back: a job carries it.

    None is what the shop's content settings say. ``offer`` None is the standing offer, an empty one is none. ``fresh`` asks for new words
    although there are some that were paid for already. ``purpose`` is for the ledger: who asked, such as ``content`` or ``weekly``.
    """

    segment: str
    language: Language | None = None
    variants: int | None = None
    tier: Tier | None = None
    offer: str | None = None
    fresh: bool = False
    purpose: str = "content"

    def as_json(self) -> dict[str, Any]:
        """As a job's argument."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """What :meth:`as_json` gave."""
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Draft:
    """One variant, and what our rules and the provider's moderation found in it."""

    copy: Copy
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Generated:
    """What came of an order.

    ``id`` is the answer's: drafts of a cached answer come with the id of a new generation. ``order`` has every None filled in.
    ``prompt_id`` is the row of ``ai_prompts`` that was used, ``prompt_version`` its number. ``content_hash`` stands for everything that
    shaped the answer: two orders with the same one get the same answer. ``tokens`` are 0 for what cost nothing. ``run_id`` is the
    segmentation run whose numbers were used, ``expires_at`` when the cache forgets the answer. ``cached`` says that it was there before,
    also where ``origin`` is ``template``: copy that no model wrote is always called so.
    """

    id: UUID
    order: Order
    drafts: tuple[Draft, ...]
    origin: Origin
    provider: str
    model: str
    prompt_id: UUID
    prompt_version: int
    content_hash: str
    tokens: int
    run_id: UUID
    expires_at: dt.datetime
    cached: bool = False

    @property
    def language(self) -> Language:
        """The language of the drafts."""
        assert self.order.language is not None  # noqa: S101 - it was filled in
        return self.order.language
