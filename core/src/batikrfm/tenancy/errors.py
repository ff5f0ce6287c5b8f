"""What can be wrong with a tenant or with the walls between tenants."""

from __future__ import annotations

from collections.abc import Sequence

from batikrfm.sdk.errors import InputError, NotFoundError, SetupError
from batikrfm.sdk.text import Text


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


class WallsError(SetupError):
    """The walls between tenants have gaps: the program does not start. Values: faults (one sentence each, a line each)."""

    text = Text(
        id="Pemisah data antartoko tidak utuh, jadi program berhenti demi keamanan. Minta pengelola memeriksa:\n{faults}",
        en="The walls between tenants have gaps, so the program stops to keep data safe. Ask your administrator to look at:\n{faults}",
    )

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(faults="\n".join(f"- {fault}" for fault in faults))
