"""What is declared for very many customers, as a job: a page says how far it is, and nobody has to wait for it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from batikrfm.delivery.consent.model import Doing
from batikrfm.delivery.consent.writing_down import step
from batikrfm.jobs import complete, current_job, job, progress
from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope

WORKING: Final = {
    Doing.DECLARING: Text(id="Mencatat persetujuan pelanggan …", en="Writing down what the customers agreed to …"),
    Doing.WITHDRAWING: Text(id="Menarik persetujuan pelanggan …", en="Taking back what the customers agreed to …"),
}


@job("delivery.declaration", max_attempts=20)
async def work_off_declaration(declaration_id: str, doing: str) -> dict[str, Any]:
    """Write a declaration down, or take it back, each step by itself. The last one and the job end together."""
    result, what = {"declaration_id": declaration_id}, Doing(doing)
    while True:
        async with tenant_scope(current_job().tenant_id):
            work = await step(UUID(declaration_id), what)
            if work is None:
                await complete(result)
                return result
        await progress(work.done, work.people, WORKING[what])
