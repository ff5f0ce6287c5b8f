"""What can be wrong with a tenant or with the walls between tenants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from batikrfm.sdk.errors import InputError, NotFoundError, SetupError
from batikrfm.sdk.text import Language, Text


class TenantNotFoundError(NotFoundError):
    """Values: tenant."""

    text = Text(
        id="Tidak ada toko bernama {tenant}; lihat yang ada dengan `batikrfm tenant list`.",
        en="There is no tenant {tenant}; see those that exist with `batikrfm tenant list`.",
    )


class TenantNameError(InputError):
    """Values: longest."""

    text = Text(
        id="Nama toko tidak boleh kosong dan paling panjang {longest} huruf, tanpa karakter kendali; tulis namanya dalam satu baris.",
        en="A tenant's name is not empty and has at most {longest} characters, none of them control characters; write it on one line.",
    )


class UnknownTimeZoneError(InputError):
    """Values: zone."""

    text = Text(
        id="Zona waktu {zone} tidak dikenal; tulis seperti Asia/Jakarta, Asia/Makassar, atau Asia/Jayapura.",
        en="There is no time zone {zone}; write it like Asia/Jakarta, Asia/Makassar or Asia/Jayapura.",
    )


class UnknownCurrencyError(InputError):
    """Values: currency."""

    text = Text(
        id="Mata uang {currency} tidak dikenal; tulis tiga hurufnya, seperti IDR.",
        en="There is no currency {currency}; write its three letters, like IDR.",
    )


class BrandVoiceError(InputError):
    """Values: longest."""

    text = Text(
        id="Ceritakan gaya bahasa toko Anda paling banyak dalam {longest} huruf.",
        en="Say how your shop sounds in at most {longest} characters.",
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """One gap in the walls: the table, role or function it is in, and what is wrong there."""

    text: Text
    subject: str
    detail: str

    def say(self, language: Language = "id") -> str:
        """The fault in one sentence."""
        return self.text.say(language, subject=self.subject, detail=self.detail)


class WallsError(SetupError):
    """The walls between tenants have gaps: the program does not start."""

    text = Text(
        id="Pemisah data antartoko tidak utuh, jadi program berhenti demi keamanan. Minta pengelola memeriksa:\n{faults}",
        en="The walls between tenants have gaps, so the program stops to keep data safe. Ask your administrator to look at:\n{faults}",
    )

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__()

    def say(self, language: Language = "id") -> str:
        """The sentence, and one for each fault."""
        return self.text.say(language, faults="\n".join(f"- {fault.say(language)}" for fault in self.faults))
