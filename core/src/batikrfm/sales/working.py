"""The work on an upload. Each piece can be killed at any instruction and run again: what was done once is not done twice."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from batikrfm.db.engine import current_scope
from batikrfm.jobs import complete, current_job, enqueue, progress
from batikrfm.sales import uploads_queries as sql
from batikrfm.sales.importing import ImportResult, import_files
from batikrfm.sales.mapping import ChoiceError, MappingUnsure, fingerprint
from batikrfm.sales.mappings import find_mappings
from batikrfm.sales.preview import Shop, preview_of
from batikrfm.sales.previews import Preview
from batikrfm.sales.reading import Sheet, Source, read_files
from batikrfm.sales.tasks import Follower, forget_upload
from batikrfm.sales.uploads import EVERY_SHEET, FILES, UploadState, end_upload, find_upload
from batikrfm.sdk.errors import BatikError, InputError, NotFoundError
from batikrfm.sdk.text import Text
from batikrfm.storage import TenantFiles
from batikrfm.tenancy import Tenant, tenant_scope

LOOKING = Text(id="Membaca file Anda …", en="Reading your files …")
IMPORTING = Text(id="Membaca dan menyimpan penjualan …", en="Reading and storing the sales …")
FOLLOWING = Text(id="Menghitung segmen pelanggan …", en="Working out the segments …")
READY = Text(id="Selesai.", en="Done.")
STEPS: Final = 3
LATER: Final = dt.timedelta(days=1)
ORPHANS: Final = dt.timedelta(days=2)
"""Files without an upload that are older were left by a request that broke off."""

Chosen = Mapping[str, Mapping[str, str]]


async def look(upload_id: UUID) -> None:
    """Read the files and ask; a file that holds no sales, or cannot be read, is the upload's end."""
    tenant_id = current_job().tenant_id
    async with tenant_scope(tenant_id) as scope:
        rows = await scope.fetch(sql.LOOK, upload_id)
        tenant = await _tenant()
    if not rows:  # discarded meanwhile, or done by an attempt before
        return
    await progress(0, 1, LOOKING)
    try:
        async with _files(tenant_id, upload_id, rows[0]["files"]) as files:
            preview = await _preview(tenant, files, {})
    except (InputError, NotFoundError) as error:
        await _end(tenant_id, upload_id, UploadState.FAILED, error)
        return
    async with tenant_scope(tenant_id) as scope:
        await _ask(upload_id, preview, None)
        await complete()


async def import_(upload_id: UUID, followers: Sequence[Follower]) -> None:
    """Load the sales, then let ``followers`` work. Where a question turns up after all, the upload asks it."""
    tenant_id = current_job().tenant_id
    async with tenant_scope(tenant_id) as scope:
        row = next(iter(await scope.fetch(sql.LOCK, upload_id)), None)
        tenant = await _tenant()
    if row is None or row["state"] != UploadState.IMPORTING:
        return
    try:
        if row["import_id"] is None and not await _load(tenant, upload_id, row):
            return
        await progress(1, STEPS, FOLLOWING)
        for follower in followers:
            await follower(upload_id)
    except (InputError, NotFoundError) as error:
        await _end(tenant_id, upload_id, UploadState.FAILED, error)
        return
    await _end(tenant_id, upload_id, UploadState.DONE)


async def forget(upload_id: UUID) -> None:
    """Delete the files of an upload, give it up if it still waits, and clear away files that belong to none."""
    tenant_id = current_job().tenant_id
    async with tenant_scope(tenant_id) as scope:
        for _ in await scope.fetch(sql.LOCK, upload_id):
            if (await find_upload(upload_id)).state is UploadState.IMPORTING:  # just now, a month after it came
                await enqueue(forget_upload, {"upload_id": str(upload_id)}, run_at=dt.datetime.now(dt.UTC) + LATER)
                return
        await end_upload(upload_id, UploadState.DISCARDED)
        await scope.execute(sql.FORGET_FILES, upload_id)
    store = TenantFiles(tenant_id)
    await store.delete(FILES, upload_id)
    for orphan in await _orphans(tenant_id, store):
        await store.delete(FILES, orphan)


