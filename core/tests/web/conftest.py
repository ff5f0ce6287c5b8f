"""The application on the test's database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from batikrfm.db.database import Database
from websites import Opening, Site, opening


@pytest.fixture
def open_site(database: Database) -> Opening:
    """Open an application: ``async with open_site(settings, routes=[...]) as site``."""
    return opening(database)


@pytest.fixture
async def site(open_site: Opening) -> AsyncIterator[Site]:
    """The application as it comes."""
    async with open_site() as site:
        yield site
