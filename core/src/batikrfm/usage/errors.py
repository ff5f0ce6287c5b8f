"""What can stop a call to a provider before it is made.

::

    InputError
    ├── QuotaUsedUpError          today's quota is not enough
    ├── BudgetUsedUpError         the month's money is spent, and the budget says stop
    └── QuotaError, BudgetError   a limit that is none
    BatikError
    ├── ReservationLostError      the work took longer than its place was kept, and others have it now
    └── KeyBusyError              a provider's key is at its limit for longer than the caller would wait
    NotFoundError
    └── ReservationNotFoundError  the tenant has no such reservation
    SetupError
    └── UsageSettingError         an environment variable or a file that it names cannot be read
    RuntimeError                  our bugs
    └── KeyReused                 one key for two different reservations
"""

from __future__ import annotations

import datetime as dt

from batikrfm.sdk.errors import BatikError, InputError, NotFoundError, SetupError
from batikrfm.sdk.text import Language, Text


class QuotaUsedUpError(InputError):
    """Not enough is left of ``limit`` for ``wanted``; it renews at ``renews_at``, which is on the tenant's clock."""

    text = Text(
        id="Kuota hari ini tinggal {left} dari {limit}, belum cukup untuk {wanted} konten. Kuota terisi lagi {when}.",
        en="{left} of today's quota of {limit} are left, not enough for {wanted}. It renews on {when}.",
    )
    nothing_left = Text(
        id="Kuota hari ini sudah terpakai semua ({limit} konten). Kuota terisi lagi {when}.",
        en="Today's quota of {limit} is used up. It renews on {when}.",
    )

    def __init__(self, *, limit: int, left: int, wanted: int, renews_at: dt.datetime) -> None:
        self.limit, self.left, self.wanted, self.renews_at = limit, left, wanted, renews_at
        super().__init__(limit=limit, left=left, wanted=wanted)

    def say(self, language: Language = "id") -> str:
        """The sentence, with the day in the reader's words."""
        text = self.text if self.left else self.nothing_left
        return text.say(language, **self.values, when=_moment(self.renews_at, language))


class BudgetUsedUpError(InputError):
    """The month's ``limit`` (micro-USD) is spent; a new month begins at ``renews_at``, which is on the tenant's clock."""

    text = Text(
        id="Anggaran AI bulan ini ({limit}) sudah terpakai. Anggaran baru mulai {when}, atau naikkan batasnya.",
        en="This month's AI budget ({limit}) is used up. A new one begins on {when}, or raise the limit.",
    )

    def __init__(self, *, limit: int, spent: int, renews_at: dt.datetime) -> None:
        self.limit, self.spent, self.renews_at = limit, spent, renews_at
        super().__init__()

    def say(self, language: Language = "id") -> str:
        """The sentence, with money and day in the reader's words."""
        from batikrfm.usage.words import dollars  # it needs the world's currencies, which an error seldom does

        return self.text.say(language, limit=dollars(self.limit, language), when=_moment(self.renews_at, language))


class QuotaError(InputError):
    """A quota is a whole number, 0 or more."""

    text = Text(id="Kuota harus angka bulat, 0 atau lebih.", en="A quota is a whole number, 0 or more.")


class BudgetError(InputError):
    """A budget is an amount of money, 0 or more."""

    text = Text(id="Anggaran harus 0 dolar atau lebih.", en="A budget is 0 dollars or more.")


class ReservationLostError(BatikError):
    """The lease had run out, and the day's quota is used up by others. What was done for it must not be kept."""

    text = Text(
        id="Pembuatan konten ini terlalu lama, dan kuotanya sudah dipakai yang lain. Coba lagi saat kuota terisi kembali.",
        en="This took too long, and its part of the quota has gone to others. Try again when the quota has renewed.",
    )


class ReservationNotFoundError(NotFoundError):
    """The scope's tenant has no such reservation."""

    text = Text(id="Kuota ini tidak pernah dipesan.", en="There is no such reservation.")


class KeyBusyError(BatikError):
    """The provider's key is at its limit. ``wait``: at least so many seconds, more than the caller would wait."""

    text = Text(
        id="Layanan AI sedang penuh; coba lagi kira-kira {seconds} detik lagi.",
        en="The AI service is at its limit; try again in about {seconds} seconds.",
    )

    def __init__(self, *, wait: float) -> None:
        self.wait = wait
        super().__init__(seconds=max(1, round(wait)))


class UsageSettingError(SetupError):
    """Values: name, value."""

    text = Text(
        id="{name} tidak bisa dibaca: {value}. Lihat docs/reference/environment.md.",
        en="{name} cannot be read: {value}. See docs/reference/environment.md.",
    )


class KeyReused(RuntimeError):
    """A key stands for one reservation: the same resource and the same amount, however often it is asked for."""


def _moment(at: dt.datetime, language: Language) -> str:
    from batikrfm.usage.words import moment

    return moment(at, language)
