"""What can go wrong with a channel before anything is sent.

::

    NotFoundError
    └── ChannelNotFoundError   no such channel is installed
    InputError
    ├── ChannelOffError        it is switched off, or its settings are not complete
    └── ChannelPausedError     it was paused, by a person or for its number's safety
    RuntimeError
    └── ChannelsClosed         our bug: open_channels() comes first
"""

from __future__ import annotations

from batikrfm.sdk.errors import InputError, NotFoundError
from batikrfm.sdk.text import Language, Text


class ChannelNotFoundError(NotFoundError):
    """No plugin brings a channel of this key."""

    text = Text(id="Saluran ini tidak ada.", en="There is no such channel.")


class _Said(InputError):
    """Value: ``why``, a :class:`Text`."""

    def say(self, language: Language = "id") -> str:
        """The sentence with the reason in the same language."""
        return self.text.say(language, **{name: value.say(language) for name, value in self.values.items() if isinstance(value, Text)})


class ChannelOffError(_Said):
    """Value: ``why``."""

    text = Text(id="Saluran ini belum bisa dipakai: {why}", en="This channel cannot be used yet: {why}")


class ChannelPausedError(_Said):
    """Value: ``why``."""

    text = Text(id="Saluran ini sedang dijeda: {why}", en="This channel is paused: {why}")


class ChannelsClosed(RuntimeError):
    """The channels were used before :func:`open_channels`: our bug."""
