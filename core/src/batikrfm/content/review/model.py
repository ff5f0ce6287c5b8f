"""What is reviewed: a draft, where it came from, who did what with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from uuid import UUID

from batikrfm.content.model import Copy
from batikrfm.content.model import Origin as OriginKind
from batikrfm.content.rules import Finding
from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Language


class State(StrEnum):
    """Where a draft stands. The database holds it to these steps: see ``core_2026_11_26t020000_reviews``.

    ::

        draft -> in_review -> approved -> used (for good)
                    |            |
                    +-> rejected <

    An edit takes an approved draft back to ``in_review`` and a rejected one to ``draft``.
    """

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did something to a draft, and when. ``by`` is the name as it was then; ``kind`` ``system`` is the program itself."""

    kind: Literal["user", "api_key", "system"]
    id: UUID | None
    by: str = field(repr=False)
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a draft came from: drafts of one answer share ``generation_id``. Edits change nothing of it.

    ``kind`` ``template`` is copy that no model wrote, and is always shown as such; ``cache`` says that the answer had been paid for
    before.
    """

    kind: OriginKind
    provider: str
    model: str
    generation_id: UUID
    variant: int
    prompt_id: UUID
    prompt_version: int


@dataclass(frozen=True)
class Content:
    """One draft as it is now.

    ``version`` counts the texts it has had, from 1. ``hash`` stands for the text, the segment and the language together; an approval
    holds for one hash. ``findings`` are of the current text. ``acknowledged`` says why it was approved in spite of a finding that
    blocks. ``reason`` says why it was rejected.
    """

    id: UUID
    created_at: dt.datetime
    created: Deed
    segment: str
    language: Language
    purpose: str
    offer: str
    copy: Copy
    version: int
    hash: str
    state: State
    findings: tuple[Finding, ...]
    origin: Origin
    edited: Deed | None = None
    submitted: Deed | None = None
    approved: Deed | None = None
    acknowledged: str | None = None
    rejected: Deed | None = None
    reason: str | None = None
    used_at: dt.datetime | None = None

    @property
    def blocked(self) -> bool:
        """Whether a finding has to be acknowledged before this can be approved."""
        return any(finding.severity == "block" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Approval:
    """The wish to approve a draft as it was read: ``version`` is the one that the approver saw.

    ``acknowledged`` is the reason to approve it in spite of findings that block.
    """

    content_id: UUID
    version: int
    acknowledged: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What became of one :class:`Approval` among several: the draft as it is now, or why it was not approved.

    ``changed`` is False where it was approved already.
    """

    content_id: UUID
    content: Content | None = None
    problem: BatikError | None = None
    changed: bool = False

    def approved(self) -> Content:
        """The draft. Raises the problem where there is one."""
        if self.content is None:
            raise self.problem or BatikError()
        return self.content


@dataclass(frozen=True)
class Version:
    """A text that a draft has had, and who wrote it: version 1 is what was generated."""

    version: int
    copy: Copy
    hash: str
    written: Deed


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words in a comparison of two texts."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True)
class Comparison:
    """What changed between two versions, field by field; joining all but the ``added`` pieces gives the older text, and so on."""

    older: int
    newer: int
    fields: Mapping[str, tuple[Piece, ...]]


@dataclass(frozen=True)
class Comment:
    """What a person said of a draft, as of a version of it."""

    id: UUID
    content_id: UUID
    version: int
    written: Deed
    text: str


@dataclass(frozen=True, slots=True)
class ContentFilter:
    """Which drafts are wanted; what is None does not matter."""

    segment: str | None = None
    state: State | None = None
    language: Language | None = None
    generation_id: UUID | None = None
