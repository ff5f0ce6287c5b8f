"""What can go wrong between a shop's customers and their segments.

::

    InputError
    ├── StrategySettingsError   settings that the strategy refuses
    ├── SinceDaysError          a look-back that is no number of days
    ├── NoPurchases             nothing was bought, so there is nobody to score
    ├── BadCursorError          the place where a page should go on is none of that list
    ├── BadTraceError           a number's origin that cannot be
    └── NoteError               a note that is empty or too long
    NotFoundError
    ├── NoRunsError             the tenant was not segmented yet
    ├── RunNotFoundError        the tenant has no such run
    ├── CustomerNotFoundError   the shop has no such customer
    ├── OrderNotFoundError      the shop has no such order
    └── NoteNotFoundError       there is no such note
"""

from __future__ import annotations

from batikrfm.sdk.errors import BatikError, InputError, NotFoundError
from batikrfm.sdk.text import Language, Text


class StrategySettingsError(InputError):
    """Values: ``strategy``, ``field`` and ``problem``, a :class:`BatikError` or a sentence."""

    text = Text(
        id="Pengaturan {field} untuk {strategy} tidak bisa dipakai. {problem}",
        en="The setting {field} of {strategy} cannot be used. {problem}",
    )

    def say(self, language: Language = "id") -> str:
        """The sentence with the problem in the same language, where the strategy speaks both."""
        problem = self.values["problem"]
        said = problem.say(language) if isinstance(problem, BatikError) else problem
        return self.text.say(language, **{**self.values, "problem": said})


class NoPurchases(InputError):
    """There is nobody to score. Value: ``rows``, how many were read."""

    text = Text(
        id="Dari {rows} baris yang dibaca, belum ada pembelian yang jadi. Periksa kolom status dan uangnya (--map), lalu coba lagi.",
        en="Of the {rows} rows read, none is a purchase that went through. Check the status and amount columns (--map) and try again.",
    )


class NoRunsError(NotFoundError):
    """The tenant was not segmented yet."""

    text = Text(
        id="Toko ini belum pernah dikelompokkan. Jalankan dulu: batikrfm segment TOKO",
        en="This shop has not been segmented yet. Run first: batikrfm segment TENANT",
    )


class SinceDaysError(InputError):
    """Value: ``most``."""

    text = Text(
        id="Jangka waktunya harus 1 sampai {most} hari, atau kosong supaya semua penjualan dihitung.",
        en="The look-back is 1 to {most} days, or empty so that all sales count.",
    )


class BadCursorError(InputError):
    """The place where a page should go on is none of that list."""

    text = Text(
        id="Halaman ini sudah tidak ada. Mulai lagi dari halaman pertama.",
        en="This page is not there any more. Start again from the first one.",
    )


class BadTraceError(InputError):
    """A number's origin that cannot be."""

    text = Text(
        id="Asal angka ini tidak bisa dibaca. Buka lagi dari Ringkasan.",
        en="Where this number comes from cannot be read. Open it again from the overview.",
    )


class CustomerNotFoundError(NotFoundError):
    """The scope's tenant has no such customer."""

    text = Text(id="Pelanggan ini tidak ada.", en="There is no such customer.")


class NoteError(InputError):
    """Value: ``longest``."""

    text = Text(
        id="Catatan tidak boleh kosong dan paling panjang {longest} huruf.",
        en="A note is not empty and has at most {longest} characters.",
    )


class NoteNotFoundError(NotFoundError):
    """The scope's tenant has no such note."""

    text = Text(id="Catatan ini sudah tidak ada.", en="The note is not there any more.")


class RunNotFoundError(NotFoundError):
    """The tenant has no such run."""

    text = Text(id="Pengelompokan ini tidak ada.", en="There is no such segmentation run.")


class OrderNotFoundError(NotFoundError):
    """The scope's tenant has no such order."""

    text = Text(id="Pesanan ini tidak ada.", en="There is no such order.")
