"""What a file needs on its way to a person's disk."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote

BOM: Final = b"\xef\xbb\xbf"
"""Excel takes a CSV for UTF-8 only with this in front."""
LONGEST_NAME: Final = 120


def attachment(filename: str) -> dict[str, str]:
    """Headers of an answer that is saved as ``filename`` and never opened as a page."""
    name = safe_name(filename)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or "berkas"
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def safe_name(filename: str) -> str:
    """``filename`` without what folders, headers and file systems stumble over."""
    name = "".join(letter if letter.isprintable() else " " for letter in unicodedata.normalize("NFC", filename))
    name = re.sub(r'[\\/:*?"<>|;%\s]+', "-", name).strip("-. ")
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{suffix}" if dot else name[:LONGEST_NAME]
