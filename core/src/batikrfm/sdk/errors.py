"""The error tree of BatikRFM. Nothing here knows of HTTP or of exit codes: one place each maps them.

::

    BatikError                  every error that we raise on purpose; carries a sentence in both languages
    ├── InputError              what the user gave cannot be used; the sentence says what to do
    │   └── (sales, segmentation, ... add their own)
    ├── NotFoundError           the thing does not exist for this tenant
    ├── SetupError              the installation needs a hand: settings, database, migrations
    └── PluginError             a plugin did not do what it promised
        └── (see batikrfm.sdk.plugin_errors and batikrfm.plugins)
"""

from __future__ import annotations

from typing import ClassVar

from batikrfm.sdk.text import Language, Text


class BatikError(Exception):
    """An error with one plain sentence for the person who meets it.

    Subclasses set ``text``; values for its placeholders are given to the constructor and kept in ``values``.
    ``str(error)`` is the English sentence.
    """

    text: ClassVar[Text] = Text(id="Ada yang tidak beres.", en="Something went wrong.")

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.say("en"))

    def say(self, language: Language = "id") -> str:
        """The sentence in ``language``."""
        return self.text.say(language, **self.values)


class InputError(BatikError):
    """What the user gave cannot be used. Exit code 1."""


class NotFoundError(BatikError):
    """The thing asked for does not exist here. Another tenant's thing is not found either."""


class SetupError(BatikError):
    """The installation needs attention: a setting, the database, a migration."""


class PluginError(BatikError):
    """A plugin did not do what it promised."""
