"""The stage of fake vendors, and providers over it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest
from cryptography.fernet import Fernet

from batikrfm.content.chain import Providers, opened_providers
from batikrfm.content.chain.providers import Means
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import PluginContext
from chain_stage import FreeLimiter, Noted, Stage, Ticking, World, classes_on, plugins_of

ENVIRON = {"FAKE_FIRST_KEY": "sk-house"}


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def world(stage: Stage, plugin_context: PluginContext) -> World:
    classes = classes_on(stage)
    return World(stage, Ticking(), FreeLimiter(), Noted(), plugins_of(classes), classes, plugin_context)


@pytest.fixture
async def house(world: World) -> AsyncIterator[Providers]:
    """Providers over the fake vendors, with settings in the real database; ``first`` has the installation's key."""
    settings = PluginSettings(world.plugins, Vault([Fernet.generate_key().decode()]), ENVIRON)
    means = Means(world.clock, world.clock.sleep, random.Random(7), world.limiter)  # noqa: S311 - a test's chance
    async with opened_providers(Providers(settings, world.context, {}, means=means)) as opened:
        yield opened
