"""Between the rows of the tables and the dataclasses of :mod:`~batikrfm.content.review.model`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from batikrfm.content.model import Copy
from batikrfm.content.review.model import Comment, Content, Deed, Origin, State, Version
from batikrfm.content.rules import FIELDS, Finding
from batikrfm.sdk.extension import Principal

Row = Mapping[str, Any]


def deed_of(by: Principal | Deed | None) -> Deed:
    """What ``by`` does now; None is the program itself. A deed of before stays what it is."""
    if isinstance(by, Deed):
        return by
    now = dt.datetime.now(dt.UTC)
    return Deed("system", None, "BatikRFM", now) if by is None else Deed(by.kind, by.id, by.name, now)


def as_json(deed: Deed) -> str:
    """``deed`` as a column holds it."""
    return msgspec.json.encode(deed).decode()


def findings_json(findings: Iterable[Finding]) -> str:
    """``findings`` as a column holds them."""
    return msgspec.json.encode(list(findings)).decode()


def texts_of(copy: Copy) -> tuple[str, ...]:
    """The fields of ``copy`` in the order of the columns."""
    return tuple(getattr(copy, name) for name in FIELDS)


def content_of(row: Row) -> Content:
    """A row of ``contents``."""
    return Content(
        id=row["id"],
        created_at=row["created_at"],
        created=_deed(row["created"]),
        segment=row["segment"],
        language=row["language"],
        purpose=row["purpose"],
        offer=row["offer"],
        copy=_copy(row),
        version=row["version"],
        hash=row["content_hash"],
        state=State(row["state"]),
        findings=msgspec.json.decode(row["findings"], type=tuple[Finding, ...]),
        origin=_origin(row),
        edited=_deed_or_none(row["edited"]),
        submitted=_deed_or_none(row["submitted"]),
        approved=_approved(row),
        acknowledged=row["acknowledged"],
        rejected=_deed_or_none(row["rejected"]),
        reason=row["reason"],
        used_at=row["used_at"],
    )


def version_of(row: Row) -> Version:
    """A text that a draft has or has had."""
    return Version(row["version"], _copy(row), row["content_hash"], _deed(row["written"]))


def comment_of(row: Row) -> Comment:
    """A row of ``content_comments``."""
    return Comment(row["id"], row["content_id"], row["version"], _deed(row["written"]), row["words"])


def _copy(row: Row) -> Copy:
    return Copy(**{name: row[name] for name in FIELDS})


def _origin(row: Row) -> Origin:
    return Origin(
        kind=row["origin"],
        provider=row["provider"],
        model=row["model"],
        generation_id=row["generation_id"],
        variant=row["variant"],
        prompt_id=row["prompt_id"],
        prompt_version=row["prompt_version"],
    )


def _approved(row: Row) -> Deed | None:
    at, kind, who = row["approved_at"], row["approved_kind"], row["approved_id"]
    return None if at is None else Deed(kind, _uuid(who), row["approved_by"], at)


def _uuid(value: Any) -> UUID | None:  # noqa: ANN401 - asyncpg's own kind of UUID, or None
    return None if value is None else UUID(bytes=value.bytes)


def _deed(text: str) -> Deed:
    return msgspec.json.decode(text, type=Deed)


def _deed_or_none(text: str | None) -> Deed | None:
    return None if text is None else _deed(text)
