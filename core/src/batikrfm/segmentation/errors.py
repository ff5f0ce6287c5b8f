"""What can go wrong between a shop's customers and their segments.

::

    InputError
    ├── StrategySettingsError   settings that the strategy refuses
    └── NoPurchases             nothing was bought, so there is nobody to score
    PluginError
    └── StrategyAnswerError     an answer that breaks the strategy's contract
"""

from __future__ import annotations

from batikrfm.sdk.errors import BatikError, InputError, PluginError
from batikrfm.sdk.text import Language, Text


class StrategySettingsError(InputError):
    """Values: ``strategy``, ``field`` and ``problem``, a :class:`BatikError` or a sentence."""

    text = Text(
        id="Pengaturan {field} untuk {strategy} tidak bisa dipakai. {problem}",
        en="The setting {field} of {strategy} cannot be used. {problem}",
    )

    def say(self, language: Language = "id") -> str:
        """The sentence with the problem in the same language, where the strategy speaks both."""
        problem = self.values["problem"]
        said = problem.say(language) if isinstance(problem, BatikError) else problem
        return self.text.say(language, **{**self.values, "problem": said})


class StrategyAnswerError(PluginError):
    """Values: ``strategy`` and ``what`` was wrong."""

    text = Text(
        id="Strategi {strategy} memberi jawaban yang tidak lengkap ({what}), jadi tidak kami simpan. Kabari pembuat plugin-nya.",
        en="The strategy {strategy} gave an answer that is not whole ({what}), so we did not keep it. Tell the author of the plugin.",
    )


class NoPurchases(InputError):
    """There is nobody to score. Value: ``rows``, how many were read."""

    text = Text(
        id="Dari {rows} baris yang dibaca, belum ada satu pun pembelian yang jadi. Periksa kolom status dan jumlah uangnya (--map), lalu coba lagi.",
        en="Of the {rows} rows read, none is a purchase that went through. Check the status and amount columns (--map) and try again.",
    )
