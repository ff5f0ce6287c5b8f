"""What can go wrong with a campaign.

::

    NotFoundError
    └── CampaignNotFoundError     the shop has no such campaign
    ConflictError
    ├── StaleCampaignError        somebody changed it since it was read
    └── CampaignStateError        it stands where this cannot be done
    InputError
    ├── CampaignPlanError         something in it is missing, too long or out of range
    ├── TextsNotApprovedError     nobody approved what it says
    ├── TextsBlockedError         what it says has a finding that somebody has to look at
    └── TooManyCampaignsError     more at once than one press takes
    BatikError
    └── MayNotSendError           sending is for editors and above
"""

from __future__ import annotations

from batikrfm.db.errors import ConflictError
from batikrfm.sdk.errors import BatikError, InputError, NotFoundError
from batikrfm.sdk.text import Language, Text


def _said(text: Text, language: Language, values: dict[str, object]) -> str:
    """``text`` with its values in the same language, where they speak both."""
    return text.say(language, **{name: value.say(language) if isinstance(value, Text) else value for name, value in values.items()})


class CampaignNotFoundError(NotFoundError):
    """The scope's tenant has no such campaign."""

    text = Text(id="Kampanye ini tidak ada.", en="There is no such campaign.")


class StaleCampaignError(ConflictError):
    """Value: ``version``, the one that it has by now."""

    text = Text(
        id="Kampanye ini sudah diubah orang lain (sekarang versi {version}). Muat ulang, lihat perubahannya, lalu coba lagi.",
        en="Somebody else changed this campaign meanwhile (it is at version {version} now). Load it again, look, and repeat.",
    )


class CampaignStateError(ConflictError):
    """Value: ``state``, a :class:`Text`."""

    text = Text(id="Ini tidak bisa dilakukan: kampanye ini {state}.", en="This cannot be done: the campaign {state}.")

    def say(self, language: Language = "id") -> str:
        """The sentence with the state in the same language."""
        return _said(self.text, language, self.values)


class CampaignPlanError(InputError):
    """Values: ``what`` and ``how``, texts: which part of the plan, and what it has to be."""

    text = Text(id="{what}: {how}.", en="{what}: {how}.")

    def say(self, language: Language = "id") -> str:
        """The sentence with its parts in the same language."""
        return _said(self.text, language, self.values)


class TextsNotApprovedError(InputError):
    """Value: ``texts``, how many."""

    text = Text(
        id="{texts} konten di kampanye ini belum disetujui. Setujui dulu; tanpa itu tidak ada yang dikirim.",
        en="{texts} of this campaign's contents are not approved. Approve them first; nothing is sent without.",
    )


class TextsBlockedError(InputError):
    """Value: ``texts``, how many."""

    text = Text(
        id="{texts} konten punya temuan yang perlu Anda lihat dulu di halaman Konten, jadi tidak disetujui sekaligus.",
        en="{texts} contents have a finding that you should look at on the page Contents, so they are not approved in one go.",
    )


class TooManyCampaignsError(InputError):
    """Value: ``most``."""

    text = Text(id="Paling banyak {most} kampanye sekaligus.", en="At most {most} campaigns at a time.")


class MayNotSendError(BatikError):
    """The one who asks is no editor, admin or owner."""

    text = Text(
        id="Hanya editor, admin, atau pemilik yang boleh mengirim kampanye.",
        en="Only an editor, an admin or the owner may send campaigns.",
    )
