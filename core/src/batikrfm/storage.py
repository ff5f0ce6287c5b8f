"""Files of tenants: uploads and reports, in a local folder or in an S3-compatible store.

A key is ``<tenant's id>/<kind>/<id>[/<number>]``: ids and words of ours. No name that a person gave becomes part of one. Writes are
atomic: a file is there whole, or not at all.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from batikrfm.sdk.errors import NotFoundError, SetupError
from batikrfm.sdk.text import Text
from batikrfm.settings import Settings

if TYPE_CHECKING:
    from obstore.store import ObjectStore

CHUNK: Final = 1 << 20
FOLDER: Final = "files"
PRIVATE: Final = 0o700
_PART = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}(\.[a-z0-9]{1,8})?")

Data = bytes | AsyncIterable[bytes]
Part = str | int | UUID


class StorageClosed(RuntimeError):
    """The storage was used before :func:`open_storage`: our bug."""


class StorageUrlError(SetupError):
    """The URL names no store that we can write to. It may hold a password, so it is not repeated."""

    text = Text(
        id="BATIKRFM_STORAGE_URL tidak bisa dipakai. Tulis seperti s3://nama-bucket/folder, dengan kuncinya di variabel AWS_....",
        en="BATIKRFM_STORAGE_URL cannot be used. Write it like s3://bucket/folder, with its keys in the AWS_... variables.",
    )


class StoredFileMissing(NotFoundError):
    """There is no such file (any more)."""

    text = Text(id="Filenya sudah tidak ada. Unggah atau buat lagi.", en="The file is not there any more. Upload or make it again.")


class Storage:
    """Where files are kept, and for how long originals of uploads are (``keep_uploads``). One is open at a time, as the database is."""

    def __init__(self, store: ObjectStore, keep_uploads: timedelta = timedelta(days=30)) -> None:
        self.store = store
        self.keep_uploads = keep_uploads


_open: list[Storage] = []


@contextlib.contextmanager
def open_storage(settings: Settings) -> Iterator[Storage]:
    """Open the storage for as long as the block lasts: ``BATIKRFM_STORAGE_URL``, or a folder beside the database.

    Programs need not call it: opening the database (:func:`batikrfm.tenancy.open_database`) does. Raises :class:`StorageUrlError`.
    """
    store = folder_store(settings.data_dir / FOLDER) if settings.storage_url is None else _store_at(settings.storage_url)
    with opened_storage(Storage(store, timedelta(days=settings.upload_days))) as storage:
        yield storage


@contextlib.contextmanager
def opened_storage(storage: Storage) -> Iterator[Storage]:
    """Make ``storage`` the one that :class:`TenantFiles` use, for as long as the block lasts."""
    _open.append(storage)
    try:
        yield storage
    finally:
        _open.remove(storage)


def storage() -> Storage:
    """The open storage."""
    if not _open:
        raise StorageClosed("open_storage() comes first")
    return _open[-1]


def folder_store(folder: Path) -> ObjectStore:
    """A store in ``folder``, which is made, readable by its owner only."""
    from obstore.store import LocalStore

    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    folder.chmod(PRIVATE)
    return LocalStore(folder, automatic_cleanup=True)


def _store_at(url: str) -> ObjectStore:
    from obstore.exceptions import BaseError
    from obstore.store import from_url

    try:
        return from_url(url)
    except (BaseError, ValueError):
        raise StorageUrlError from None


@dataclass(frozen=True)
class TenantFiles:
    """The files of one tenant. Every key begins with the tenant's id, and no part of a key leads out of there."""

    tenant_id: UUID

    def key(self, *parts: Part) -> str:
        """The key of a file: ``key("uploads", upload_id, 1)``. A part that is no plain word of ours is a ``ValueError``: our bug."""
        words = [str(part) for part in parts]
        if not words or not all(_PART.fullmatch(word) for word in words):
            raise ValueError("a key is made of our own words and ids only")
        return "/".join((str(self.tenant_id), *words))

    async def put(self, data: Data, *parts: Part) -> int:
        """Keep ``data`` under ``key(*parts)``, in place of what is there; how many bytes it was. An error while reading keeps nothing."""
        from obstore import put_async

        key, size = self.key(*parts), 0

        async def counted(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
            nonlocal size
            async for piece in pieces:
                size += len(piece)
                yield piece

        if isinstance(data, bytes):
            await put_async(storage().store, key, data)
            return len(data)
        await put_async(storage().store, key, counted(data))
        return size

    async def get(self, *parts: Part) -> AsyncIterator[bytes]:
        """The file in pieces. Raises :class:`StoredFileMissing`."""
        from obstore import get_async

        try:
            found = await get_async(storage().store, self.key(*parts))
        except FileNotFoundError:
            raise StoredFileMissing from None
        async for piece in found.stream(min_chunk_size=CHUNK):
            yield bytes(piece)

    async def download(self, path: Path, *parts: Part) -> None:
        """Write the file to ``path``. Raises :class:`StoredFileMissing`."""
        with path.open("wb") as file:
            async for piece in self.get(*parts):
                file.write(piece)

    async def size(self, *parts: Part) -> int:
        """Its bytes. Raises :class:`StoredFileMissing`."""
        from obstore import head_async

        try:
            return int((await head_async(storage().store, self.key(*parts)))["size"])
        except FileNotFoundError:
            raise StoredFileMissing from None

    async def list(self, *parts: Part) -> list[str]:
        """The keys under ``parts``, sorted, without the tenant's id in front."""
        prefix = self.key(*parts) if parts else str(self.tenant_id)
        return sorted(path.partition("/")[2] for path in await _paths(prefix))

    async def delete(self, *parts: Part) -> int:
        """Remove the file, and all files under ``parts``; without parts everything of the tenant. How many there were."""
        from obstore import delete_async

        prefix = self.key(*parts) if parts else str(self.tenant_id)
        found = await _paths(prefix)
        if parts and not found:
            found = [path for path in await _paths(prefix.rpartition("/")[0]) if path == prefix]
        for path in found:
            with contextlib.suppress(FileNotFoundError):  # somebody else was quicker
                await delete_async(storage().store, path)
        return len(found)


async def _paths(prefix: str) -> list[str]:
    """The keys of all files under ``prefix``, as a folder: ``a/b`` has ``a/b/c`` and not ``a/bc``."""
    import obstore

    found: list[str] = []
    async for batch in obstore.list(storage().store, prefix):
        found += [str(entry["path"]) for entry in batch]
    return found
