"""What can be set. Addresses of vendors cannot: a token goes to its vendor and nowhere else."""

from __future__ import annotations

import re
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from batikrfm.sdk import ApiKey, InputError, PluginConfig, Secret, Text, VendorUrl

SERVER: Final = re.compile(r"(?:https://)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,3}wablas\.com)/?")


class NotWablasError(InputError, ValueError):
    """An address that is no server of Wablas. A ``ValueError`` too, so that pydantic reports it beside the field."""

    text = Text(
        id="isi alamat server Wablas Anda, misalnya https://jogja.wablas.com, tanpa tambahan apa pun di belakangnya.",
        en="enter the address of your Wablas server, such as https://jogja.wablas.com, with nothing behind it.",
    )


class ManyTokensError(InputError, ValueError):
    """Several tokens in one: Fonnte would send from any of the phones, and no number's daily limit could be kept."""

    text = Text(
        id="isi satu token saja; untuk nomor lain, pakai akun lain.",
        en="enter one token only; for another number, use another account.",
    )


def _one_device(token: Secret) -> Secret:
    if "," in token.reveal():
        raise ManyTokensError
    return token


def _server(address: object) -> str:
    found = SERVER.fullmatch(address.strip().lower()) if isinstance(address, str) else None
    if found is None:
        raise NotWablasError
    return f"https://{found[1]}"


def both(indonesian: str, english: str) -> str:
    """A description in both languages: a form shows it as it stands."""
    return f"{indonesian} / {english}"


WablasServer = Annotated[VendorUrl, BeforeValidator(_server)]
"""``https://<server>.wablas.com``: nobody can have a token sent elsewhere, or a request into our own network."""


DeviceToken = Annotated[ApiKey, AfterValidator(_one_device)]
"""The token of one device."""

Timeout = Annotated[
    float,
    Field(
        gt=0,
        le=25,
        title="Batas waktu / Timeout",
        description=both("Berapa detik menunggu satu jawaban.", "Seconds to wait for one answer."),
    ),
]


class FonnteConfig(PluginConfig):
    """A phone that is linked at Fonnte. It is not WhatsApp's own way: WhatsApp may block the number at any time."""

    token: DeviceToken = Field(
        title="Token perangkat / Device token",
        description=both(
            "Dari md.fonnte.com, menu Device, tombol Token. Satu perangkat, satu token.",
            "From md.fonnte.com, under Device, button Token. One device, one token.",
        ),
    )
    webhook_secret: Secret | None = Field(
        default=None,
        title="Secret key webhook / Webhook's secret key",
        description=both(
            "Kalau diisi, kabar tanpa kunci ini tidak dipercaya. Isi juga di Fonnte, atau tulis ?secret=... di akhir alamat webhook.",
            "Once set, news without it is not believed. Enter it at Fonnte, too, or put ?secret=... at the end of the webhook's address.",
        ),
    )
    timeout: Timeout = 20


class WablasConfig(PluginConfig):
    """A phone that is linked at Wablas. It is not WhatsApp's own way: WhatsApp may block the number at any time."""

    server: WablasServer = Field(
        title="Server",
        description=both(
            "Alamat server akun Anda, terlihat saat Anda masuk ke Wablas: https://jogja.wablas.com dan sejenisnya.",
            "Your account's server, as you see it when you sign in to Wablas: https://jogja.wablas.com and the like.",
        ),
    )
    token: ApiKey = Field(
        title="Token",
        description=both("Dari Wablas, menu Device, Settings.", "From Wablas, under Device, Settings."),
    )
    secret_key: ApiKey = Field(
        title="Secret key",
        description=both(
            "Dibuat di halaman yang sama; Wablas mengirimnya ke WhatsApp Anda.",
            "Made on the same page; Wablas sends it to your WhatsApp.",
        ),
    )
    webhook_secret: Secret | None = Field(
        default=None,
        title="Kunci webhook / Webhook's secret",
        description=both(
            "Karangan Anda sendiri. Kalau diisi, tambahkan ?secret=... di akhir kedua alamat webhook di Wablas.",
            "Make one up. Once set, put ?secret=... at the end of both webhook addresses at Wablas.",
        ),
    )
    timeout: Timeout = 20


class MetaConfig(PluginConfig):
    """A number on WhatsApp's own Cloud API."""

    access_token: ApiKey = Field(
        title="Access token",
        description=both(
            "Token tetap milik system user dengan izin whatsapp_business_messaging dan whatsapp_business_management.",
            "A lasting token of a system user with whatsapp_business_messaging and whatsapp_business_management.",
        ),
    )
    phone_number_id: str = Field(
        pattern=r"^[0-9]{5,25}$",
        title="Phone number ID",
        description=both(
            "Deretan angka di WhatsApp Manager, menu API Setup. Bukan nomor teleponnya.",
            "The row of digits in WhatsApp Manager, under API Setup. Not the phone number itself.",
        ),
    )
    app_secret: ApiKey = Field(
        title="App secret",
        description=both(
            "Dari aplikasi Meta Anda, App settings, Basic. Dengan ini kabar dari Meta dibuktikan asli.",
            "From your Meta app, App settings, Basic. It proves that news comes from Meta.",
        ),
    )
    verify_token: Secret = Field(
        title="Verify token",
        description=both(
            "Kata sandi karangan Anda sendiri; isi yang sama di Meta saat memasang webhook.",
            "A password that you make up; enter the same at Meta when you set up the webhook.",
        ),
    )
    version: str = Field(
        default="v23.0",
        pattern=r"^v[0-9]{2}\.[0-9]$",
        title="Versi API / API version",
        description=both("Ganti hanya kalau Meta memintanya.", "Change it only if Meta says so."),
    )
    timeout: Timeout = 20


WhatsAppConfigT = TypeVar("WhatsAppConfigT", FonnteConfig, WablasConfig, MetaConfig)
