"""What the outbox does not keep: what is old, and what is an erased customer's. Runs in the tenant's scope."""

from __future__ import annotations

import datetime as dt
from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.delivery.outbox import queries as sql

KEPT: Final = dt.timedelta(days=30)
AT_ONCE: Final = 10_000
"""Messages that one statement forgets at most."""


async def erase(customer_id: UUID) -> int:
    """Remove all that is addressed to a customer; how many there were. Happens by itself where the customer's row is deleted."""
    return count_of(await current_scope().execute(sql.ERASE, customer_id))


async def forget() -> int:
    """Remove what was kept for :data:`KEPT`, at most :data:`AT_ONCE`; how many there were."""
    return count_of(await current_scope().execute(sql.FORGET, KEPT, AT_ONCE))


def count_of(done: str) -> int:
    """How many rows a statement changed, by what PostgreSQL says of it."""
    return int(done.rpartition(" ")[2])
