"""What can go wrong with a channel before anything is sent.

::

    NotFoundError
    └── ChannelNotFoundError   no such channel is installed
    InputError
    ├── ChannelOffError        it is switched off, or its settings are not complete
    ├── ChannelPausedError     it was paused, by a person or for its number's safety
    └── ChannelRulesError      limits of a number that are none
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


class ChannelRulesError(InputError):
    """A limit out of its range."""

    text = Text(
        id="Batas nomor belum pas: paling banyak 10.000 pesan sehari, jeda 0 sampai 600 detik, jam buka sebelum jam tutup.",
        en="The number's limits do not fit: at most 10,000 messages a day, pauses of 0 to 600 seconds, and hours that open before they close.",
    )


class ChannelsClosed(RuntimeError):
    """The channels were used before :func:`open_channels`: our bug."""
