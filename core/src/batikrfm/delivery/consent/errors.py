"""What can go wrong with consents and suppressions.

::

    InputError
    ├── ConsentError             nobody says how they know of it
    ├── WordingError             words that are empty or too long
    ├── AddressError             no address of this medium
    ├── StopWordsError           words that would stop too much
    ├── BounceRuleError          a count or days out of range
    ├── OftenError               a wish that is none of those there are
    ├── DeclarationError         a date in the future
    ├── DeclaredError            that file was declared already
    └── PersonalStopError        only the person can take it back
    NotFoundError
    ├── WordingNotFoundError
    ├── DeclarationNotFoundError
    ├── ImportNotFoundError
    └── SuppressionNotFoundError
"""

from __future__ import annotations

from batikrfm.sdk.errors import InputError, NotFoundError
from batikrfm.sdk.text import Text


class ConsentError(InputError):
    """Value: ``longest``."""

    text = Text(
        id="Tulis dari mana Anda tahu izin ini, misalnya chat atau formulir di toko (paling panjang {longest} huruf).",
        en="Say how you know of this consent, a chat or a form in the shop for instance (at most {longest} characters).",
    )


class WordingError(InputError):
    """Value: ``longest``."""

    text = Text(
        id="Kalimat persetujuan tidak boleh kosong dan paling panjang {longest} huruf.",
        en="The words of a consent are not empty and have at most {longest} characters.",
    )


class AddressError(InputError):
    """What was typed is no address of this medium. It is not repeated: it may be a person's."""

    text = Text(
        id="Ini bukan alamat email atau nomor WhatsApp yang lengkap. Tulis satu saja, misalnya nama@contoh.id atau 0812 3456 7890.",
        en="This is no complete e-mail address or WhatsApp number. Write one only, such as name@example.id or 0812 3456 7890.",
    )


class StopWordsError(InputError):
    """Values: ``most``, ``longest``."""

    text = Text(
        id="Kata berhenti paling banyak {most}, masing-masing berisi huruf dan paling panjang {longest} huruf.",
        en="At most {most} words to stop, each with letters in it and at most {longest} characters.",
    )


class BounceRuleError(InputError):
    """A count or days out of range."""

    text = Text(
        id="Tulis 1 sampai 20 kali, dalam 1 sampai 365 hari.",
        en="Write 1 to 20 times, within 1 to 365 days.",
    )


class OftenError(InputError):
    """A wish that is none of those there are."""

    text = Text(id="Pilih salah satu.", en="Choose one.")


class DeclarationError(InputError):
    """A date in the future."""

    text = Text(
        id="Tanggalnya belum lewat. Tulis sejak kapan pelanggan setuju.",
        en="That day is yet to come. Write since when the customers have agreed.",
    )


class DeclaredError(InputError):
    """This file was declared already, for this medium and purpose."""

    text = Text(
        id="Persetujuan untuk berkas ini sudah dinyatakan. Tarik dulu pernyataan yang lama kalau mau menggantinya.",
        en="Consent for this file was declared already. Take the earlier declaration back first to replace it.",
    )


class PersonalStopError(InputError):
    """The person stopped it, so only the person can take it back."""

    text = Text(
        id="Orang ini sendiri yang minta berhenti, jadi Anda tidak bisa menghapusnya dari sini. "
        "Kalau ia setuju lagi, catat persetujuan barunya di halaman pelanggan.",
        en="This person asked for it to stop, so you cannot remove it here. "
        "If they agree again, enter their new consent on the customer's page.",
    )


class WordingNotFoundError(NotFoundError):
    """The scope's tenant has no such wording."""

    text = Text(id="Kalimat persetujuan ini tidak ada.", en="There are no such words of a consent.")


class DeclarationNotFoundError(NotFoundError):
    """The scope's tenant has no such declaration, or took it back."""

    text = Text(id="Pernyataan ini tidak ada, atau sudah ditarik.", en="There is no such declaration, or it was taken back.")


class ImportNotFoundError(NotFoundError):
    """The scope's tenant has no such import, or it brought nothing yet."""

    text = Text(id="Berkas ini tidak ada, atau belum selesai dimasukkan.", en="There is no such import, or it is not done yet.")


class SuppressionNotFoundError(NotFoundError):
    """The scope's tenant has no such suppression."""

    text = Text(id="Alamat ini tidak ada di daftar berhenti.", en="There is no such entry in the list of stopped addresses.")
