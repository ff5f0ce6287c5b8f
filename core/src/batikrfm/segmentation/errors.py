"""What can go wrong between a shop's customers and their segments.

::

    InputError
    ├── StrategySettingsError   settings that the strategy refuses
    └── NoPurchases             nothing was bought, so there is nobody to score
    NotFoundError
    ├── NoRunsError             the tenant was not segmented yet
    └── RunNotFoundError        the tenant has no such run
"""

from __future__ import annotations

from batikrfm.sdk.errors import BatikError, InputError, NotFoundError
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


class NoPurchases(InputError):
    """There is nobody to score. Value: ``rows``, how many were read."""

    text = Text(
        id="Dari {rows} baris yang dibaca, belum ada pembelian yang jadi. Periksa kolom status dan uangnya (--map), lalu coba lagi.",
        en="Of the {rows} rows read, none is a purchase that went through. Check the status and amount columns (--map) and try again.",
    )


class NoRunsError(NotFoundError):
    """The tenant was not segmented yet."""

    text = Text(
        id="Toko ini belum pernah dikelompokkan. Jalankan dulu: batikrfm segment TOKO",
        en="This shop has not been segmented yet. Run first: batikrfm segment TENANT",
    )


class RunNotFoundError(NotFoundError):
    """The tenant has no such run."""

    text = Text(id="Pengelompokan ini tidak ada.", en="There is no such segmentation run.")
