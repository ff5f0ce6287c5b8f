"""Unpacking that cannot be made to fill the memory: what really comes out is counted, what a directory claims is not believed."""

from __future__ import annotations

import copy
import gzip
import posixpath
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from batikrfm.sales.reading.errors import (
    ArchiveWithoutSales,
    ExpandsTooMuch,
    FileDamaged,
    FormatNotRead,
    PasswordProtected,
    ReadingError,
    TooManyMembers,
)
from batikrfm.sales.reading.limits import Limits
from batikrfm.sales.reading.source import Source, check_size

_CHUNK = 256 * 1024  # stays in the processor's cache while it is looked at
_MIB = 1024 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, OSError, ValueError, KeyError)
_JUNK_FOLDERS = {"__macosx", ".git", "$recycle.bin"}
_JUNK_FILES = {".ds_store", "thumbs.db", "desktop.ini"}
_JUNK_STARTS = ("._", "~$", ".~lock")


@dataclass(slots=True)
class Meter:
    """Counts the bytes that one file unpacks to, and stops at the limits."""

    source: Source
    packed: int
    limits: Limits
    expanded: int = 0

    def add(self, count: int) -> None:
        self.expanded += count
        limits = self.limits
        if self.expanded > limits.max_expanded_bytes:
            raise ExpandsTooMuch(file=self.source.name, limit=f"{limits.max_expanded_bytes // _MIB} MB")
        if self.expanded > max(limits.ratio_floor_bytes, limits.max_ratio * self.packed):
            raise ExpandsTooMuch(file=self.source.name, limit=f"{limits.max_ratio} x")


@contextmanager
def open_zip(source: Source, limits: Limits) -> Iterator[tuple[zipfile.ZipFile, Meter]]:
    """The archive and the meter for everything that comes out of it. What breaks inside means that the file is damaged."""
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            if len(archive.infolist()) > limits.max_members:
                raise TooManyMembers(file=source.name, limit=limits.max_members)
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise PasswordProtected(file=source.name)
            yield archive, Meter(source, file.seek(0, 2), limits)
    except ReadingError:
        raise
    except NotImplementedError as error:  # a way of packing that Python does not know
        raise FormatNotRead(file=source.name, kind="ZIP") from error
    except _BROKEN as error:
        raise FileDamaged(file=source.name) from error


def chunks_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter) -> Iterator[bytes]:
    """Everything that ``info`` really unpacks to, piece by piece, checksum included.

    zipfile stops at the size that the directory declares, so a directory that lies would hide the rest from us but not from the
    spreadsheet reader. A copy that declares "endless" makes it go on until the data end.
    """
    honest = copy.copy(info)
    honest.file_size = sys.maxsize
    size = 0
    with archive.open(honest) as member:
        while chunk := member.read(_CHUNK):
            meter.add(len(chunk))
            size += len(chunk)
            yield chunk
    if size != info.file_size:
        raise zipfile.BadZipFile


def members(source: Source, limits: Limits) -> Iterator[Source]:
    """The files inside an archive, one at a time, without what operating systems leave behind."""
    with open_zip(source, limits) as (archive, meter):
        wanted = [info for info in archive.infolist() if not info.is_dir() and not _is_junk(info.filename)]
        if not wanted:
            raise ArchiveWithoutSales(file=source.name)
        if len(wanted) > limits.max_files:
            raise TooManyMembers(file=source.name, limit=limits.max_files)
        for info in sorted(wanted, key=lambda info: info.filename):
            name = f"{source.name}/{info.filename}"
            data = b"".join(chunks_of(archive, info, meter))
            check_size(name, len(data), limits)
            yield Source(name, data)


def _is_junk(name: str) -> bool:
    *folders, file = posixpath.normpath(name.replace("\\", "/")).lower().split("/")
    return file in _JUNK_FILES or file.startswith(_JUNK_STARTS) or not _JUNK_FOLDERS.isdisjoint(folders)


def _gunzip(packed: BinaryIO, meter: Meter) -> Iterator[bytes]:
    with gzip.open(packed) as file:
        while chunk := file.read(_CHUNK):
            meter.add(len(chunk))
            yield chunk


def gunzipped(source: Source, limits: Limits) -> Source:
    """The one file inside a .gz."""
    try:
        with source.open() as packed:
            meter = Meter(source, packed.seek(0, 2), limits)
            packed.seek(0)
            data = b"".join(_gunzip(packed, meter))
    except _BROKEN as error:
        raise FileDamaged(file=source.name) from error
    name = source.name.removesuffix(".gz")
    check_size(name, len(data), limits)
    return Source(name, data)
