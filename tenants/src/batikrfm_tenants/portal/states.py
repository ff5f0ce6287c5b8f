"""What the states of things are called. In English they say the API's own word, so that people and programs speak of the same thing."""

from __future__ import annotations

from typing import Final

from batikrfm.delivery.consent import ConsentState, Means, Reason
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.reports.model import State
from batikrfm.sales.uploads import UploadState
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.frame import Tone

UPLOADS: Final[dict[UploadState, tuple[Text, Tone]]] = {
    UploadState.RECEIVED: (Text(id="Menunggu giliran", en="Received, waiting for its turn"), "info"),
    UploadState.LOOKING: (Text(id="Sedang dibaca", en="Looking at the files"), "info"),
    UploadState.ASKING: (Text(id="Menunggu Anda", en="Asking you"), "warning"),
    UploadState.IMPORTING: (Text(id="Sedang dimasukkan", en="Importing"), "info"),
    UploadState.DONE: (Text(id="Selesai", en="Done"), "success"),
    UploadState.FAILED: (Text(id="Gagal", en="Failed"), "error"),
    UploadState.DISCARDED: (Text(id="Tidak jadi", en="Discarded"), "info"),
}
"""And how loud to say it."""
REPORTS: Final = {
    State.MAKING: Text(id="Sedang dibuat…", en="Making it…"),
    State.READY: Text(id="Siap", en="Ready"),
    State.FAILED: Text(id="Gagal", en="Failed"),
}
CONSENTS: Final = {
    ConsentState.GRANTED: Text(id="boleh dikirimi", en="granted"),
    ConsentState.REFUSED: Text(id="tidak mau dikirimi", en="refused"),
    ConsentState.UNKNOWN: Text(id="belum ditanya", en="unknown, not asked yet"),
}
MEDIA: Final = {
    Medium.WHATSAPP: Text(id="WhatsApp", en="WhatsApp"),
    Medium.EMAIL: Text(id="Email", en="E-mail"),
}
PURPOSES: Final = {
    Purpose.MARKETING: Text(id="promosi", en="marketing"),
    Purpose.SERVICE: Text(id="kabar pesanan", en="service: word of an order"),
}
MEANS: Final = {
    Means.OWNER: Text(id="dicatat di toko", en="owner: entered by the shop"),
    Means.API: Text(id="lewat API", en="api"),
    Means.RECIPIENT: Text(id="diklik sendiri", en="recipient: their own click"),
    Means.KEYWORD: Text(id="dibalas sendiri", en="keyword: their own reply"),
    Means.VENDOR: Text(id="dilaporkan penyedia kanal", en="vendor: reported by the channel"),
    Means.IMPORT: Text(id="dinyatakan untuk berkas", en="import: declared for a file"),
    Means.WITHDRAWN: Text(id="pernyataan ditarik", en="withdrawn: the declaration was taken back"),
}
REASONS: Final = {
    Reason.UNSUBSCRIBED: Text(id="minta berhenti", en="unsubscribed"),
    Reason.MANUAL: Text(id="dihentikan toko", en="manual: stopped by the shop"),
    Reason.VENDOR: Text(id="ada di daftar penyedia kanal", en="vendor: on the channel's own list"),
    Reason.BOUNCED: Text(id="alamatnya mati", en="bounced"),
    Reason.COMPLAINED: Text(id="melaporkan sebagai spam", en="complained: called it spam"),
    Reason.ERASED: Text(id="datanya dihapus", en="erased"),
}
LINES: Final = {
    "paid": Text(id="jadi", en="paid"),
    "unpaid": Text(id="belum dibayar", en="unpaid"),
    "cancelled": Text(id="batal", en="cancelled"),
    "returned": Text(id="dikembalikan", en="returned"),
}
"""Of the lines of an order. :class:`batikrfm.sales.lines.Status` has them too, and would bring polars."""


def line_state(word: str) -> Text | str:
    """What became of a line of an order; a word that is new is said as it is."""
    return LINES.get(word, word)