async def _load(tenant: Tenant, upload_id: UUID, row: Mapping[str, Any]) -> bool:
    """Whether the sales are in now; if not, the upload asks again."""
    chosen: Chosen = msgspec.json.decode(row["chosen"])

    async def note(result: ImportResult) -> None:
        noted = await current_scope().execute(sql.NOTE_IMPORT, upload_id, result.import_id, list(result.unknown_statuses))
        if noted != "UPDATE 1":
            raise InterruptedError("another attempt has imported this upload, or somebody stopped it")

    await progress(0, STEPS, IMPORTING)
    async with _files(tenant.id, upload_id, row["files"]) as files:
        try:
            await import_files(tenant, files, chosen=chosen.get(EVERY_SHEET), chosen_of=chosen, save_mapping=row["save_mapping"], also=note)
        except (MappingUnsure, ChoiceError) as error:
            await _ask_again(tenant, upload_id, files, chosen, error)
            return False
    return True


async def _ask_again(tenant: Tenant, upload_id: UUID, files: Sequence[Source], chosen: Chosen, error: InputError) -> None:
    """Show the files as they are with what was chosen; where even that cannot be, as they are without."""
    try:
        preview = await _preview(tenant, files, chosen)
    except ChoiceError:
        preview = await _preview(tenant, files, {})
    problem = None if isinstance(error, MappingUnsure) else said(error)
    async with tenant_scope(tenant.id):
        await _ask(upload_id, preview, problem)
        await complete()


async def _preview(tenant: Tenant, files: Sequence[Source], chosen: Chosen) -> Preview:
    sheets: list[Sheet] = await asyncio.to_thread(read_files, files)
    keys = {fingerprint(sheet.header) for sheet in sheets}
    async with tenant_scope(tenant.id) as scope:
        saved = await find_mappings(scope, keys)
    chosen_of = {key: {**chosen.get(EVERY_SHEET, {}), **chosen.get(key, {})} for key in keys}
    return await asyncio.to_thread(preview_of, sheets, Shop(tenant.time_zone, tenant.currency), saved=saved, chosen_of=chosen_of)


async def _ask(upload_id: UUID, preview: Preview, problem: Text | None) -> None:
    words = sorted({word for sheet in preview.sheets for word in sheet.unknown_statuses})
    kept = None if problem is None else msgspec.json.encode(problem).decode()
    await current_scope().execute(sql.ASK, upload_id, msgspec.json.encode(preview).decode(), kept, words)


async def _end(tenant_id: UUID, upload_id: UUID, state: UploadState, error: BatikError | None = None) -> None:
    async with tenant_scope(tenant_id):
        await end_upload(upload_id, state, None if error is None else said(error))
        await complete()


def said(error: BatikError) -> Text:
    """What an error says, in both languages."""
    return Text(id=error.say("id"), en=error.say("en"))


async def _tenant() -> Tenant:
    (row,) = await current_scope().fetch(sql.TENANT)
    return Tenant(*row)


@contextlib.asynccontextmanager
async def _files(tenant_id: UUID, upload_id: UUID, kept: str) -> AsyncIterator[list[Source]]:
    """The upload's files on this machine, under names of our own. Their owner's names go along and touch no disk."""
    store = TenantFiles(tenant_id)
    with tempfile.TemporaryDirectory(prefix="batikrfm-") as folder:
        files = []
        for number, file in enumerate(msgspec.json.decode(kept), start=1):
            path = Path(folder, str(number))
            await store.download(path, FILES, upload_id, number)
            files.append(Source(file["name"], path))
        yield files


async def _orphans(tenant_id: UUID, store: TenantFiles) -> set[UUID]:
    """Uploads that have files, are none, and are too old to become one."""
    there = {UUID(key.split("/")[1]) for key in await store.list(FILES)}
    youngest = (dt.datetime.now(dt.UTC) - ORPHANS).timestamp() * 1_000
    old = {upload_id for upload_id in there if upload_id.int >> 80 < youngest}
    async with tenant_scope(tenant_id) as scope:
        known = {row["id"] for row in await scope.fetch(sql.KNOWN, list(old))}
    return old - known
