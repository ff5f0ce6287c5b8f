"""A shop that has sent messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sending_stage import plugins_of, sending

from batikrfm.db.database import Database
from batikrfm.testkit.fake_channels import ChannelStage
from batikrfm.testkit.rows import Rows
from posted import Posted
from websites import Opening, opening


@pytest.fixture
async def posted(tenant: UUID, rows: Rows) -> AsyncIterator[Posted]:
    """Messages by ``fake_whatsapp``, which is open, as in a worker."""
    async with sending(plugins_of(ChannelStage())):
        yield Posted(tenant, rows)


@pytest.fixture
def open_site(database: Database) -> Opening:
    """Open an application on the test's database."""
    return opening(database)
