"""What can go wrong between a shop's customers and their segments.

::

    InputError
    └── StrategySettingsError   settings that the strategy refuses
    PluginError
    └── StrategyAnswerError     an answer that breaks the strategy's contract
"""

from __future__ import annotations

from batikrfm.sdk.errors import InputError, PluginError
from batikrfm.sdk.text import Text


class StrategySettingsError(InputError):
    """Values: ``strategy``, ``field`` and ``problem``, a sentence in the reader's language."""

    text = Text(
        id="Pengaturan {field} untuk {strategy} tidak bisa dipakai. {problem}",
        en="The setting {field} of {strategy} cannot be used. {problem}",
    )


class StrategyAnswerError(PluginError):
    """Values: ``strategy`` and ``what`` was wrong."""

    text = Text(
        id="Strategi {strategy} memberi jawaban yang tidak lengkap ({what}), jadi tidak kami simpan. Kabari pembuat plugin-nya.",
        en="The strategy {strategy} gave an answer that is not whole ({what}), so we did not keep it. Tell the author of the plugin.",
    )
