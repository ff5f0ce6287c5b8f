"""Files of tenants: whole or not at all, and nobody's key leads to somebody else's."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path, PurePosixPath
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from batikrfm.db.keys import uuid7
from batikrfm.settings import DaysError, Settings
from batikrfm.storage import (
    Storage,
    StorageClosed,
    StorageUrlError,
    StoredFileMissing,
    TenantFiles,
    folder_store,
    open_storage,
    opened_storage,
)

MINE, THEIRS = TenantFiles(UUID(int=1)), TenantFiles(UUID(int=2))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with opened_storage(Storage(folder_store(tmp_path / "files"))):
        yield tmp_path / "files"


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest) -> str:
    """Both kinds of store, each empty: a folder, and a bucket of a server that speaks S3."""
    request.getfixturevalue("folder" if request.param == "folder" else "bucket")
    return str(request.param)


async def pieces(*data: bytes) -> AsyncIterator[bytes]:
    for piece in data:
        yield piece


async def read(files: TenantFiles, *parts: str | int | UUID) -> bytes:
    return b"".join([piece async for piece in files.get(*parts)])


async def kept() -> list[str]:
    return sorted([f"{files.tenant_id}/{key}" for files in (MINE, THEIRS) for key in await files.list()])


@pytest.mark.parametrize("data", [b"", b"x", b"x" * 3_000_000])
@pytest.mark.usefixtures("store")
async def test_what_was_put_comes_back(data: bytes, tmp_path: Path) -> None:
    upload = uuid7()
    assert await MINE.put(data, "uploads", upload, 1) == len(data)
    assert await MINE.put(pieces(data[:7], data[7:]), "uploads", upload, 2) == len(data)
    for number in (1, 2):
        assert await read(MINE, "uploads", upload, number) == data
        assert await MINE.size("uploads", upload, number) == len(data)
        await MINE.download(tmp_path / "copy", "uploads", upload, number)
        assert (tmp_path / "copy").read_bytes() == data
    assert await kept() == [f"{MINE.tenant_id}/uploads/{upload}/{number}" for number in (1, 2)]
    assert await MINE.list("uploads") == [f"uploads/{upload}/{number}" for number in (1, 2)]


@pytest.mark.usefixtures("store")
async def test_a_source_that_breaks_leaves_nothing_and_spoils_nothing() -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"x" * 6_000_000
        yield b"x" * 6_000_000
        raise ConnectionResetError

    await MINE.put(b"before", "uploads", 1)
    for key in (1, 2):
        with pytest.raises(ConnectionResetError):
            await MINE.put(breaking(), "uploads", key)
    assert await read(MINE, "uploads", 1) == b"before"
    assert await kept() == [f"{MINE.tenant_id}/uploads/1"]


async def test_everything_of_a_tenant_goes_and_nothing_of_another(store: str, tmp_path: Path) -> None:
    for files in (MINE, THEIRS):
        await files.put(b"x", "uploads", "a", 1)
        await files.put(b"x", "uploads", "ab", 1)
        await files.put(b"x", "reports", "a.pdf")
    assert await MINE.delete("uploads", "a") == 1
    assert await MINE.list() == ["reports/a.pdf", "uploads/ab/1"]
    assert await MINE.delete("reports", "a.pdf") == 1
    assert await MINE.delete() == 1
    assert await MINE.delete() == 0
    assert await THEIRS.list() == ["reports/a.pdf", "uploads/a/1", "uploads/ab/1"]
    if store == "folder":
        assert not (tmp_path / "files" / str(MINE.tenant_id)).exists()


@pytest.mark.usefixtures("store")
async def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert await kept() == []
    await THEIRS.put(b"x", "uploads", 1)
    with pytest.raises(StoredFileMissing):
        await read(MINE, "uploads", 1)
    with pytest.raises(StoredFileMissing):
        await MINE.size("uploads", 1)
    with pytest.raises(StoredFileMissing):
        await MINE.download(tmp_path / "copy", "uploads", 1)


@given(st.lists(st.text() | st.integers(), max_size=4))
@example(["uploads", "..", "..", str(THEIRS.tenant_id), "uploads"])
@example(["uploads/../../x"])
@example(["uploads", "."])
@example(["", "uploads"])
@example(["uploads", "a\x00b"])
@example(["uploads", "\u2025"])
@example(["uploads", "%2e%2e"])
@example(["uploads", "a\n"])
@example(["-rf"])
def test_no_part_leads_out_of_the_tenants_own(parts: list[str | int]) -> None:
    try:
        key = MINE.key(*parts)
    except ValueError:
        return
    path = PurePosixPath(key)
    assert path.parts == (str(MINE.tenant_id), *map(str, parts))
    assert ".." not in path.parts
    assert key.isascii()
    assert key.isprintable()


def test_the_folder_is_private(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_folder_is_beside_the_database_unless_a_url_says_otherwise(tmp_path: Path) -> None:
    with open_storage(Settings(data_dir=tmp_path)) as opened:
        assert (tmp_path / "files").is_dir()
        assert opened.keep_uploads.days == 30
    with open_storage(Settings(data_dir=tmp_path, storage_url="s3://bucket/folder")) as opened:
        assert "bucket" in repr(opened.store)
    with pytest.raises(StorageUrlError) as error, open_storage(Settings(data_dir=tmp_path, storage_url="nowhere://user:secret@host")):
        pass
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("days", ["0", "-1", "soon", "1.5"])
def test_days_that_are_none(days: str) -> None:
    with pytest.raises(DaysError):
        Settings.from_environment({"BATIKRFM_DATA_DIR": "x", "BATIKRFM_UPLOAD_DAYS": days})
    assert Settings.from_environment({"BATIKRFM_DATA_DIR": "x", "BATIKRFM_UPLOAD_DAYS": "7"}).upload_days == 7


async def test_closed_storage_is_no_storage() -> None:
    with pytest.raises(StorageClosed):
        await MINE.put(b"x", "uploads", 1)
