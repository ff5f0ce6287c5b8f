"""Resend's webhooks: signatures that an independent package makes and checks, and what each event means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from batikrfm.sdk import DeliveryEvent, EventKind, ForgedRequestError, Rejection, WebhookRequest
from batikrfm.testkit.resend_vendor import SECRET, ResendVendor, payload, signed
from batikrfm_channel_email.resend.channel import ResendChannel
from batikrfm_channel_email.resend.signatures import signature_of, verified
from mail_accounts import resend

NOW = datetime.now(UTC).replace(microsecond=0)
NEXT = "whsec_" + "YmFydSBzZWthbGkgcmFoYXNpYSB3ZWJob29rIDEyMw=="
BODY = payload("email.delivered", "4ef9a417", NOW, tags={"message": "m-1"})


def channel(**settings: Any) -> ResendChannel:  # noqa: ANN401 - any setting
    return resend(ResendVendor(), **{"base_url": "https://api.resend.com", **settings})


def posted(body: bytes, headers: Any, at: datetime = NOW) -> WebhookRequest:  # noqa: ANN401 - a mapping
    return WebhookRequest("POST", {}, dict(headers), body, at)


def events(body: bytes, **settings: Any) -> tuple[DeliveryEvent, ...]:  # noqa: ANN401 - any setting
    return channel(**settings).parse_events(posted(body, signed(body, NOW))).events


def test_what_the_independent_package_signs_is_believed() -> None:
    proof = Webhook(SECRET).sign("msg_1", NOW, BODY.decode())
    headers = {"svix-id": "msg_1", "svix-timestamp": str(int(NOW.timestamp())), "svix-signature": proof}
    (event,) = channel().parse_events(posted(BODY, headers)).events
    assert (event.id, event.kind, event.vendor_id, event.message_id, event.at) == ("msg_1", EventKind.DELIVERED, "4ef9a417", "m-1", NOW)


def test_what_we_sign_the_independent_package_believes() -> None:
    time = str(int(datetime.now(UTC).timestamp()))  # the package asks the machine's clock, and minutes may lie behind us
    proof = signature_of(f"msg_1.{time}.".encode() + BODY, SECRET).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": time, "webhook-signature": proof}
    assert Webhook(SECRET).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEXT).verify(BODY, headers)


@pytest.mark.parametrize(
    "change",
    [
        {"svix-id": "msg_2"},
        {"svix-id": ""},
        {"svix-timestamp": str(int(NOW.timestamp()) + 1)},
        {"svix-timestamp": "now"},
        {"svix-timestamp": "9" * 400},
        {"svix-timestamp": "\u0661"},
        {"svix-signature": ""},
        {"svix-signature": "v1,"},
        {"svix-signature": "v1,AAAA"},
        {"svix-signature": "v2,x"},
    ],
)
def test_a_forged_signature_is_refused_by_both(change: dict[str, str]) -> None:
    headers = {**signed(BODY, NOW), **change}
    with pytest.raises(ForgedRequestError):
        channel().parse_events(posted(BODY, headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY, {name.replace("svix", "webhook"): value for name, value in headers.items()})


def test_a_signature_in_other_letters_is_refused() -> None:
    with pytest.raises(ForgedRequestError):
        channel().parse_events(posted(BODY, {**signed(BODY, NOW), "svix-signature": "v1,é \ud800"}))


def test_another_body_is_refused() -> None:
    with pytest.raises(ForgedRequestError):
        channel().parse_events(posted(BODY.replace(b"delivered", b"opened"), signed(BODY, NOW)))


@pytest.mark.parametrize("seconds", [-301, 301, 3_600, 86_400])
def test_a_webhook_of_another_time_is_refused(seconds: int) -> None:
    with pytest.raises(ForgedRequestError):
        channel().parse_events(posted(BODY, signed(BODY, NOW), NOW + timedelta(seconds=seconds)))


@pytest.mark.parametrize("seconds", [-299, 0, 299])
def test_a_webhook_that_is_sent_again_soon_has_the_same_id(seconds: int) -> None:
    (event,) = channel().parse_events(posted(BODY, signed(BODY, NOW), NOW + timedelta(seconds=seconds))).events
    assert event.id == signed(BODY, NOW)["svix-id"]


def test_while_a_secret_is_replaced_both_are_good_and_then_the_old_one_is_not() -> None:
    both = channel(second_webhook_secret=NEXT)
    for secret in (SECRET, NEXT):
        assert both.parse_events(posted(BODY, signed(BODY, NOW, secret=secret))).events
    with pytest.raises(ForgedRequestError):
        channel(webhook_secret=NEXT).parse_events(posted(BODY, signed(BODY, NOW)))


def test_one_good_signature_among_several_is_enough() -> None:
    good = signed(BODY, NOW)
    assert verified({**good, "svix-signature": f"v1a,x v1,AAAA {good['svix-signature']}"}, BODY, [SECRET], NOW)


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(ForgedRequestError):
        channel(webhook_secret=None).parse_events(posted(BODY, signed(BODY, NOW)))


@pytest.mark.parametrize(
    ("kind", "more", "told"),
    [
        ("delivered", {}, {"kind": EventKind.DELIVERED}),
        ("opened", {}, {"kind": EventKind.OPENED}),
        ("clicked", {"click": {"link": "https://toko.example/k"}}, {"kind": EventKind.CLICKED, "url": "https://toko.example/k"}),
        ("clicked", {"click": {"link": "javascript:alert(1)"}}, {"kind": EventKind.CLICKED, "url": None}),
        ("bounced", {"bounce": {"type": "Permanent", "subType": "NoEmail"}}, {"permanent": True, "code": "NoEmail"}),
        ("bounced", {"bounce": {"type": "Transient", "subType": "MailboxFull"}}, {"permanent": False, "code": "MailboxFull"}),
        ("bounced", {"bounce": {"type": "Undetermined", "subType": "Undetermined"}}, {"permanent": False}),
        ("bounced", {"bounce": {"type": "Permanent", "subType": "ani@toko.example is gone"}}, {"permanent": True, "code": None}),
        ("bounced", {}, {"kind": EventKind.BOUNCED, "permanent": False}),
        ("complained", {}, {"kind": EventKind.COMPLAINED}),
        ("failed", {"failed": {"reason": "reached_daily_quota"}}, {"kind": EventKind.FAILED, "reason": Rejection.OTHER}),
        ("failed", {"failed": {"reason": "invalid_attachment"}}, {"kind": EventKind.FAILED, "reason": Rejection.CONTENT}),
        ("failed", {}, {"kind": EventKind.FAILED, "reason": Rejection.OTHER, "code": None}),
        ("suppressed", {"suppressed": {"reason": "previous_bounce"}}, {"kind": EventKind.BOUNCED, "permanent": True}),
        ("suppressed", {"suppressed": {"reason": "previous_complaint"}}, {"kind": EventKind.COMPLAINED}),
        ("suppressed", {"suppressed": {"type": "OnAccountSuppressionList"}}, {"permanent": True, "code": "OnAccountSuppressionList"}),
    ],
)
def test_each_event_in_our_words(kind: str, more: dict[str, Any], told: dict[str, Any]) -> None:
    (event,) = events(payload(f"email.{kind}", "4ef9a417", NOW, more))
    assert {name: getattr(event, name) for name in told} == told
    assert event.vendor_id == "4ef9a417"
    assert event.address is None


@pytest.mark.parametrize(
    "kind", ["email.sent", "email.delivery_delayed", "email.received", "contact.created", "suppression.added", "tomorrow"]
)
def test_what_is_not_known_is_left_out_and_answered_well(kind: str) -> None:
    body = payload(kind, "4ef9a417", NOW)
    told = channel().parse_events(posted(body, signed(body, NOW)))
    assert (told.events, told.status) == ((), 200)


def test_tags_come_back_as_an_object_and_anything_else_names_nobody() -> None:
    for tags in ([{"name": "message", "value": "m-1"}], {"message": 7}, {"message": "a b"}, None, "message"):
        (event,) = events(payload("email.delivered", "4ef9a417", NOW, tags=tags))
        assert event.message_id is None
