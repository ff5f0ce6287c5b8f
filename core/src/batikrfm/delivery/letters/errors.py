"""What can go wrong with letters.

::

    InputError
    └── LetterSettingsError   a link that is none, a line that is too long, a fallback for nothing
"""

from __future__ import annotations

from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text


class LetterSettingsError(InputError):
    """Something in the settings does not fit."""

    text = Text(
        id="Ada isian yang belum pas: tautan harus diawali https://, alamat dan kontak paling panjang 300 huruf, kata pengganti 60 huruf.",
        en="Something does not fit: the link begins with https://, address and contact have at most 300 characters, substitutes 60.",
    )
