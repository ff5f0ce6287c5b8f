"""Whether a shop tracks opens and clicks, and how long after a message a purchase counts. In the tenant's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.tracking import queries as sql
from batikrfm.delivery.tracking.errors import WindowError
from batikrfm.sdk.channels import EventKind

TRACKED: Final = frozenset({EventKind.OPENED, EventKind.CLICKED})
"""What says how somebody reads their mail. That a message arrived, or that a network shows it as read, is no tracking of ours."""
MOST_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Tracking:
    """Nothing is tracked unless the owner says so. ``anonymous``: how many, never who. ``window_days``: how long a purchase counts."""

    opens: bool = False
    clicks: bool = False
    anonymous: bool = False
    window_days: int = 7

    def wants(self, kind: EventKind) -> bool:
        """Whether this is counted at all."""
        return self.opens if kind is EventKind.OPENED else self.clicks

    def of_persons(self, kind: EventKind) -> bool:
        """Whether it may be known who it was."""
        return self.wants(kind) and not self.anonymous


async def read_tracking() -> Tracking:
    """What the shop set, or the defaults."""
    for row in await current_scope().fetch(sql.READ):
        return Tracking(**row)
    return Tracking()


async def change_tracking(wanted: Tracking) -> Tracking:
    """Keep ``wanted``. For messages that were sent before, it only takes away. Raises WindowError."""
    if not 1 <= wanted.window_days <= MOST_DAYS:
        raise WindowError(least=1, most=MOST_DAYS)
    await current_scope().execute(sql.SAVE, uuid7(), wanted.opens, wanted.clicks, wanted.anonymous, wanted.window_days)
    return wanted
