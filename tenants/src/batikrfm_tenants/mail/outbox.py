"""The outbox: a mail is written in the transaction that wants it sent, and goes out if and only if that is kept.

A tenant's scope may put mail in and see none of it; everything else is the platform role's. :mod:`batikrfm_tenants.mail.sending` sends it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from batikrfm.db.engine import Scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.text import Language
from batikrfm_tenants import queries as sql
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.mail.letters import write

DAY: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of the outbox, as the demo's page shows it. The bodies are empty once it was sent."""

    id: UUID
    kind: str
    recipient: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    created_at: datetime
    sent_at: datetime | None


async def put(  # noqa: PLR0913 - what a mail consists of
    scope: Scope, kind: str, to: str, language: Language, *, link: str | None = None, useful: int = 7 * DAY, **values: str
) -> None:
    """Write the letter ``kind`` to ``to``. It is not sent any more after ``useful`` seconds, when its link is good for nothing."""
    written = write(kind, language, link, **values)
    await scope.execute(sql.PUT_MAIL, uuid7(), kind, to, written.subject, written.text, written.html, useful)


async def put_nothing(scope: Scope, kind: str, language: Language, *, link: str | None = None, useful: int = 7 * DAY) -> None:
    """Do what :func:`put` does, for nobody: so that asking about an address without an account takes as long."""
    write(kind, language, link)
    await scope.execute(sql.PUT_NOTHING, uuid7(), kind, useful)


async def list_outbox(limit: int = 50) -> list[Mail]:
    """The newest mails. For a demonstration; no page may show them where mail is really sent. Outside of any scope."""
    async with people_scope("show the local outbox") as scope:
        return [Mail(*row) for row in await scope.fetch(sql.LIST_OUTBOX, limit)]
