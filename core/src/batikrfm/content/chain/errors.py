"""What can go wrong with a chain of providers.

::

    BatikError
    ├── NobodyAnsweredError    every provider was tried or skipped, and none gave a usable answer
    ├── UnusableAnswerError    raised by Wanted.accept: an answer that came, but cannot be used
    ├── NotInChainError        the chain has no such provider (any more)
    └── SetupError
        └── LimitsError        BATIKRFM_LLM_LIMITS cannot be read
    RuntimeError
    └── ProvidersClosed        our bug: open_providers() comes first
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from batikrfm.sdk.errors import BatikError, SetupError
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
    """No provider gave a usable answer. ``calls`` are for the ledger; ``skipped`` says of each why it was passed over or failed."""

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


class NotInChainError(BatikError):
    """Value: ``provider``. It was switched off, taken out of the chain, or lost its settings since the batch was handed in."""

    text = Text(
        id="Penyedia {provider} sudah tidak ada di urutan AI toko ini. Nyalakan lagi pluginnya untuk mengambil hasilnya.",
        en="The provider {provider} is no longer one of this shop's. Switch its plugin on again to fetch its results.",
    )


class LimitsError(SetupError):
    """``BATIKRFM_LLM_LIMITS`` has a part that is no provider with its limits."""

    text = Text(
        id="BATIKRFM_LLM_LIMITS tidak bisa dibaca. Tulis seperti openai=500/200000,groq=30/8000: permintaan/token tiap menit.",
        en="BATIKRFM_LLM_LIMITS cannot be read. Write it like openai=500/200000,groq=30/8000: requests/tokens a minute.",
    )


class ProvidersClosed(RuntimeError):
    """The providers were used before :func:`open_providers`: our bug."""
