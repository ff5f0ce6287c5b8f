"""What can go wrong with a draft.

::

    NotFoundError
    ├── ContentNotFoundError      the shop has no such draft
    └── ContentVersionNotFoundError   the draft never had that version
    ConflictError
    ├── StaleContentError         somebody changed it since it was read
    └── ContentUsedError          it went out, and stays as it was sent
    InputError
    ├── ContentStateError         it stands where this cannot be done
    ├── UnacknowledgedError       a finding blocks it, and nobody said why it may go all the same
    ├── ContentReasonError        a rejection, or an acknowledgement, without its reason
    ├── ContentCommentError       a comment that is empty or too long
    ├── ContentTextError          a text that is empty or too long
    ├── NotApprovedError          it is not approved, or not this text of it
    └── TooManyContentsError      more at once than one request takes
    BatikError
    └── MayNotApproveError        approving is for editors and above
"""

from __future__ import annotations

from batikrfm.db.errors import ConflictError
from batikrfm.sdk.errors import BatikError, InputError, NotFoundError
from batikrfm.sdk.text import Language, Text


def _said(text: Text, language: Language, values: dict[str, object]) -> str:
    """``text`` with its values in the same language, where they speak both."""
    return text.say(language, **{name: value.say(language) if isinstance(value, Text) else value for name, value in values.items()})


class ContentNotFoundError(NotFoundError):
    """The scope's tenant has no such draft."""

    text = Text(id="Konten ini tidak ada.", en="There is no such content.")


class ContentVersionNotFoundError(NotFoundError):
    """The draft never had that version. Value: ``version``."""

    text = Text(id="Konten ini tidak punya versi {version}.", en="This content has no version {version}.")


class StaleContentError(ConflictError):
    """Value: ``version``, the one that it has by now."""

    text = Text(
        id="Konten ini sudah diubah orang lain (sekarang versi {version}). Muat ulang, lihat perubahannya, lalu coba lagi.",
        en="Somebody else changed this content meanwhile (it is at version {version} now). Load it again, look, and repeat.",
    )


class ContentUsedError(ConflictError):
    """What was sent stays as it was sent."""

    text = Text(
        id="Konten ini sudah dipakai untuk mengirim pesan, jadi tidak bisa diubah lagi. Buat konten baru bila perlu.",
        en="This content was sent already, so it stays as it is. Make a new one if you need to.",
    )


class ContentStateError(InputError):
    """Value: ``state``, a :class:`Text`."""

    text = Text(id="Ini tidak bisa dilakukan: konten ini {state}.", en="This cannot be done: the content {state}.")

    def say(self, language: Language = "id") -> str:
        """The sentence with the state in the same language."""
        return _said(self.text, language, self.values)


class UnacknowledgedError(InputError):
    """A finding that blocks was not acknowledged."""

    text = Text(
        id="Ada temuan yang perlu diperbaiki dulu. Bila tetap ingin menyetujui, tulis alasannya.",
        en="There is a finding that should be put right first. To approve all the same, write down why.",
    )


class ContentReasonError(InputError):
    """Value: ``longest``."""

    text = Text(
        id="Tulis alasannya supaya penulisnya tahu (paling panjang {longest} huruf).",
        en="Write down why, so that the writer knows (at most {longest} characters).",
    )


class ContentCommentError(InputError):
    """Value: ``longest``."""

    text = Text(
        id="Komentar tidak boleh kosong dan paling panjang {longest} huruf.",
        en="A comment is not empty and has at most {longest} characters.",
    )


class ContentTextError(InputError):
    """Values: ``field``, a text; ``longest``."""

    text = Text(
        id="{field} tidak boleh kosong dan paling panjang {longest} huruf.",
        en="{field} is not empty and has at most {longest} characters.",
    )

    def say(self, language: Language = "id") -> str:
        """The sentence with the field's name in the same language."""
        return _said(self.text, language, self.values)


class NotApprovedError(InputError):
    """It is not approved, or the approval was for another text."""

    text = Text(
        id="Konten ini belum disetujui, atau berubah setelah disetujui. Setujui dulu sebelum dikirim.",
        en="This content is not approved, or changed since. Approve it before it is sent.",
    )


class TooManyContentsError(InputError):
    """Value: ``most``."""

    text = Text(id="Paling banyak {most} konten sekaligus.", en="At most {most} contents at a time.")


class MayNotApproveError(BatikError):
    """The one who asks is no editor, admin or owner."""

    text = Text(
        id="Hanya editor, admin, atau pemilik yang boleh menyetujui konten.",
        en="Only an editor, an admin or the owner may approve content.",
    )
