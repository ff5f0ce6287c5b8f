"""What an installation is told by its environment. Read when asked, never on import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where things are.

    ``database_url`` is None for the embedded PostgreSQL in ``data_dir``; its user may create roles. Where nobody may, the three
    roles are made by hand and ``owner_url`` (only to migrate), ``app_url`` and ``platform_url`` take its place.
    """

    data_dir: Path
    database_url: str | None = None
    owner_url: str | None = None
    app_url: str | None = None
    platform_url: str | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ, *, data_dir: Path | None = None) -> Settings:
        """Settings from ``BATIKRFM_DATA_DIR``, ``DATABASE_URL`` and ``BATIKRFM_{OWNER,APP,PLATFORM}_URL``.

        An explicit ``data_dir`` wins.
        """
        return cls(
            data_dir=data_dir or Path(environ.get("BATIKRFM_DATA_DIR") or _default_data_dir()),
            database_url=environ.get("DATABASE_URL") or None,
            owner_url=environ.get("BATIKRFM_OWNER_URL") or None,
            app_url=environ.get("BATIKRFM_APP_URL") or None,
            platform_url=environ.get("BATIKRFM_PLATFORM_URL") or None,
        )


def _default_data_dir() -> Path:
    from platformdirs import user_data_path

    return user_data_path("batikrfm")
