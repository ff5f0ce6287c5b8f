"""Orders of one shop that jobs of their own begin at the same moment are written together; each stays a job that can be stopped alone.

The others of a company are those that come in the same turn of the event loop, as a worker begins them (``at_once`` of
:func:`batikrfm.jobs.job`). An order that nobody joins, or that needs something out of the ordinary, goes its own way.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from batikrfm.content.model import Generated, Order
from batikrfm.content.review import Deed
from batikrfm.content.together import MOST_TOGETHER, Together
from batikrfm.content.written import keep_for_job
from batikrfm.jobs import JobContext, complete_each

logger = logging.getLogger(__name__)


async def written_in_company(context: JobContext, order: Order, by: Deed | None) -> dict[str, Any] | None:
    """Have the order of a job, which ``by`` asked for, written with others; the result that the job has ended with.

    None: nobody came along, or it has to be written alone, for it needs something out of the ordinary or an attempt went wrong before.
    Raises as :func:`batikrfm.content.generating.generate`, and JobLost. Whoever is cancelled is stopped alone.
    """
    if context.attempt > 1:
        return None
    company = _gathering.get(context.tenant_id)
    if company is None or len(company.members) == MOST_TOGETHER:
        company = _gathering[context.tenant_id] = _Company(context.tenant_id)
    return await company.write(order, _Member(context, by))


@dataclass(frozen=True)
class _Member:
    context: JobContext
    by: Deed | None


@dataclass
class _Company:
    """Orders of one shop, by job, and the results of those that are kept."""

    tenant_id: UUID
    members: dict[UUID, _Member] = field(default_factory=dict)
    results: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    together: Together = field(init=False)
    work: asyncio.Task[None] = field(init=False)

    def __post_init__(self) -> None:
        self.together = Together(self.tenant_id, self.keep, own_jobs=True)
        self.work = asyncio.create_task(self.write_all(), context=Context())  # begins after this turn

    async def write(self, order: Order, member: _Member) -> dict[str, Any] | None:
        key = member.context.job_id
        self.members[key] = member
        coming = self.together.add(key, order)
        try:
            end = await asyncio.shield(coming)
        except asyncio.CancelledError:
            self.together.stop(key)
            await asyncio.wait([coming])
            end = coming.result()
            if not isinstance(end, Generated):  # else it is done already
                raise
        if isinstance(end, Exception):
            raise end
        return None if end is None else self.results[key]

    async def write_all(self) -> None:
        if _gathering.get(self.tenant_id) is self:
            del _gathering[self.tenant_id]
        try:
            if len(self.members) > 1:
                await self.together.run()
        except Exception as error:  # noqa: BLE001 - each has it again alone, if it is to blame
            logger.warning("words could not be written together: %s", type(error).__name__, extra={"about": error})
        finally:
            self.together.leave_the_rest()

    async def keep(self, generated: Mapping[UUID, Generated]) -> None:
        """Drafts and their jobs' ends, in the scope that pays for them."""
        members = [self.members[key] for key in generated]
        results = await keep_for_job([(one, member.by) for one, member in zip(generated.values(), members, strict=True)])
        self.results |= dict(zip(generated, results, strict=True))
        await complete_each([(member.context, result) for member, result in zip(members, results, strict=True)])


_gathering: dict[UUID, _Company] = {}
"""Those that may be joined in this turn of the event loop, by shop."""
