"""What delivery's words are called in front of an owner: states, reasons, media."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from batikrfm.delivery.model import CampaignState, Failure, LeftOut, Medium
from batikrfm.sdk.text import Text

STATES: Final[Mapping[CampaignState, tuple[Text, str]]] = {
    CampaignState.DRAFT: (Text(id="Draf", en="Draft"), ""),
    CampaignState.SCHEDULED: (Text(id="Terjadwal", en="Scheduled"), "badge-info badge-soft"),
    CampaignState.SENDING: (Text(id="Sedang dikirim", en="Sending"), "badge-info badge-soft"),
    CampaignState.PAUSED: (Text(id="Dijeda", en="Paused"), "badge-warning badge-soft"),
    CampaignState.FINISHED: (Text(id="Selesai", en="Finished"), "badge-success badge-soft"),
    CampaignState.CANCELLED: (Text(id="Dibatalkan", en="Cancelled"), "badge-error badge-soft"),
}
"""What a campaign's state is called on its badge, and how that looks."""

MEDIA: Final[Mapping[Medium, Text]] = {
    Medium.EMAIL: Text(id="E-mail", en="E-mail"),
    Medium.WHATSAPP: Text(id="WhatsApp", en="WhatsApp"),
}

LEFT_OUT: Final[Mapping[str, Text]] = {
    LeftOut.NO_ADDRESS: Text(id="tidak punya alamat di sini", en="have no address here"),
    LeftOut.BAD_ADDRESS: Text(id="alamatnya salah tulis", en="have an address that cannot be right"),
    LeftOut.SUPPRESSED: Text(id="pernah terpental, mengadu, atau minta dihapus", en="bounced, complained or asked to be removed"),
    LeftOut.REFUSED: Text(id="tidak mau dikirimi", en="do not want messages"),
    LeftOut.NO_CONSENT: Text(id="belum memberi izin", en="have not given their consent"),
    LeftOut.FREQUENCY_CAP: Text(id="baru saja dikirimi pesan lain", en="got other messages only just now"),
    LeftOut.SAME_ADDRESS: Text(id="alamatnya sama dengan pelanggan lain", en="share an address with another customer"),
    LeftOut.NO_TEXT: Text(id="datanya kurang untuk mengisi pesan", en="lack what the message needs to be filled in"),
    LeftOut.COLD_NUMBER: Text(id="belum pernah berkirim pesan dengan nomor Anda", en="have never been in touch with your number"),
    LeftOut.NOT_REACHABLE: Text(id="tidak ada di WhatsApp", en="are not on WhatsApp"),
}
"""Why somebody gets no message: what follows ``12 orang``."""

FAILURES: Final[Mapping[str, Text]] = {
    Failure.ADDRESS: Text(id="Alamatnya tidak ada", en="There is nobody at the address"),
    Failure.UNWANTED: Text(id="Penerimanya sudah berhenti berlangganan di penyedia", en="The person stopped messages at the provider"),
    Failure.CONTENT: Text(id="Isi pesannya ditolak penyedia", en="The provider refused the text"),
    Failure.BOUNCED: Text(id="Terpental: alamatnya sudah tidak dipakai", en="Bounced: the address is not used any more"),
    Failure.SOFT_BOUNCED: Text(id="Terpental untuk sementara, misalnya kotaknya penuh", en="Bounced for now, a full mailbox perhaps"),
    Failure.COMPLAINED: Text(id="Ditandai sebagai spam", en="Marked as spam"),
    Failure.GIVEN_UP: Text(id="Sudah dicoba beberapa kali, tidak berhasil", en="Tried several times, without success"),
    Failure.NOT_FOUND: Text(
        id="Sambungan terputus dan penyedia tidak mengenal pesannya", en="The line broke, and the provider knows of no such message"
    ),
    Failure.OTHER: Text(id="Ditolak penyedia", en="The provider refused it"),
}
"""Why a message reached nobody."""


def left_out(reason: str) -> Text:
    """Why somebody was left out; a reason that is new is said as it is."""
    return LEFT_OUT.get(reason, Text(id=reason, en=reason))


def failed(reason: str) -> Text:
    """Why a message failed; as :func:`left_out`."""
    return FAILURES.get(reason, Text(id=reason, en=reason))
