"""What can be wrong with what is asked of events.

::

    NotFoundError
    ├── DeliveryNotFoundError      the shop has no message of this id
    ├── WebhookUrlNotFoundError    the shop has no such URL for this channel
    └── UnknownHookError           nobody is reached by this URL (any more)
    BatikError
    ├── FloodError                 one URL asks more often than is taken: the vendor is to come again
    └── NotListeningError          the channel cannot read requests now: the vendor is to come again
    SetupError
    └── KeepDaysError              a number of days that cannot be one
"""

from __future__ import annotations

from batikrfm.sdk.errors import BatikError, NotFoundError, SetupError
from batikrfm.sdk.text import Text


class DeliveryNotFoundError(NotFoundError):
    """The shop has no message of this id."""

    text = Text(id="Pesan ini tidak ada.", en="There is no such message.")


class WebhookUrlNotFoundError(NotFoundError):
    """The shop has no such URL for this channel, or it has ended."""

    text = Text(id="Alamat webhook ini tidak ada atau sudah berakhir.", en="There is no such webhook URL, or it has ended.")


class UnknownHookError(NotFoundError):
    """A URL that we did not make, or that has ended. Says no more."""

    text = Text(id="Alamat webhook ini tidak berlaku.", en="This webhook URL is not in use.")


class FloodError(BatikError):
    """Value: ``seconds`` until more is taken."""

    text = Text(
        id="Terlalu banyak laporan dalam waktu singkat. Kirim lagi {seconds} detik lagi.",
        en="Too many reports in a short time. Send again in {seconds} seconds.",
    )

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.seconds = seconds


class NotListeningError(BatikError):
    """The channel is switched off, its settings do not fit, or it did not do what it promised."""

    text = Text(
        id="Saluran ini belum bisa membaca laporan. Periksa pengaturannya; laporan yang sama akan diterima nanti.",
        en="This channel cannot read reports at the moment. Check its settings; the same report will be taken later.",
    )


class KeepDaysError(SetupError):
    """Values: ``name`` of the variable, ``value``."""

    text = Text(
        id="{name} harus angka, paling sedikit 1: berapa hari disimpan. Bukan {value}.",
        en="{name} must be a number, at least 1: for how many days it is kept. Not {value}.",
    )
