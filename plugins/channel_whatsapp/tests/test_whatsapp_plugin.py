"""What the three gateways share: outcomes that are certain, settings in plain words, webhooks that may hold anything."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.plugins.secret_fields import secret_paths
from batikrfm.sdk import (
    Accepted,
    BadAnswerError,
    DeliveryEvents,
    Message,
    PluginContext,
    PluginError,
    RetryAfter,
    TimedOutError,
    UnavailableError,
    UnknownOutcome,
    WebhookRequest,
)
from batikrfm.testkit.fakes import ScriptedHttp
from batikrfm.testkit.whatsapp_vendors import meta
from batikrfm_channel_whatsapp.base import WhatsAppChannel
from batikrfm_channel_whatsapp.facts import WARNING
from batikrfm_channel_whatsapp.fonnte import FonnteChannel
from batikrfm_channel_whatsapp.meta import MetaChannel
from batikrfm_channel_whatsapp.wablas import WablasChannel

GATEWAYS: list[type[WhatsAppChannel[Any]]] = [FonnteChannel, WablasChannel, MetaChannel]
SETTINGS: dict[str, dict[str, Any]] = {
    "whatsapp_fonnte": {"token": "tok-1"},
    "whatsapp_wablas": {"server": "https://jogja.wablas.com", "token": "tok-1", "secret_key": "sec-1"},
    "whatsapp_meta": {"access_token": "tok-1", "phone_number_id": "106540352242922", "app_secret": meta.APP_SECRET, "verify_token": "v"},
}
NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
MESSAGE = Message("1", "+6281200000001", "Halo")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["6281200000001", "read", "failed", "text"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["id", "stateid", "status", "state", "sender", "message", "phone", "isFromMe", "isGroup", "timestamp", "from", "type", "text", "errors"]
)
SOMETHING = st.dictionaries(FIELDS, ANYTHING, max_size=8)


def made(kind: type[WhatsAppChannel[Any]], http: ScriptedHttp) -> WhatsAppChannel[Any]:
    return kind(kind.config_model.model_validate(SETTINGS[kind.key]), PluginContext("id", logging.getLogger("plugin"), http))


@pytest.fixture(params=GATEWAYS, ids=lambda kind: kind.key)
def gateway(request: pytest.FixtureRequest) -> type[WhatsAppChannel[Any]]:
    kind: type[WhatsAppChannel[Any]] = request.param
    return kind


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (TimedOutError(seconds=20), UnknownOutcome("1")),
        (UnavailableError(), UnknownOutcome("1")),
        (BadAnswerError(code="too_large"), UnknownOutcome("1")),
        (UnavailableError(code="no_connection"), RetryAfter("1", 60, "no_connection")),
    ],
    ids=["no answer in time", "the line broke", "an answer without an end", "never reached"],
)
async def test_only_what_certainly_never_left_is_tried_again(
    gateway: type[WhatsAppChannel[Any]], scripted_http: ScriptedHttp, error: PluginError, outcome: object
) -> None:
    """A timeout after the request was written is an unknown outcome: no gateway would notice a second message."""
    scripted_http.will_fail([error])
    async with made(gateway, scripted_http) as channel:
        assert await channel.send([MESSAGE]) == [outcome]
    assert len(scripted_http.asked) == 1


@pytest.mark.parametrize("status", [200, 201, 408, 499, 500, 502, 504, 520, 524])
async def test_a_status_that_proves_nothing_leaves_it_open(
    gateway: type[WhatsAppChannel[Any]], scripted_http: ScriptedHttp, status: int
) -> None:
    scripted_http.will_answer(status=status, data=b"<html>")
    async with made(gateway, scripted_http) as channel:
        assert await channel.send([MESSAGE]) == [UnknownOutcome("1")]


@pytest.mark.parametrize("status", [301, 404, 413, 503, 521, 522, 523])
async def test_a_status_that_proves_that_nothing_was_taken_lets_it_be_tried_again(
    gateway: type[WhatsAppChannel[Any]], scripted_http: ScriptedHttp, status: int
) -> None:
    scripted_http.will_answer(status=status, data=b"<html>", headers={"retry-after": "5"})
    async with made(gateway, scripted_http) as channel:
        assert await channel.send([MESSAGE]) == [RetryAfter("1", 5, str(status))]


@given(data=SOMETHING)
def test_a_webhook_may_hold_anything(data: dict[str, Any]) -> None:
    for kind in GATEWAYS:
        wanted = meta.webhook({"messages": [data], "statuses": [data], "user_preferences": [data]}) if kind is MetaChannel else data
        body = json.dumps(wanted).encode()
        request = WebhookRequest("POST", {}, meta.signature(body, meta.APP_SECRET), body, NOW)
        told = made(kind, ScriptedHttp()).parse_events(request)
        assert isinstance(told, DeliveryEvents)
        assert {event.kind for event in told.events} <= kind.capabilities.events
        assert all(event.at.tzinfo and len(event.id) < 300 for event in told.events)


@given(data=SOMETHING)
async def test_an_answer_may_hold_anything_and_is_a_yes_only_with_an_id(data: dict[str, Any]) -> None:
    http = ScriptedHttp()
    for kind in GATEWAYS:
        http.will_answer(data=data)
        async with made(kind, http) as channel:
            try:
                (receipt,) = await channel.send([MESSAGE])
            except PluginError:
                continue
        assert not isinstance(receipt, Accepted) or receipt.vendor_id


def test_settings_are_named_and_explained_in_both_languages(gateway: type[WhatsAppChannel[Any]]) -> None:
    for name, shape in gateway.config_model.model_json_schema()["properties"].items():
        indonesian, _, english = shape["description"].partition(" / ")
        assert indonesian.strip(), name
        assert english.strip(), name
        assert shape["title"]


def test_every_key_is_a_secret(gateway: type[WhatsAppChannel[Any]]) -> None:
    plain = {"timeout", "server", "phone_number_id", "version"}
    fields = set(gateway.config_model.model_fields)
    assert {path[0] for path in secret_paths(gateway.config_model)} == fields - plain


def test_whoever_is_not_official_says_so_and_the_warning_is_plain() -> None:
    assert {kind.key: kind.capabilities.unofficial for kind in GATEWAYS} == {
        "whatsapp_fonnte": True,
        "whatsapp_wablas": True,
        "whatsapp_meta": False,
    }
    assert "diblokir" in WARNING.id
    assert "block" in WARNING.en
    for kind in GATEWAYS:
        assert ("tidak resmi" in kind.name.id) is kind.capabilities.unofficial


def test_a_linked_phone_gets_one_message_at_a_time() -> None:
    """So that the host's pause between two messages lies between each two, and a no is about one message."""
    assert all(kind.capabilities.batch_size == 1 for kind in GATEWAYS if kind.capabilities.unofficial)


def test_loading_the_plugin_brings_three_channels_and_no_http() -> None:
    code = (
        "import sys; from batikrfm.plugins import load_plugins; loaded = load_plugins(only={'whatsapp'}).channels;"
        "print(sorted(loaded), sorted({'openai', 'httpx', 'httpx2', 'litellm', 'polars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['whatsapp_fonnte', 'whatsapp_meta', 'whatsapp_wablas'] []"
