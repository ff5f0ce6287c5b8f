"""Sentences for why sending stopped."""

from __future__ import annotations

from typing import Final

from batikrfm.sdk.errors import BatikError, PluginError
from batikrfm.sdk.text import Text

STOPPED: Final = Text(
    id="Pengirimannya dihentikan dari daftar pekerjaan.",
    en="Its sending was stopped in the list of jobs.",
)


def said_of(error: BatikError) -> Text:
    """What ``error`` says, without the plugin's name in front."""
    if isinstance(error, PluginError):
        return Text(id=BatikError.say(error, "id"), en=BatikError.say(error, "en"))
    return Text(id=error.say("id"), en=error.say("en"))
