"""Tell the owners that sending has stopped. Runs in the tenant's scope."""

from __future__ import annotations

from typing import Final

from batikrfm.content.wording import filled
from batikrfm.delivery.channels.opening import channels
from batikrfm.sdk.text import Text

PLACE: Final = "kampanye"


async def tell_owners(subject: Text, words: Text, **values: object) -> None:
    """Send the shop's owners ``words``, as part of the scope's transaction. ``values`` are the subject's."""
    said = filled(subject, **values)
    for extension in channels().settings.plugins.extensions.values():
        await extension.tell(said, words, PLACE)
