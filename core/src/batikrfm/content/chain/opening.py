"""Open the chain of a tenant: read its settings, take its providers from the pool, leave out models that are gone."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from batikrfm.content.chain.model import ORDER, Chain, Policy


@contextlib.asynccontextmanager
async def open_chain(tenant_id: UUID, *, order: Sequence[str] = ORDER, policy: Policy | None = None) -> AsyncIterator[Chain]:
    """The chain of ``tenant_id`` in ``order``, for as long as the block lasts. Opens a tenant's scope of its own and closes it again.

    A provider that is off for the tenant, lacks settings or does not open is in ``chain.skipped``, with the reason. The chain may be empty.
    """
    raise NotImplementedError
    yield
