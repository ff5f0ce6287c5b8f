"""Segmenting as a job: when an import is in, when a person asks for it, and by the clock."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from batikrfm.jobs import current_job, job, progress
from batikrfm.sales.tasks import after_import
from batikrfm.sdk.text import Text

WORKING = Text(id="Menghitung segmen pelanggan …", en="Working out the segments …")

TRYING = Text(id="Mencoba aturan ini pada semua pelanggan …", en="Trying these rules on all customers …")


@job("segmentation.run", max_attempts=3)
async def run_segments() -> dict[str, str | int]:
    """Segment the tenant as it wants to be, as of today where it is. Running twice moves nobody."""
    from batikrfm.segmentation.keeping import run_as_wanted

    await progress(0, 1, WORKING)
    run = await run_as_wanted(current_job().tenant_id)
    return {"run_id": str(run.stored.id), "moved": run.stored.moved}


@job("segmentation.try", max_attempts=2)
async def try_segments(preferences: dict[str, Any], sent: list[list[str]]) -> dict[str, Any]:
    """Who would move: a :class:`~batikrfm.segmentation.whatif.WhatIf` as JSON. ``sent`` comes back with it: the form that asked."""
    import msgspec

    from batikrfm.segmentation.preferences import Preferences
    from batikrfm.segmentation.whatif import what_if
    from batikrfm.tenancy import tenant_scope

    await progress(0, 1, TRYING)
    async with tenant_scope(current_job().tenant_id):
        answer = await what_if(msgspec.convert(preferences, Preferences))
    return {"answer": msgspec.to_builtins(answer), "sent": sent}


@after_import
async def segment_after_import(upload_id: UUID) -> None:
    """Segment the tenant anew if the import changed something, or nothing ever was segmented; once for each upload."""
    from batikrfm.segmentation.keeping import run_after_import

    await run_after_import(current_job().tenant_id, upload_id)
