"""What the template provider cannot do."""

from __future__ import annotations

from batikrfm.sdk.plugin_errors import RefusedError
from batikrfm.sdk.text import Text


class NoBriefError(RefusedError):
    """The request says only in prose what is wanted, and prose is not read here."""

    text = Text(
        id="Kalimat siap pakai hanya bisa menulis untuk satu segmen toko; permintaan ini tidak menyebutkannya.",
        en="Ready-made sentences can be written for a segment of a shop only; this request names none.",
    )
