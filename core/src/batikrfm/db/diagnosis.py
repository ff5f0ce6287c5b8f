"""From what the embedded server said when it did not start to the error that says what to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from batikrfm.db.errors import DataFolderError, DiskFullError, PortError, RootRefusedError, ServerStartError
from batikrfm.sdk.errors import SetupError

FULL = os.strerror(errno.ENOSPC)
FORBIDDEN = (os.strerror(errno.EACCES), os.strerror(errno.EROFS))


def start_error(data_dir: Path, kind: str, words: str) -> SetupError:
    """The error that fits; ``kind`` and ``words`` are those of :class:`batikrfm.db.supervisor.StartFailedError`."""
    if FULL in words:
        return DiskFullError(path=data_dir)
    if kind == "root":
        return RootRefusedError(path=data_dir, reason=words)
    if kind == "port":
        return PortError()
    for reason in FORBIDDEN:
        if reason in words:
            return DataFolderError(path=data_dir, reason=reason)
    return ServerStartError(detail=_gist(words) or kind, log=data_dir / "postgres.log")


def _gist(words: str) -> str:
    """The line that matters."""
    lines = words.splitlines()
    fatal = next((line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line), lines[-1] if lines else "")
    return fatal.rpartition(":  ")[2].strip()
