"""Where vendors report to: one URL for each account of a shop, which nobody guesses. In the tenant's scope, but for :func:`whose`."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.events import queries as sql
from batikrfm.delivery.events.errors import WebhookUrlNotFoundError
from batikrfm.delivery.events.model import NewUrl, WebhookUrl
from batikrfm.tenancy import system_scope

RANDOM: Final = 32  # bytes
LONGEST: Final = 64
HEARD_ON: Final = dt.timedelta(days=7)
"""How long a URL is heard after another took its place: time to enter the new one at the vendor's."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Whose URL it is."""

    tenant_id: UUID
    url_id: UUID
    channel: str


async def make_url(channel: str, *, by: str) -> NewUrl:
    """A new URL for the account of ``channel``; the one before is heard for :data:`HEARD_ON`. Only the answer ever has its token."""
    token = secrets.token_urlsafe(RANDOM)
    scope = current_scope()
    await scope.execute(sql.END_CURRENT, channel, HEARD_ON)
    (row,) = await scope.fetch(sql.ADD_URL, uuid7(), channel, _hash(token), by)
    return NewUrl(WebhookUrl(**row), token)


async def list_urls(channel: str) -> list[WebhookUrl]:
    """The URLs of ``channel`` that are heard, the newest first."""
    return [WebhookUrl(**row) for row in await current_scope().fetch(sql.LIST_URLS, channel)]


async def end_url(channel: str, url_id: UUID) -> None:
    """Hear nothing by this URL any more. Raises WebhookUrlNotFoundError."""
    if await current_scope().execute(sql.END_URL, url_id, channel) != "UPDATE 1":
        raise WebhookUrlNotFoundError


async def whose(token: str) -> Hook | None:
    """Whose URL ends in ``token``; None if nobody's does. Asks the platform's table, so outside of any scope."""
    if not token.isascii() or len(token) > LONGEST:
        return None
    async with system_scope(reason="find whose webhook is asked", routine=True) as scope:
        rows = await scope.fetch(sql.WHOSE_URL, _hash(token))
    return Hook(rows[0]["tenant_id"], rows[0]["id"], rows[0]["channel"]) if rows else None


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
