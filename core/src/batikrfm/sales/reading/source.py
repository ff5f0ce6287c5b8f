from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from batikrfm.sales.reading.errors import FileEmpty, FileForbidden, FileIsFolder, FileMissing, FileTooBig
from batikrfm.sales.reading.limits import Limits

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """One file's bytes, on the disk or in memory, under the name that its owner knows."""

    name: str
    raw: Path | bytes

    def open(self) -> BinaryIO:
        return io.BytesIO(self.raw) if isinstance(self.raw, bytes) else self.raw.open("rb")

    def read(self) -> bytes:
        return self.raw if isinstance(self.raw, bytes) else self.raw.read_bytes()

    def head(self, size: int) -> bytes:
        with self.open() as file:
            return file.read(size)


def file_source(path: Path, limits: Limits) -> Source:
    """The file at ``path``, known to exist, to be readable, and to hold something within the limits."""
    name = path.name or str(path)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise FileIsFolder(file=name)
        with path.open("rb"):
            pass
    except (FileNotFoundError, NotADirectoryError):
        raise FileMissing(file=str(path)) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise FileForbidden(file=name, why=getattr(error, "strerror", None) or str(error)) from error
    check_size(name, size, limits)
    return Source(name, path)


def check_size(name: str, size: int, limits: Limits) -> None:
    if size == 0:
        raise FileEmpty(file=name)
    if size > limits.max_file_bytes:
        raise FileTooBig(file=name, limit=limits.max_file_bytes // _MIB)
