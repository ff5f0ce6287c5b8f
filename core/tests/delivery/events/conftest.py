"""A shop that has sent messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sending_stage import plugins_of, sending

from batikrfm.testkit.fake_channels import ChannelStage
from batikrfm.testkit.rows import Rows
from posted import Posted


@pytest.fixture
async def posted(tenant: UUID, rows: Rows) -> AsyncIterator[Posted]:
    """Messages by ``fake_whatsapp``, which is open, as in a worker."""
    async with sending(plugins_of(ChannelStage())):
        yield Posted(tenant, rows)
