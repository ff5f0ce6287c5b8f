"""What states are called, and why a campaign stops by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from batikrfm.delivery.model import CampaignState
from batikrfm.sdk.text import Text

STANDS: Final[Mapping[CampaignState, Text]] = {
    CampaignState.DRAFT: Text(id="masih draf", en="is a draft"),
    CampaignState.SCHEDULED: Text(id="sudah dijadwalkan", en="is scheduled"),
    CampaignState.SENDING: Text(id="sedang dikirim", en="is being sent"),
    CampaignState.PAUSED: Text(id="sedang dijeda", en="is paused"),
    CampaignState.FINISHED: Text(id="sudah selesai", en="is finished"),
    CampaignState.CANCELLED: Text(id="sudah dibatalkan", en="is cancelled"),
}
"""``the campaign {is paused}``."""

BY_A_PERSON: Final = Text(id="Dijeda oleh {by}.", en="Paused by {by}.")
CANCELLED_BY: Final = Text(id="Dibatalkan oleh {by}.", en="Cancelled by {by}.")
STOPPED: Final = Text(id="Kampanye “{name}” dijeda", en="The campaign “{name}” is paused")
STOPPED_BECAUSE: Final = Text(
    id="{reason} Yang belum terkirim menunggu; lanjutkan di halaman Kampanye setelah beres.",
    en="{reason} What is not sent yet waits; go on from the page Campaigns when it is settled.",
)
CALLING_OFF: Final = Text(id="Membatalkan pesan yang masih menunggu …", en="Cancelling the messages that still wait …")
NOT_BEGUN: Final = Text(
    id="Kampanye belum bisa dimulai karena ada kesalahan di pihak kami. Coba lanjutkan sekali lagi.",
    en="The campaign could not begin: something went wrong on our side. Try to go on once more.",
)
PLACE: Final = "kampanye"
