"""The built styles, scripts and pictures: ``make assets`` writes them into one folder whose name changes with what is in it."""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from batikrfm.sdk.errors import SetupError
from batikrfm.sdk.text import Text

BUILT = Path(__file__).with_name("dist")
COMPRESSED = {".css", ".js", ".svg"}
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}
FOREVER = "public, max-age=31536000, immutable"


class AssetsMissingError(SetupError):
    """The portal was not built."""

    text = Text(
        id="Tampilan portal belum dibangun. Jalankan `make assets`, lalu coba lagi.",
        en="The portal's styles and scripts have not been built. Run `make assets`, then try again.",
    )


@dataclass(frozen=True)
class Asset:
    """One built file, ready to be sent: ``squeezed`` by gzip where that helps."""

    content_type: str
    plain: bytes
    squeezed: bytes | None

    @classmethod
    def read(cls, path: Path) -> Asset:
        """The file at ``path``."""
        plain = path.read_bytes()
        content_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return cls(content_type, plain, gzip.compress(plain, 9, mtime=0) if path.suffix in COMPRESSED else None)


@dataclass(frozen=True)
class Assets:
    """Every built file by name. ``version`` is part of their addresses."""

    version: str
    files: dict[str, Asset]

    def url(self, name: str) -> str:
        """Where a browser gets the file. A name that was not built is our bug: ``KeyError``."""
        if name not in self.files:
            raise KeyError(name)
        return f"/aset/{self.version}/{name}"


@cache
def built() -> Assets:
    """What ``make assets`` made, read once. Raises :class:`AssetsMissingError`."""
    folders = [path for path in sorted(BUILT.glob("*")) if (path / "app.css").exists()]
    if not folders:
        raise AssetsMissingError
    folder = max(folders, key=lambda path: path.stat().st_mtime)
    return Assets(folder.name, {path.name: Asset.read(path) for path in folder.iterdir()})
