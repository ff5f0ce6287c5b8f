"""What tests of people share: passwords that pass, an office with cheap ones, mails and the links in them, a clock that stands still."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from batikrfm.db.keys import uuid7
from batikrfm.tenancy import tenant_scope
from batikrfm_tenants import sessions
from batikrfm_tenants.mail.outbox import Mail, list_outbox
from batikrfm_tenants.sessions import Session
from batikrfm_tenants.signing_in import SignedIn

if TYPE_CHECKING:
    import asyncpg

PASSWORD = "kuda hijau menari lambat"
OTHER_PASSWORD = "payung sembilan kapal biru"


@dataclass
class StandingClock:
    """A clock that a test moves by hand. Only one-time codes and devices look at it; the database has its own."""

    at: datetime = field(default_factory=lambda: datetime(2026, 3, 1, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def pass_time(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Join(Protocol):
    """Signs up, confirms and signs in somebody new."""

    async def __call__(self, email: str | None = None, name: str = "Ibu Sri") -> SignedIn: ...


def new_email() -> str:
    return f"ibu.{uuid7().hex}@contoh.example"


async def mails_to(email: str, kind: str | None = None) -> list[Mail]:
    """The mails to ``email``, the newest first."""
    return [mail for mail in await list_outbox(10_000) if mail.recipient == email.lower() and kind in (None, mail.kind)]


async def link_token(email: str, kind: str) -> str:
    """The token of the newest link of this kind that was sent to ``email``."""
    (mail, *_) = await mails_to(email, kind)
    found = re.search(r"https://batik\.example/\S+/([\w-]{43})$", mail.text, re.MULTILINE)
    assert found is not None
    return found[1]


async def live(token: str) -> Session:
    """The session of ``token``, which there is."""
    session = await sessions.find(token)
    assert session is not None
    return session


async def outcomes(*work: Awaitable[object]) -> list[object]:
    """What each of several things done at the same time came to, each in a task of its own."""
    tasks = [asyncio.ensure_future(one) for one in work]
    return await asyncio.gather(*tasks, return_exceptions=True)


def kinds(came: list[object]) -> list[str]:
    """The names of the types of what came, in order."""
    return sorted(type(one).__name__ for one in came)


async def age(admin: asyncpg.Connection, table: str, column: str, who: SignedIn, by: str) -> None:
    """Make ``column`` of the person's rows older."""
    await admin.execute(f"update {table} set {column} = {column} - $2::text::interval where user_id = $1", who.user.id, by)


class Undone(Exception):
    """Raised to undo a scope on purpose."""


async def undone(tenant_id: UUID, work: Awaitable[object]) -> None:
    """Do ``work`` in the tenant's scope and undo it."""
    with contextlib.suppress(Undone):
        async with tenant_scope(tenant_id):
            await work
            raise Undone
