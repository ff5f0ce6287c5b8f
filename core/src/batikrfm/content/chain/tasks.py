"""The daily look at the lists of models, as a job of each tenant that uses a provider with one."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from batikrfm.jobs import current_job, job

CHECK: Final = "content.check_models"


@job(CHECK, max_attempts=4, timeout=300.0, retry_after=600.0)
async def check_models() -> dict[str, int]:
    """Read the lists of the tenant's accounts that nobody read today: the installation's is read for one tenant and serves all."""
    from batikrfm.content.chain.opening import open_everyone
    from batikrfm.content.chain.watching import check_lists

    async with open_everyone(current_job().tenant_id) as chain:
        return {"lists": await check_lists(chain)}


def daily_at(tenant_id: UUID) -> str:
    """When a tenant's check is due each day, in cron's words: at night, and not all tenants at once."""
    minute = tenant_id.int % 240
    return f"{minute % 60} {1 + minute // 60} * * *"
