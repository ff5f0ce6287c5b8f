"""What a shop may say of itself."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from batikrfm.content.gate.numbers import international
from batikrfm.content.gate.ordinary import phrases
from batikrfm.content.gate.words import words_of


@dataclass(frozen=True)
class Own:
    """What the shop may say of itself: its name, what its segments are called, its phones. Phrases of these are nobody's name."""

    said: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    _phrases: list[frozenset[tuple[str, ...]]] = field(default_factory=list, init=False, repr=False, compare=False)
    _phones: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._phrases.extend(map(_phrases_in, self.said))
        self._phones.update(international(phone) for phone in self.phones)

    def says(self, phrase: tuple[str, ...]) -> bool:
        """Whether the shop says just these words of itself. If so, it says what they begin with, too."""
        return any(phrase in its for its in self._phrases)

    def says_none_of(self, some: frozenset[tuple[str, ...]]) -> bool:
        """Whether it says none of these."""
        return all(its.isdisjoint(some) for its in self._phrases)

    def has_phone(self, digits: str) -> bool:
        """Whether ``digits`` are one of the shop's own numbers, in any notation."""
        return international(digits) in self._phones or f"+{digits}" in self._phones


@functools.lru_cache(maxsize=1024)
def _phrases_in(text: str) -> frozenset[tuple[str, ...]]:
    """What segments are called is the same for all shops."""
    return frozenset(phrases(words_of(text)))
