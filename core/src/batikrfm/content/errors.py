"""What can go wrong between a segment and its words.

::

    InputError
    ├── ContentSettingsError    a setting that cannot be kept
    ├── OrderError              an order for something that cannot be had
    ├── PromptError             a shop's own prompt that cannot be used: says the line
    └── PrivacyGateError        something in the prompt looks like a person: nothing was sent
    NotFoundError
    ├── NoSuchSegmentError      the latest run has no such segment
    └── PromptNotFoundError     there is no such version of a prompt
"""

from __future__ import annotations

from batikrfm.sdk.errors import InputError, NotFoundError
from batikrfm.sdk.text import Language, Text


def _said(text: Text, language: Language, values: dict[str, object]) -> str:
    """``text`` with its values in the same language, where they speak both."""
    return text.say(language, **{name: value.say(language) if isinstance(value, Text) else value for name, value in values.items()})


class ContentSettingsError(InputError):
    """Values: ``what`` and ``how``, two texts: which setting, and what it has to be like."""

    text = Text(id="{what} tidak bisa disimpan: {how}.", en="{what} cannot be kept: {how}.")

    def say(self, language: Language = "id") -> str:
        """The sentence with both values in the same language."""
        return _said(self.text, language, self.values)


class OrderError(InputError):
    """Values: ``what`` and ``how``, as above."""

    text = Text(id="{what} tidak bisa dipesan: {how}.", en="{what} cannot be ordered: {how}.")

    def say(self, language: Language = "id") -> str:
        """The sentence with both values in the same language."""
        return _said(self.text, language, self.values)


class PromptError(InputError):
    """Values: ``line`` (from 1) and ``problem``, a text."""

    text = Text(id="Prompt belum bisa dipakai, baris {line}: {problem}.", en="The prompt cannot be used yet, line {line}: {problem}.")

    def say(self, language: Language = "id") -> str:
        """The sentence with the problem in the same language."""
        return _said(self.text, language, self.values)


class PrivacyGateError(InputError):
    """Values: ``kind``, what kind of thing was found, and ``place``, where: two texts. Never the thing itself."""

    text = Text(
        id="Belum ada yang dikirim: di {place} ada {kind}. Hapus dulu, lalu coba lagi. Nama pelanggan cukup ditulis {{nama}}.",
        en="Nothing was sent: there is {kind} in {place}. Take it out and try again. For a customer's name, write {{nama}}.",
    )

    def say(self, language: Language = "id") -> str:
        """The sentence with kind and place in the same language."""
        return _said(self.text, language, self.values)


class NoSuchSegmentError(NotFoundError):
    """Value: ``segment``."""

    text = Text(
        id="Kelompok {segment} tidak ada di hasil pengelompokan terakhir.",
        en="There is no segment {segment} in the latest segmentation.",
    )


class PromptNotFoundError(NotFoundError):
    """The shop has no such version of a prompt."""

    text = Text(id="Versi prompt ini tidak ada.", en="There is no such version of the prompt.")
