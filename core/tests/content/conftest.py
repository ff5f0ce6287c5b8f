"""A shop whose words vendors on a stage write."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from cryptography.fernet import Fernet

from batikrfm.content.chain import Providers, opened_providers
from batikrfm.content.chain.providers import Means
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import PluginContext
from chain_stage import FreeLimiter, Stage, Ticking
from content_stage import fill_shop, writers


@pytest.fixture
def vendors() -> Stage:
    """What the vendors ``openai`` and ``groq`` do."""
    return Stage()


@pytest.fixture
async def writing(vendors: Stage, plugin_context: PluginContext) -> AsyncIterator[Providers]:
    """Providers on the stage, on the installation's keys."""
    clock, plugins = Ticking(), writers(vendors)
    settings = PluginSettings(plugins, Vault([Fernet.generate_key().decode()]), {"FAKE_FIRST_KEY": "sk-house"})
    means = Means(clock, clock.sleep, random.Random(7), FreeLimiter())  # noqa: S311 - a test's chance
    async with opened_providers(Providers(settings, plugin_context, {}, means=means)) as opened:
        yield opened


@pytest.fixture
async def shop(tenant: UUID) -> UUID:
    """A tenant with sixty customers, segmented."""
    await fill_shop(tenant)
    return tenant
