"""What can go wrong with a number's limits.

::

    InputError
    └── NumberRulesError   a limit out of its range
"""

from __future__ import annotations

from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text


class NumberRulesError(InputError):
    """A limit out of its range."""

    text = Text(
        id="Batas nomor belum pas: paling banyak 10.000 pesan sehari, jeda 0 sampai 600 detik, jam buka sebelum jam tutup.",
        en="The number's limits do not fit: at most 10,000 messages a day, pauses of 0 to 600 seconds, opening before closing.",
    )
