"""Open the database as a program does: with its walls checked before anything is read."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from batikrfm.db import database as databases
from batikrfm.db.database import Database
from batikrfm.settings import Settings
from batikrfm.storage import open_storage
from batikrfm.tenancy.guard import require_walls


@contextlib.asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The open database, and the open storage of files, for as long as the block lasts.

    Raises:
        SetupError: it cannot be reached, is not migrated, or (WallsError) its walls between tenants have gaps.
    """
    async with databases.open_database(settings) as database:
        await require_walls()
        with open_storage(settings):
            yield database
