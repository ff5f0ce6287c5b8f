"""What can go wrong with a message to oneself.

::

    InputError
    ├── OwnAddressError         that is no address, or one that wants nothing
    ├── OwnTextError            a gap of the text cannot be filled, or the channel wants a template
    └── OwnMessageRefusedError  the channel did not take it
    BatikError
    └── TooManyTestsError       enough for this hour
"""

from __future__ import annotations

from batikrfm.sdk.errors import BatikError, InputError
from batikrfm.sdk.text import Language, Text


class OwnAddressError(InputError):
    """The address that was typed cannot be written to."""

    text = Text(
        id="Alamat ini tidak bisa dikirimi: periksa penulisannya, atau pemiliknya tidak mau menerima pesan.",
        en="Nothing can be sent there: check how it is written, or its owner wants no messages.",
    )


class OwnTextError(InputError):
    """There is no message to send."""

    text = Text(
        id="Pesannya belum bisa disusun: isi tautan toko di pengaturan surat, atau pilih template untuk saluran ini.",
        en="There is no message yet: enter the shop's link in the settings of letters, or choose a template for this channel.",
    )


class OwnMessageRefusedError(InputError):
    """Value: ``why``, a :class:`Text`."""

    text = Text(id="Pesan uji tidak terkirim: {why}", en="The test message was not sent: {why}")

    def say(self, language: Language = "id") -> str:
        """The sentence with the reason in the same language."""
        why = self.values["why"]
        return self.text.say(language, why=why.say(language) if isinstance(why, Text) else why)


class TooManyTestsError(BatikError):
    """Value: ``most``."""

    text = Text(
        id="Paling banyak {most} pesan uji tiap jam. Coba lagi nanti.",
        en="At most {most} test messages an hour. Try again later.",
    )
