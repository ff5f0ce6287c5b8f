"""What can be wrong with how a shop wants to track."""

from __future__ import annotations

from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text


class WindowError(InputError):
    """Values: ``least`` and ``most`` days."""

    text = Text(
        id="Pembelian dihitung paling sedikit {least} dan paling lama {most} hari setelah pesan sampai.",
        en="Purchases count for at least {least} and at most {most} days after a message arrived.",
    )
