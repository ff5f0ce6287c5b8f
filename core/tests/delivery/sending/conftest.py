"""A shop that sends by channels on a stage."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sending_stage import ONE_HAND, Ear, Sender, plugins_of, sending

from batikrfm.delivery.channels.opening import Channels
from batikrfm.testkit.fake_channels import ChannelStage


@pytest.fixture
def stage() -> ChannelStage:
    """What the vendors do."""
    return ChannelStage()


@pytest.fixture
def ear() -> Ear:
    """Hears what owners are told."""
    return Ear()


@pytest.fixture
async def house(
    request: pytest.FixtureRequest,
    stage: ChannelStage,
    ear: Ear,
    database: object,  # noqa: ARG001 - it is open
) -> AsyncIterator[Channels]:
    """Open channels; a job has one hand, or as many as a test asks for through ``house``."""
    async with sending(plugins_of(stage, ear), delivery=getattr(request, "param", ONE_HAND)) as opened:
        yield opened


@pytest.fixture
def sender(tenant: UUID, house: Channels) -> Sender:  # noqa: ARG001 - they are open
    """The tenant's shop."""
    return Sender(tenant)
