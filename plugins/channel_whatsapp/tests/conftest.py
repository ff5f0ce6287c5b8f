"""Accounts with the three gateways, each of which is a server on this machine."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from batikrfm.sdk import PluginContext
from batikrfm.testkit.whatsapp_vendors import FonnteVendor, MetaVendor, WablasVendor, WhatsAppVendor
from batikrfm_channel_whatsapp.base import WhatsAppChannel
from batikrfm_channel_whatsapp.fonnte import FonnteChannel
from batikrfm_channel_whatsapp.meta import MetaChannel
from batikrfm_channel_whatsapp.wablas import WablasChannel

SETTINGS: dict[type[WhatsAppChannel[Any]], dict[str, Any]] = {
    FonnteChannel: {"token": "tok-1"},
    WablasChannel: {"server": "https://jogja.wablas.com", "token": "tok-1", "secret_key": "sec-1"},
    MetaChannel: {"access_token": "tok-1", "phone_number_id": "106540352242922", "app_secret": "rahasia-aplikasi", "verify_token": "cocok"},
}


@pytest.fixture
async def fonnte_vendor() -> AsyncIterator[FonnteVendor]:
    async with FonnteVendor() as vendor:
        yield vendor


@pytest.fixture
async def wablas_vendor() -> AsyncIterator[WablasVendor]:
    async with WablasVendor() as vendor:
        yield vendor


@pytest.fixture
async def meta_vendor() -> AsyncIterator[MetaVendor]:
    async with MetaVendor() as vendor:
        yield vendor


@pytest.fixture
def account() -> Callable[..., AbstractAsyncContextManager[WhatsAppChannel[Any]]]:
    """Makes an account of a class with a vendor; more settings by name."""

    def made(
        kind: type[WhatsAppChannel[Any]],
        vendor: WhatsAppVendor,
        language: Any = "id",  # noqa: ANN401 - a language
        **settings: Any,  # noqa: ANN401 - any setting
    ) -> WhatsAppChannel[Any]:
        config = kind.config_model.model_validate({**SETTINGS[kind], **settings})
        return kind(config, PluginContext(language, logging.getLogger("plugin"), vendor.http))

    return made
