"""The types that cross the border refuse nonsense and keep customers' data out of ``repr``."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from batikrfm.plugins.secret_fields import secret_paths
from batikrfm.sdk import (
    ApiKey,
    BadAnswerError,
    Capabilities,
    Channel,
    Check,
    Completion,
    DeliveryEvent,
    EventKind,
    Finish,
    HttpAnswer,
    LLMCapabilities,
    LLMProvider,
    Media,
    Message,
    NotSupportedError,
    PluginConfig,
    PluginContext,
    SystemClock,
    Template,
    Text,
    Usage,
    VendorUrl,
    WebhookRequest,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = Text(id="kata", en="words")


class Words(LLMProvider[PluginConfig]):
    key, name, config_model, capabilities = "words", WORDS, PluginConfig, LLMCapabilities()
    trace: list[str]

    def models(self, tier: str) -> list[str]:
        return [tier]

    async def check(self) -> Check:
        return Check()

    async def complete(self, request: object) -> Completion:
        raise NotImplementedError(request)

    async def open(self) -> None:
        self.trace = ["open"]

    async def close(self) -> None:
        self.trace.append("close")


class Post(Channel[PluginConfig]):
    key, name, config_model = "post", WORDS, PluginConfig
    capabilities = Capabilities(addresses="email", batch_size=1, per_second=1)

    async def check(self) -> Check:
        return Check()

    async def send(self, batch: object) -> list[object]:  # type: ignore[override] # not called
        raise NotImplementedError(batch)

    def parse_events(self, request: object) -> object:  # type: ignore[override] # not called
        raise NotImplementedError(request)


@pytest.mark.parametrize(("kind", "size"), [("cached", (5, 5, 6, 0)), ("reasoning", (5, 5, 0, 6)), ("negative", (5, 5, -1, 0))])
def test_tokens_that_are_more_than_their_whole_are_refused(kind: str, size: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="part of input and output"):
        Usage(*size)
    assert kind


def test_no_customers_data_is_in_a_repr() -> None:
    things = [
        Message(id="1", to="budi@x", text="Halo Budi", subject="Budi!", html="<b>Budi</b>", headers={"to": "Budi"}),
        Media("a.png", "image/png", b"Budi"),
        Template("promo", "id", ("Budi",)),
        WebhookRequest("POST", {"from": "Budi"}, {"x": "Budi"}, b"Budi", NOW),
        DeliveryEvent("1", EventKind.REPLIED, NOW, address="Budi", text="ini Budi", url="http://x/Budi"),
        HttpAnswer(200, {}, b"Budi"),
    ]
    assert "Budi" not in repr(things)
    assert "budi@x" not in repr(things)


def test_json_of_an_answer_that_is_none_is_a_bad_answer_without_the_body() -> None:
    assert HttpAnswer(200, {}, b'{"a": 1}').json() == {"a": 1}
    with pytest.raises(BadAnswerError) as raised:
        HttpAnswer(502, {}, b"<html>Budi</html>").json()
    assert raised.value.code == "502"
    assert "Budi" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    ("method", "args", "capability"),
    [
        ("submit", ([], "r"), "batch"),
        ("find_batch", ("r",), "batch"),
        ("poll", ("b",), "batch"),
        ("collect", ("b",), "batch"),
        ("cancel", ("b",), "batch"),
        ("moderate", ([],), "moderation"),
        ("list_models", (), "model_list"),
    ],
)
async def test_what_a_provider_does_not_declare_it_refuses(
    method: str, args: tuple[object, ...], capability: str, plugin_context: PluginContext
) -> None:
    with pytest.raises(NotSupportedError, match=f"does not support {capability}"):
        await getattr(Words(PluginConfig(), plugin_context), method)(*args)


@pytest.mark.parametrize(("method", "capability"), [("look_up", "status_lookup"), ("reachable", "address_check")])
async def test_what_a_channel_does_not_declare_it_refuses(method: str, capability: str, plugin_context: PluginContext) -> None:
    with pytest.raises(NotSupportedError, match=f"does not support {capability}"):
        await getattr(Post(PluginConfig(), plugin_context), method)([])


class Gateway(PluginConfig):
    key: ApiKey
    url: VendorUrl = "https://api.example.com"
    spare: ApiKey | None = None


def test_a_key_is_taken_without_what_comes_along_when_it_is_copied() -> None:
    gateway = Gateway.model_validate({"key": " sk-1_a.B\r\n", "url": "http://127.0.0.1:8000/v1/"})
    assert (gateway.key.reveal(), gateway.url) == ("sk-1_a.B", "http://127.0.0.1:8000/v1")
    assert Gateway.model_json_schema()["properties"]["key"]["format"] == "password"
    assert secret_paths(Gateway) == {("key",), ("spare",)}


@pytest.mark.parametrize("key", ["sk 1", "sk-é", "“sk-1”", "sk\n1", " \n", "sk\x00"])
def test_what_could_never_be_a_key_is_refused_at_once(key: str) -> None:
    with pytest.raises(ValidationError, match="copy it once more") as raised:
        Gateway.model_validate({"key": key})
    assert key not in str(raised.value)


@pytest.mark.parametrize("url", ["http://example.com", "http://169.254.169.254", "http://localhost.example.com", "ftp://x", "x", ""])
def test_a_key_is_sent_nowhere_in_the_clear(url: str) -> None:
    with pytest.raises(ValidationError, match="https://"):
        Gateway.model_validate({"key": "k", "url": url})


async def test_an_account_is_opened_and_closed_as_a_context(plugin_context: PluginContext) -> None:
    async with Words(PluginConfig(), plugin_context) as words:
        assert words.trace == ["open"]
    assert words.trace == ["open", "close"]
    assert Finish("refused") is Finish.REFUSED


def test_the_clock_has_a_time_zone() -> None:
    assert SystemClock().now().tzinfo is UTC
