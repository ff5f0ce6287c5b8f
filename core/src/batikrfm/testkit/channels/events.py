"""What every channel promises of webhooks: the vendor's are understood, nobody else's are believed, and nothing makes it stumble."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

import pytest

from batikrfm.sdk import Channel, DeliveryEvent, DeliveryEvents, EventKind, ForgedRequestError, NotSupportedError, WebhookRequest
from batikrfm.testkit.channels.accounts import CANARY, ONE, OTHER, Accounts, AccountsConformance, logged
from batikrfm.testkit.channels.vendor import ChannelVendor

NOW: Final = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
GARBAGE: Final[Mapping[str, bytes]] = {
    "nothing": b"",
    "null": b"null",
    "a number": b"17",
    "a text": b'"halo"',
    "a list": b"[]",
    "a list of nothing": b"[null, 1, [], {}]",
    "an object": b"{}",
    "half a JSON": b'{"type": "email.deliv',
    "not UTF-8": b"\xff\xfe\x00\x81",
    "NaN": b'{"timestamp": NaN, "at": 1e999, "type": -0}',
    "a huge number": b'{"timestamp": 1' + b"0" * 400 + b"}",
    "a number too long to read": b'{"timestamp": ' + b"9" * 5_000 + b"}",
    "a deep one": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "a form": b"status=delivered&id=1&id=2&=&&%ff%fe",
    "HTML": b"<html><body>Bad Gateway</body></html>",
    "half a surrogate": b'{"type": "\\ud800", "id": "\\udfff"}',
    "5 MB": b'{"type": "' + b"x" * 5_000_000 + b'"}',
}
LEAVES: Final[Sequence[Any]] = (None, 0, -1, 10**400, 1.5, True, "", "x" * 5_000, "\u202e\u0000", "9" * 400, [], {}, [None], {"x": None})
FINE = range(200, 300)
MOST_PLACES = 60
"""Places of a sample that are spoilt one after the other."""


@dataclass(frozen=True)
class Webhook:
    """What the vendor posts, and what it means: the kind of each event and what names its message (None: none in particular)."""

    body: bytes
    means: Sequence[tuple[EventKind, str | None]]


class EventsConformance(AccountsConformance):
    """Webhooks, good and forged, twice, in any order, and garbage."""

    webhooks: ClassVar[Mapping[str, Webhook]] = {}
    """Samples from the vendor's documents, by a name in words: at least one for each declared kind."""
    unknown_webhooks: ClassVar[Mapping[str, bytes]] = {}
    """What the vendor posts and we have no word for."""

    def signed(self, body: bytes, key: str, at: datetime) -> WebhookRequest:
        """``body`` as the vendor would post it to the account of ``key`` at the moment ``at``, with whatever proves its origin."""
        raise NotImplementedError("override signed()")

    def forgeries(self, body: bytes) -> Mapping[str, WebhookRequest]:
        """Requests that somebody else made, by a name in words. Add what else can be wrong: a changed body, an old date."""
        genuine = self.signed(body, ONE, NOW)
        return {"of another account": self.signed(body, OTHER, NOW), "without any proof": replace(genuine, headers={}, query={})}

    async def test_without_events_a_webhook_is_not_supported(self, channel: Channel[Any]) -> None:
        if channel.capabilities.events:
            pytest.skip(f"{channel.key} reports events")
        with pytest.raises(NotSupportedError):
            channel.parse_events(WebhookRequest("POST", {}, {}, b"{}", NOW))

    def test_every_declared_kind_has_a_sample(self, channel_class: type[Channel[Any]]) -> None:
        there = {kind for webhook in self.webhooks.values() for kind, _ in webhook.means}
        assert there == channel_class.capabilities.events

    async def test_a_webhook_says_what_it_means(self, channel: Channel[Any], vendor: ChannelVendor, webhook: str) -> None:
        sample = self.webhooks[webhook]
        told = channel.parse_events(self.signed(sample.body, ONE, NOW))
        assert isinstance(told, DeliveryEvents)
        assert [(event.kind, event.vendor_id) for event in told.events] == [*sample.means]
        assert told.status in FINE, "the vendor would send it again"
        names = [name for pair in told.aliases.items() for name in pair]
        assert {type(name) for name in names} <= {str}, "an alias and what it stands for are names"
        assert all(names), "a name that is empty"
        for event in told.events:
            _assert_well_formed(event)
        assert not vendor.asked, "reading a webhook calls nobody"

    async def test_the_same_event_has_the_same_id(self, channel: Channel[Any], webhook: str) -> None:
        body = self.webhooks[webhook].body
        first = channel.parse_events(self.signed(body, ONE, NOW)).events
        again = channel.parse_events(self.signed(body, ONE, NOW)).events
        assert first == again
        later = replace(self.signed(body, ONE, NOW), received_at=NOW + timedelta(minutes=2))
        assert [event.id for event in channel.parse_events(later).events] == [event.id for event in first]

    async def test_a_replayed_webhook_is_refused_or_known(self, channel: Channel[Any], webhook: str) -> None:
        genuine = self.signed(self.webhooks[webhook].body, ONE, NOW)
        first = [event.id for event in channel.parse_events(genuine).events]
        told = _events(channel, replace(genuine, received_at=NOW + timedelta(days=2)))
        assert told is None or [event.id for event in told.events] == first

    async def test_different_events_have_different_ids(self, channel: Channel[Any]) -> None:
        seen: dict[str, tuple[EventKind, str | None]] = {}
        for sample in self.webhooks.values():
            for event in channel.parse_events(self.signed(sample.body, ONE, NOW)).events:
                known = seen.setdefault(event.id, (event.kind, event.vendor_id))
                assert known == (event.kind, event.vendor_id), "two events share an id"

    async def test_the_order_of_webhooks_changes_nothing(self, accounts: Accounts) -> None:
        requests = [self.signed(sample.body, ONE, NOW) for sample in self.webhooks.values()]
        async with accounts.make() as one, accounts.make() as other:
            forwards = [one.parse_events(request) for request in requests]
            backwards = [other.parse_events(request) for request in reversed(requests)]
        assert forwards == backwards[::-1]

    async def test_what_is_not_known_is_left_out(self, channel: Channel[Any]) -> None:
        _needs_events(channel)
        assert self.unknown_webhooks, "give at least one that means nothing to us"
        for name, body in self.unknown_webhooks.items():
            told = channel.parse_events(self.signed(body, ONE, NOW))
            assert not told.events, name
            assert told.status in FINE, "the vendor would send it again"

    async def test_a_forged_webhook_is_not_believed(self, channel: Channel[Any], webhook: str) -> None:
        for name, request in self.forgeries(self.webhooks[webhook].body).items():
            assert _events(channel, request) is None, f"{name}: believed"

    @pytest.mark.parametrize("garbage", GARBAGE)
    async def test_garbage_says_nothing_and_breaks_nothing(self, channel: Channel[Any], garbage: str) -> None:
        _needs_events(channel)
        body = GARBAGE[garbage]
        for request in (self.signed(body, ONE, NOW), WebhookRequest("POST", {}, {}, body, NOW), WebhookRequest("GET", {}, {}, b"", NOW)):
            told = _events(channel, request)
            assert told is None or not told.events

    async def test_a_sample_spoilt_in_any_place_breaks_nothing(self, channel: Channel[Any], webhook: str) -> None:
        for body in _spoilt(self.webhooks[webhook].body):
            told = _events(channel, self.signed(body, ONE, NOW))
            for event in told.events if told else ():
                assert event.kind in channel.capabilities.events
                _assert_well_formed(event)

    async def test_a_webhook_shows_nothing_of_a_customer(self, channel: Channel[Any]) -> None:
        _needs_events(channel)
        with logged() as lines:
            for sample in self.webhooks.values():
                body = _with_canaries(sample.body)
                told = _events(channel, self.signed(body, ONE, NOW))
                assert CANARY not in f"{told!r}", "a repr shows what is a customer's"
                with pytest.raises(ForgedRequestError) as forged:
                    channel.parse_events(self.signed(body, OTHER, NOW))
                assert CANARY not in f"{forged.value} {forged.value!r} {forged.value.values}"
        assert not [line for line in lines if CANARY in line]


