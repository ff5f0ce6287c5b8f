"""Words that people read, in the languages that the product speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Indonesian and in English.

    Both may hold the same ``{placeholders}``; :meth:`say` fills them.
    """

    id: str
    en: str

    def say(self, language: Language = "id", /, **values: object) -> str:
        """The sentence in ``language`` with its placeholders filled. A missing value is a ``KeyError``: our bug."""
        sentence = self.id if language == "id" else self.en
        return sentence.format(**values) if values else sentence

    def __str__(self) -> str:
        return self.en
