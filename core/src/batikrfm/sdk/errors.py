"""The error tree of BatikRFM. Nothing here knows of HTTP or of exit codes: one place each maps them.

::

    BatikError                  every error that we raise on purpose; carries a sentence in both languages
    ├── InputError              what the user gave cannot be used; the sentence says what to do
    │   └── (sales, segmentation, ... add their own)
    ├── NotFoundError           the thing does not exist for this tenant
    ├── SetupError              the installation needs a hand: settings, database, migrations
    └── PluginError             a plugin did not do what it promised
        └── (see batikrfm.sdk.plugin_errors)
"""

from __future__ import annotations

import re
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
    """A plugin did not do what it promised.

    ``retryable`` says whether trying again can help, ``wait`` for how many seconds not to (None: not said). ``code`` is the vendor's
    short code; anything that does not look like one is dropped, for a vendor's words may repeat a customer's data. ``plugin`` is
    set by the host.
    """

    text = Text(id="Plugin ini gagal.", en="The plugin failed.")
    retryable: ClassVar[bool] = False
    plugin: str | None = None

    def __init__(self, *, wait: float | None = None, code: str | None = None, **values: object) -> None:
        super().__init__(**values)
        self.wait = wait
        self.code = code if code and _CODE.fullmatch(code) else None

    def say(self, language: Language = "id") -> str:
        """The sentence, with the plugin's name in front."""
        sentence = super().say(language)
        return f"{self.plugin}: {sentence}" if self.plugin else sentence

    def __str__(self) -> str:
        return self.say("en")


_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}|[0-9]{1,6}")
"""A word such as ``rate_limit_exceeded`` or a small number: no spaces, no @, nothing as long as a phone number."""