def _needs_events(channel: Channel[Any]) -> None:
    if not channel.capabilities.events:
        pytest.skip(f"{channel.key} reports no events")


def _events(channel: Channel[Any], request: WebhookRequest) -> DeliveryEvents | None:
    """What ``request`` says, or None if it counts as forged. Any other exception fails the test."""
    try:
        told = channel.parse_events(request)
    except ForgedRequestError:
        return None
    assert isinstance(told, DeliveryEvents)
    return told


def _assert_well_formed(event: DeliveryEvent) -> None:
    assert event.id
    assert isinstance(event.kind, EventKind)
    assert event.at.tzinfo is not None, "a moment has a time zone"
    assert event.vendor_id or event.message_id or event.address, "it says which message or whose address"
    assert event.reason is not None or event.kind is not EventKind.FAILED, "it says why"
    if event.kind is EventKind.REPLIED:
        assert event.address
        assert event.text is not None


def _spoilt(body: bytes) -> Iterator[bytes]:
    """``body`` with one place after the other changed to something that nobody expects, cut off, and with signs turned."""
    for eighth in range(8):
        yield body[: len(body) * eighth // 8]
        yield body[: len(body) * eighth // 8] + b"\xff" + body[len(body) * eighth // 8 :]
    try:
        whole = json.loads(body)
    except ValueError:
        return
    for place in [*_places(whole)][:MOST_PLACES]:
        for leaf in LEAVES:
            yield json.dumps(_with(whole, place, leaf)).encode()
        yield json.dumps(_without(whole, place)).encode()


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    """The way to each part of ``value``, the parts of parts too."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inside:
        yield (*place, name)
        yield from _places(part, (*place, name))


def _with(value: Any, place: tuple[Any, ...], leaf: Any) -> Any:  # noqa: ANN401 - any JSON
    changed = copy.deepcopy(value)
    _parent(changed, place)[place[-1]] = leaf
    return changed


def _without(value: Any, place: tuple[Any, ...]) -> Any:  # noqa: ANN401 - any JSON
    changed = copy.deepcopy(value)
    del _parent(changed, place)[place[-1]]
    return changed


def _parent(value: Any, place: tuple[Any, ...]) -> Any:  # noqa: ANN401 - any JSON
    for name in place[:-1]:
        value = value[name]
    return value


def _with_canaries(body: bytes) -> bytes:
    """``body`` with a customer's name after every text that it holds in JSON with a space, an @ or a capital: words, not codes."""
    try:
        whole = json.loads(body)
    except ValueError:
        return body + CANARY.encode()
    for place in [*_places(whole)]:
        text = _parent(whole, place)[place[-1]]
        if isinstance(text, str) and (" " in text or "@" in text):
            _parent(whole, place)[place[-1]] = f"{text} {CANARY}"
    return json.dumps(whole).encode()
