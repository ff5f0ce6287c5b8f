"""The outbox. What is in it was committed with what it speaks of; :func:`serve` sends it, at least once.

A program killed between the server's "250" and our note of it sends again; the copy has the same ``Message-ID``, so mail programs
show one. A body is removed as soon as it is sent, for it holds links that open doors.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


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


async def list_outbox(limit: int = 50) -> list[Mail]:
    """The newest mails. For a demonstration, whose page must not exist where mail is really sent. Outside of any scope."""
    raise NotImplementedError


async def serve(stop: asyncio.Event, url: str) -> None:
    """Send what is due until ``stop`` is set. ``url`` is ``BATIKRFM_MAIL_URL``; with ``outbox:`` mail stays where it is."""
    raise NotImplementedError
