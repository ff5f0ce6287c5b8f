"""What states are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from batikrfm.content.review.model import State
from batikrfm.sdk.text import Text

STANDS: Final[Mapping[State, Text]] = {
    State.DRAFT: Text(id="masih draf", en="is a draft"),
    State.IN_REVIEW: Text(id="sedang ditinjau", en="is in review"),
    State.APPROVED: Text(id="sudah disetujui", en="is approved"),
    State.REJECTED: Text(id="sudah ditolak", en="is rejected"),
    State.USED: Text(id="sudah dipakai", en="was used"),
}
"""``the content {is approved}``."""
