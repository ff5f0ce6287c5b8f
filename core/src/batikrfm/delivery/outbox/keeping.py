"""Keeping and showing. Runs in the tenant's scope."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.model import Medium
from batikrfm.delivery.outbox import queries as sql
from batikrfm.delivery.outbox.forgetting import count_of
from batikrfm.delivery.outbox.model import Handed, NoSuchOutboxMessageError, OutboxMessage
from batikrfm.delivery.outbox.tasks import forget_in_time


async def keep(channel: str, medium: Medium, handed: Sequence[Handed]) -> int:
    """Keep what the channel of this key accepted; how many were new.

    A message that is there already stays as it is: handing it in again changes nothing. Its id is a UUID, the delivery's.
    """
    if not handed:
        return 0
    messages = [one.message for one in handed]
    done = await current_scope().execute(
        sql.KEEP,
        channel,
        medium,
        [UUID(message.id) for message in messages],
        [one.customer_id for one in handed],
        [message.to for message in messages],
        [message.subject for message in messages],
        [message.text for message in messages],
        [message.html for message in messages],
        [json.dumps(dict(message.headers)) for message in messages],
    )
    await forget_in_time()
    return count_of(done)


async def list_outbox(after: UUID | None = None, limit: int = 50, *, medium: Medium | None = None) -> list[OutboxMessage]:
    """The newest messages; ``after`` is the id of the last one seen, for the next page."""
    return [_message(row) for row in await current_scope().fetch(sql.LIST, after, limit, medium)]


async def find_outbox_message(message_id: UUID) -> OutboxMessage:
    """The message, or :class:`NoSuchOutboxMessageError`."""
    for row in await current_scope().fetch(sql.FIND, message_id):
        return _message(row)
    raise NoSuchOutboxMessageError


def _message(row: Mapping[str, Any]) -> OutboxMessage:
    return OutboxMessage(
        id=UUID(bytes=row["id"].bytes),
        created_at=row["created_at"],
        medium=Medium(row["medium"]),
        channel=row["channel"],
        address=row["address"],
        subject=row["subject"],
        text=row["text"],
        html=row["html"],
        headers=json.loads(row["headers"]),
        customer_id=None if row["customer_id"] is None else UUID(bytes=row["customer_id"].bytes),
    )
