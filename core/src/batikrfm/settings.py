"""What an installation is told by its environment. Read when asked, never on import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from batikrfm.sdk.errors import SetupError
from batikrfm.sdk.text import Text

UPLOAD_DAYS = 30


class DaysError(SetupError):
    """``BATIKRFM_UPLOAD_DAYS`` is no number of days."""

    text = Text(
        id="BATIKRFM_UPLOAD_DAYS harus angka, paling sedikit 1: berapa hari file asli disimpan.",
        en="BATIKRFM_UPLOAD_DAYS must be a number, at least 1: for how many days original files are kept.",
    )


@dataclass(frozen=True)
class Settings:
    """Where things are.

    ``database_url`` is None for the embedded PostgreSQL in ``data_dir``; its user may create roles. Where nobody may, the three
    roles are made by hand and ``owner_url`` (only to migrate), ``app_url`` and ``platform_url`` take its place. ``storage_url`` is None
    for a folder in ``data_dir``; uploaded originals are kept for ``upload_days``.
    """

    data_dir: Path
    database_url: str | None = None
    owner_url: str | None = None
    app_url: str | None = None
    platform_url: str | None = None
    storage_url: str | None = None
    upload_days: int = UPLOAD_DAYS

    @property
    def embedded(self) -> bool:
        """Whether the database is the one that comes along, and not a server that somebody else runs."""
        return not (self.database_url or self.owner_url or self.app_url or self.platform_url)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ, *, data_dir: Path | None = None) -> Settings:
        """Settings from ``DATABASE_URL``, ``BATIKRFM_{OWNER,APP,PLATFORM,STORAGE}_URL`` and ``BATIKRFM_{DATA_DIR,UPLOAD_DAYS}``.

        An explicit ``data_dir`` wins.
        """
        return cls(
            data_dir=data_dir or Path(environ.get("BATIKRFM_DATA_DIR") or _default_data_dir()),
            database_url=environ.get("DATABASE_URL") or None,
            owner_url=environ.get("BATIKRFM_OWNER_URL") or None,
            app_url=environ.get("BATIKRFM_APP_URL") or None,
            platform_url=environ.get("BATIKRFM_PLATFORM_URL") or None,
            storage_url=environ.get("BATIKRFM_STORAGE_URL") or None,
            upload_days=_days(environ.get("BATIKRFM_UPLOAD_DAYS") or str(UPLOAD_DAYS)),
        )


def _days(text: str) -> int:
    if not text.strip().isdecimal() or not int(text):
        raise DaysError
    return int(text)


def _default_data_dir() -> Path:
    from platformdirs import user_data_path

    return user_data_path("batikrfm")
