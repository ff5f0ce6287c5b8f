"""What can go wrong with a chain of providers.

::

    BatikError
    ├── NobodyAnsweredError    every provider was tried or skipped, and none gave a usable answer
    └── UnusableAnswerError    raised by Wanted.accept: an answer that came, but cannot be used
    RuntimeError
    └── ProvidersClosed        our bug: open_providers() comes first
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Language, Text

if TYPE_CHECKING:
    from batikrfm.content.chain.model import Skipped
    from batikrfm.usage import Call


class UnusableAnswerError(BatikError):
    """What :attr:`Wanted.accept` raises for an answer that cannot be used. ``problems`` are said to the model when it is asked to mend it.

    ``hopeless`` is for one that no repair can help, such as an answer in another language: the next provider is asked at once.
    """

    text = Text(id="Jawaban AI belum bisa dipakai.", en="The AI's answer cannot be used as it is.")

    def __init__(self, problems: Sequence[Text], *, hopeless: bool = False) -> None:
        super().__init__()
        self.problems = tuple(problems)
        self.hopeless = hopeless


class NobodyAnsweredError(BatikError):
    """No provider gave a usable answer. ``calls`` are for the ledger; ``skipped`` says of each provider why it was passed over or failed."""

    text = Text(
        id="Belum ada AI yang bisa menjawab sekarang. {reasons} Coba lagi nanti, atau periksa pengaturan pluginnya.",
        en="No AI could answer just now. {reasons} Try again later, or look at the plugins' settings.",
    )
    nobody = Text(id="Belum ada penyedia AI yang aktif.", en="No AI provider is switched on.")

    def __init__(self, *, calls: Sequence[Call] = (), skipped: Sequence[Skipped] = ()) -> None:
        self.calls = tuple(calls)
        self.skipped = tuple(skipped)
        super().__init__()

    def say(self, language: Language = "id") -> str:
        reasons = " ".join(one.say(language) for one in self.skipped) or self.nobody.say(language)
        return self.text.say(language, reasons=reasons)


class ProvidersClosed(RuntimeError):
    """The providers were used before :func:`open_providers`: our bug."""
