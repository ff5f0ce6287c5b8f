"""Passwords of the database's roles, made once and kept in the data folder for its owner alone."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from pathlib import Path

from batikrfm_migrations.sql import APP, OWNER, PLATFORM

SUPERUSER = "postgres"


def passwords_path(data_dir: Path) -> Path:
    """Where they are."""
    return data_dir / "passwords.json"


def passwords(data_dir: Path) -> dict[str, str]:
    """A password for each role. Made at the first call; when two processes make them at once, both get the same ones."""
    path = passwords_path(data_dir)
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _make(path: Path) -> None:
    made = {role: secrets.token_urlsafe(32) for role in (SUPERUSER, OWNER, APP, PLATFORM)}
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # mkstemp's files are 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(made, file)
            file.flush()
            os.fsync(descriptor)
        Path(path).hardlink_to(name)  # unlike a rename it never replaces what another process was first to make
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
