"""What can go wrong in a plugin, as types. A plugin raises these; the host turns everything else into one of them.

A sentence never holds a vendor's own words, for those may repeat a customer's data: give ``code``, the vendor's short code.

::

    PluginError                    retryable   meaning
    ├── InvalidCredentialsError    no          key unknown, expired or revoked: ask the owner for another
    ├── NotAllowedError            no          the key is good, but may not do this (country, permission)
    ├── QuotaExhaustedError        no          paid credit or plan used up: never retried, a person must act
    ├── AccountNotReadyError       no          the account needs a hand: phone not linked, domain not verified, payment due
    ├── ModelGoneError             no          the model was switched off: use the next one
    ├── RefusedError               no          this request is not taken, now or later
    ├── TooLongError               no          the request is too large
    ├── NotSupportedError          no          the plugin declares that it cannot do this
    ├── ForgedRequestError         no          a webhook's signature is missing or wrong
    ├── BrokenPromiseError         no          the plugin answered what its contract does not allow
    ├── CrashedError               no          the plugin raised something unexpected
    ├── RateLimitedError           after wait  too many requests: wait, then go on more slowly
    ├── UnavailableError           after wait  trouble at the vendor's
    ├── BadAnswerError             yes         the vendor's answer makes no sense: HTML, half a JSON
    └── TimedOutError              yes         no answer in time: whether it was done is not known
"""

from __future__ import annotations

from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.text import Text


class InvalidCredentialsError(PluginError):
    """The key is unknown, expired or revoked."""

    text = Text(
        id="Kunci API ditolak. Periksa kuncinya, lalu isi lagi di pengaturan.",
        en="The key was refused. Check it and enter it again in the settings.",
    )


class NotAllowedError(PluginError):
    """The key is good, but it may not do this here."""

    text = Text(
        id="Akun ini tidak punya izin untuk melakukannya. Periksa hak aksesnya di layanan itu.",
        en="This account may not do that. Check its permissions at the service.",
    )


class QuotaExhaustedError(PluginError):
    """Credit or plan is used up. Waiting does not help: a person must act."""

    text = Text(
        id="Saldo atau kuota akun ini habis. Isi ulang di layanan itu dulu.",
        en="This account's credit or quota is used up. Top it up at the service first.",
    )


class AccountNotReadyError(PluginError):
    """The account needs a hand: phone not linked, domain not verified, payment due."""

    text = Text(
        id="Akun ini belum siap dipakai. Buka layanan itu dan selesaikan yang masih kurang.",
        en="This account is not ready. Open the service and finish what is missing.",
    )


class ModelGoneError(PluginError):
    """The model does not exist (any more). Value: ``model``."""

    text = Text(
        id="Model {model} sudah tidak tersedia. Pilih model lain.",
        en="The model {model} is no longer available. Choose another.",
    )

    def __init__(self, *, model: str, code: str | None = None) -> None:
        super().__init__(model=model, code=code)
        self.model = model


class RefusedError(PluginError):
    """The request as a whole is not taken.

    A model that declines to write is no error but an outcome: ``Finish.REFUSED``.
    """

    text = Text(id="Layanan itu menolak permintaan ini.", en="The service refused this request.")


class TooLongError(PluginError):
    """The request is larger than the vendor takes."""

    text = Text(
        id="Permintaannya terlalu panjang untuk layanan itu. Persingkat dulu.",
        en="The request is too long for the service. Shorten it.",
    )


class NotSupportedError(PluginError):
    """The plugin declares that it cannot do this. Value: ``capability``."""

    text = Text(id="Plugin ini tidak mendukung {capability}.", en="This plugin does not support {capability}.")

    def __init__(self, *, capability: str) -> None:
        super().__init__(capability=capability)
        self.capability = capability


class ForgedRequestError(PluginError):
    """A webhook whose signature is missing or wrong. Nothing in it is believed."""

    text = Text(
        id="Pesan masuk ini tidak terbukti berasal dari layanan itu, jadi diabaikan.",
        en="This incoming message is not proved to come from the service, so it is ignored.",
    )


class BrokenPromiseError(PluginError):
    """The plugin answered what its contract does not allow. Values: ``method``, ``expected``."""

    text = Text(
        id="{method} menjawab di luar aturan (seharusnya {expected}). Laporkan kepada pembuat plugin.",
        en="{method} did not answer as promised (expected {expected}). Tell the plugin's author.",
    )

    def __init__(self, *, method: str, expected: str) -> None:
        super().__init__(method=method, expected=expected)


class CrashedError(PluginError):
    """The plugin raised something unexpected. Values: ``method``, ``kind`` (the exception's type), ``place`` (file:line)."""

    text = Text(
        id="{method} gagal karena kesalahan di dalam plugin ({kind} di {place}). Laporkan kepada pembuat plugin.",
        en="{method} failed by a mistake inside the plugin ({kind} at {place}). Tell the plugin's author.",
    )

    def __init__(self, *, method: str, kind: str, place: str) -> None:
        super().__init__(method=method, kind=kind, place=place)


class RateLimitedError(PluginError):
    """Too many requests. ``wait``: seconds to wait if the vendor said so."""

    text = Text(
        id="Layanan itu meminta kita lebih pelan. Akan dicoba lagi.",
        en="The service asks us to slow down. It will be tried again.",
    )
    retryable = True


class UnavailableError(PluginError):
    """Trouble at the vendor's. ``wait``: seconds to wait if the vendor said so."""

    text = Text(
        id="Layanan itu sedang terganggu. Akan dicoba lagi.",
        en="The service is in trouble. It will be tried again.",
    )
    retryable = True


class BadAnswerError(PluginError):
    """The vendor's answer makes no sense: HTML instead of JSON, half an answer, fields that are missing."""

    text = Text(id="Jawaban layanan itu tidak bisa dibaca.", en="The service's answer cannot be read.")
    retryable = True


class TimedOutError(PluginError):
    """No answer in time: whether the work was done is not known. Value: ``seconds``."""

    text = Text(id="Tidak ada jawaban dalam {seconds} detik.", en="No answer within {seconds} seconds.")
    retryable = True

    def __init__(self, *, seconds: float) -> None:
        super().__init__(seconds=f"{seconds:g}")
