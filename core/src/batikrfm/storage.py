"""Files of tenants: uploads and reports, in a local folder or in an S3-compatible store.

A key is ``<tenant's id>/<kind>/<id>[/<number>]``: ids and words of ours. No name that a person gave becomes part of one. Writes are
atomic: a file is there whole, or not at all.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from batikrfm.sdk.errors import NotFoundError, SetupError
from batikrfm.sdk.text import Text
from batikrfm.settings import Settings

if TYPE_CHECKING:
    from obstore.store import ObjectStore

CHUNK: Final = 1 << 20
PRIVATE: Final = 0o700
_PART = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}(\.[a-z0-9]{1,8})?")


class StorageClosed(RuntimeError):
    """The storage was used before :func:`open_storage`: our bug."""


class StorageUrlError(SetupError):
    """Value: ``why``, what the store's library says of the URL, which may hold no secret."""

    text = Text(
        id="BATIKRFM_STORAGE_URL tidak bisa dipakai ({why}); tulis seperti s3://nama-bucket/folder.",
        en="BATIKRFM_STORAGE_URL cannot be used ({why}); write it like s3://bucket/folder.",
    )


class StoredFileMissing(NotFoundError):
    """There is no such file (any more)."""

    text = Text(id="Filenya sudah tidak ada. Unggah atau buat lagi.", en="The file is not there any more. Upload or make it again.")


@dataclass(frozen=True)
class TenantFiles:
    """The files of one tenant. Every key begins with the tenant's id, and no part of a key leads out of there."""

    tenant_id: UUID

    def key(self, *parts: str | int | UUID) -> str:
        """The key of a file: ``key("uploads", upload_id, 1)``. A part that is no plain word of ours is a ``ValueError``: our bug."""
        words = [str(part) for part in parts]
        if not words or not all(_PART.fullmatch(word) for word in words):
            raise ValueError("a key is made of our own words and ids only")
        return "/".join((str(self.tenant_id), *words))

    async def put(self, data: bytes | AsyncIterable[bytes], *parts: str | int | UUID) -> int:
        """Keep ``data`` under ``key(*parts)``, in place of what is there; how many bytes it was. An error while reading keeps nothing."""
        raise NotImplementedError

    def get(self, *parts: str | int | UUID) -> AsyncIterator[bytes]:
        """The file in pieces. Raises :class:`StoredFileMissing`."""
        raise NotImplementedError

    async def download(self, path: Path, *parts: str | int | UUID) -> None:
        """Write the file to ``path``. Raises :class:`StoredFileMissing`."""
        raise NotImplementedError

    async def size(self, *parts: str | int | UUID) -> int:
        """Its bytes. Raises :class:`StoredFileMissing`."""
        raise NotImplementedError

    async def list(self, *parts: str | int | UUID) -> list[str]:
        """The keys under ``parts``, without the tenant's id in front."""
        raise NotImplementedError

    async def delete(self, *parts: str | int | UUID) -> int:
        """Remove the file, and all files under ``parts``; without parts everything of the tenant. How many there were."""
        raise NotImplementedError
