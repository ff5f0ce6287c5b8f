"""The three gateways keep what every channel promises: real HTTP against servers that speak as the vendors do."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

import pytest

from batikrfm.sdk import (
    AccountNotReadyError,
    Channel,
    EventKind,
    InvalidCredentialsError,
    NotAllowedError,
    PluginContext,
    QuotaExhaustedError,
    RateLimitedError,
    RefusedError,
    Rejected,
    Rejection,
    RetryAfter,
    UnknownOutcome,
    WebhookRequest,
)
from batikrfm.testkit.channels import ONE, Accounts, Answer, ChannelConformance, Failure, Webhook
from batikrfm.testkit.whatsapp_vendors import FonnteVendor, MetaVendor, WablasVendor, WhatsAppVendor, fonnte, gateway, meta, wablas
from batikrfm_channel_whatsapp.fonnte import FonnteChannel
from batikrfm_channel_whatsapp.meta import MetaChannel
from batikrfm_channel_whatsapp.wablas import WablasChannel

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def scripted(answer: Answer) -> Any:  # noqa: ANN401 - what a table of failures takes
    return lambda vendor: vendor.script.append(answer)


def body(data: object) -> bytes:
    return json.dumps(data).encode()


UNREADABLE = {
    "a page with a good status": Failure(scripted(gateway.html()), UnknownOutcome),
    "a gateway that lost the server": Failure(scripted(gateway.html(502)), UnknownOutcome),
    "a gateway that waited too long": Failure(scripted(gateway.html(504)), UnknownOutcome),
    "a server that is down": Failure(scripted(gateway.html(521)), RetryAfter),
    "a page that forbids": Failure(scripted(gateway.html(403)), NotAllowedError),
    "nothing": Failure(scripted(gateway.empty()), UnknownOutcome),
    "half an answer": Failure(scripted(gateway.half()), UnknownOutcome),
    "JSON without an end to its depth": Failure(scripted(gateway.deep()), UnknownOutcome),
    "JSON that says neither yes nor no": Failure(scripted(Answer.json({"hello": 1})), UnknownOutcome),
    "a list": Failure(scripted(Answer.json([1])), UnknownOutcome),
    "a redirect": Failure(scripted(Answer(302, b"", {"location": "http://127.0.0.1:1/"})), RetryAfter),
}


@dataclass
class Routed(Accounts):
    """Accounts that find the vendor at its own address, which leads to this machine."""

    def make(self, key: str = ONE, seconds: float = 20) -> Channel[Any]:
        assert isinstance(self.vendor, WhatsAppVendor)
        values = json.dumps(dict(self.suite.settings(self.vendor, key, seconds)))
        context = PluginContext(language="id", log=logging.getLogger("plugin"), http=self.vendor.http)
        return self.channel_class(self.channel_class.config_model.model_validate_json(values), context)


class Gateways(ChannelConformance):
    @pytest.fixture
    def accounts(self, channel_class: type[Channel[Any]], vendor: WhatsAppVendor) -> Accounts:
        return Routed(self, channel_class, vendor)

    def address(self, number: int) -> str:
        return f"+62812{number:07d}"


class TestFonnte(Gateways):
    @pytest.fixture
    def channel_class(self) -> type[Channel[Any]]:
        return FonnteChannel

    @pytest.fixture
    async def vendor(self) -> AsyncIterator[FonnteVendor]:
        async with FonnteVendor() as vendor:
            yield vendor

    def settings(self, vendor: Any, key: str, seconds: float) -> Mapping[str, Any]:  # noqa: ANN401, ARG002 - as the suite has it
        return {"token": key, "timeout": seconds, "webhook_secret": f"hook-{key}"}

    def signed(self, body: bytes, key: str, at: datetime) -> WebhookRequest:
        return WebhookRequest("POST", {"secret": f"hook-{key}"}, {}, body, at)

    failures: ClassVar[Mapping[str, Failure]] = {
        **UNREADABLE,
        "the token is not known": Failure(scripted(fonnte.refused("token invalid")), InvalidCredentialsError),
        "the user is not known": Failure(scripted(fonnte.refused("unknown user")), InvalidCredentialsError),
        "the phone is off": Failure(scripted(fonnte.refused("request invalid on disconnected device")), AccountNotReadyError),
        "the keys of the answer are capitals": Failure(scripted(fonnte.refused("insufficient quota", upper=True)), QuotaExhaustedError),
        "the quota is used up": Failure(scripted(fonnte.refused("insufficient quota")), QuotaExhaustedError),
        "the plan is over": Failure(scripted(fonnte.refused("your package is expired")), AccountNotReadyError),
        "the target is none": Failure(scripted(fonnte.refused("target invalid")), Rejected, Rejection.ADDRESS),
        "the address of a file is wrong": Failure(scripted(fonnte.refused("url invalid")), Rejected, Rejection.CONTENT),
        "the file is of a wrong kind": Failure(scripted(fonnte.refused("file format not supported")), Rejected, Rejection.CONTENT),
        "the file is too large": Failure(scripted(fonnte.refused("file size must under 4MB")), Rejected, Rejection.CONTENT),
        "the input is wrong": Failure(scripted(fonnte.refused("input invalid")), Rejected, Rejection.CONTENT),
        "the JSON is wrong": Failure(scripted(fonnte.refused("JSON format invalid")), Rejected, Rejection.CONTENT),
        "a reason that nobody knows": Failure(scripted(fonnte.refused("perangkat 6281100000001 sedang tidur")), RefusedError),
        "a no without a reason": Failure(scripted(Answer.json({"status": False})), RefusedError),
        "taken, without an id": Failure(scripted(Answer.json({"status": True, "id": []})), UnknownOutcome),
        "a yes in words": Failure(scripted(Answer.json({"Status": "false", "Reason": "token invalid"})), InvalidCredentialsError),
    }
    webhooks: ClassVar[Mapping[str, Webhook]] = {
        "delivered": Webhook(body(fonnte.status("80367170", "delivered", stateid="AB1")), [(EventKind.DELIVERED, "80367170")]),
        "read, by its state alone": Webhook(body(fonnte.status(None, "read", stateid="AB1")), [(EventKind.READ, "state:AB1")]),
        "nobody has this number": Webhook(body(fonnte.status("80367171", "invalid")), [(EventKind.FAILED, "80367171")]),
        "a reply": Webhook(body(fonnte.incoming("6281200000009", "Masih ada yang biru?", inboxid="7")), [(EventKind.REPLIED, None)]),
        "a reply without an id": Webhook(body(fonnte.incoming("6281200000009", "STOP")), [(EventKind.REPLIED, None)]),
    }
    unknown_webhooks: ClassVar[Mapping[str, bytes]] = {
        "sent": body(fonnte.status("80367170", "sent", stateid="AB1")),
        "a group's talk": body(fonnte.incoming("120363043211234567@g.us", "Halo semua", member="6281200000009")),
        "the phone was switched off": body({"device": "6281100000001", "status": "disconnect", "timestamp": 1_795_665_000, "reason": ""}),
        "the shop's own phone": body(fonnte.incoming("6281100000001", "catatan")),
    }


class TestWablas(Gateways):
    @pytest.fixture
    def channel_class(self) -> type[Channel[Any]]:
        return WablasChannel

    @pytest.fixture
    async def vendor(self) -> AsyncIterator[WablasVendor]:
        async with WablasVendor() as vendor:
            yield vendor

    def settings(self, vendor: Any, key: str, seconds: float) -> Mapping[str, Any]:  # noqa: ANN401, ARG002 - as the suite has it
        about = {"server": "https://jogja.wablas.com", "token": key, "secret_key": "rahasia"}
        return {**about, "timeout": seconds, "webhook_secret": f"hook-{key}"}

    def signed(self, body: bytes, key: str, at: datetime) -> WebhookRequest:
        return WebhookRequest("POST", {"secret": f"hook-{key}"}, {}, body, at)

    failures: ClassVar[Mapping[str, Failure]] = {
        **UNREADABLE,
        "the token is not known": Failure(scripted(wablas.refused("token invalid")), InvalidCredentialsError),
        "the secret is not known": Failure(scripted(wablas.refused("secret key invalid")), InvalidCredentialsError),
        "the phone is off": Failure(scripted(wablas.refused("device disconnected")), AccountNotReadyError),
        "the phone has to be linked again": Failure(
            scripted(wablas.refused("whatsapp sender not connected, need scan qr code again")), AccountNotReadyError
        ),
        "the quota is used up": Failure(scripted(wablas.refused("your quota is not enough")), QuotaExhaustedError),
        "the plan is over": Failure(scripted(wablas.refused("device expired")), AccountNotReadyError),
        "the number is none": Failure(scripted(wablas.refused("phone number is invalid")), Rejected, Rejection.ADDRESS),
        "a reason that nobody knows": Failure(scripted(wablas.refused("ada yang salah")), RefusedError),
        "too many": Failure(scripted(wablas.refused("Too many requests")), RateLimitedError),
        "taken and thrown away at once": Failure(scripted(wablas.accepted([wablas.entry("a-1", "62812", "reject")])), Rejected),
        "taken, without a word of the message": Failure(scripted(Answer.json({"status": True, "data": {"messages": []}})), UnknownOutcome),
        "taken, without data": Failure(scripted(Answer.json({"status": True, "data": None})), UnknownOutcome),
    }
    webhooks: ClassVar[Mapping[str, Webhook]] = {
        "received": Webhook(body(wablas.tracking("m-1", "6281200000001", "received")), [(EventKind.DELIVERED, "m-1")]),
        "read": Webhook(body(wablas.tracking("m-1", "6281200000001", "read")), [(EventKind.READ, "m-1")]),
        "thrown away": Webhook(body(wablas.tracking("m-2", "6281200000001", "reject")), [(EventKind.FAILED, "m-2")]),
        "cancelled": Webhook(body(wablas.tracking("m-3", "6281200000001", "cancel")), [(EventKind.FAILED, "m-3")]),
        "a reply": Webhook(body(wablas.incoming("809DE6", "6281200000001", "Berapa harganya?")), [(EventKind.REPLIED, None)]),
    }
    unknown_webhooks: ClassVar[Mapping[str, bytes]] = {
        "pending": body(wablas.tracking("m-1", "6281200000001", "pending")),
        "sent": body(wablas.tracking("m-1", "6281200000001", "sent")),
        "what the shop wrote itself": body(wablas.incoming("809DE7", "6281200000001", "Baik", from_me=True)),
        "a group's talk": body(wablas.incoming("809DE8", "6281200000001", "Halo semua", group=True)),
        "the phone was switched off": body(
            {"deviceId": "LJH8UM", "deviceName": "Toko", "sender": "6281100000001", "status": "disconnected"}
        ),
    }


ACCOUNTS = {
    **dict.fromkeys((0, 190), InvalidCredentialsError),
    **dict.fromkeys((3, 10, 200, 299), NotAllowedError),
    **dict.fromkeys((4, 80007, 130429), RateLimitedError),
    **dict.fromkeys((131042, 131048, 131031, 133010, 368), AccountNotReadyError),
    **dict.fromkeys((1, 2, 131000, 131016, 131049, 131056), RetryAfter),
}
REJECTED = {
    **dict.fromkeys((131021, 131026), Rejection.ADDRESS),
    131050: Rejection.UNWANTED,
    **dict.fromkeys((100, 131047, 132000, 132001, 132005, 132007, 132012, 132015, 132016), Rejection.CONTENT),
    **dict.fromkeys((130472, 130497, 999_999), Rejection.OTHER),
}


class TestMeta(Gateways):
    @pytest.fixture
    def channel_class(self) -> type[Channel[Any]]:
        return MetaChannel

    @pytest.fixture
    async def vendor(self) -> AsyncIterator[MetaVendor]:
        async with MetaVendor() as vendor:
            yield vendor

    def settings(self, vendor: Any, key: str, seconds: float) -> Mapping[str, Any]:  # noqa: ANN401, ARG002 - as the suite has it
        about = {"access_token": key, "phone_number_id": meta.PHONE_NUMBER_ID, "app_secret": f"hook-{key}", "verify_token": f"verify-{key}"}
        return {**about, "timeout": seconds}

    def signed(self, body: bytes, key: str, at: datetime) -> WebhookRequest:
        return WebhookRequest("POST", {}, meta.signature(body, f"hook-{key}"), body, at)

    def forgeries(self, body: bytes) -> Mapping[str, WebhookRequest]:
        genuine = self.signed(body, ONE, datetime.fromisoformat("2026-11-26T04:00:00Z"))
        odd = {
            "not hex": "sha256=zz",
            "of another kind": "sha1=00",
            "no ASCII": "sha256=\u00e9\u20ac",
            "half a character": "\udcff",
            "nothing": "",
        }
        return {
            **super().forgeries(body),
            "of a changed body": replace(genuine, body=body + b" "),
            **{f"signed with {name}": replace(genuine, headers={"x-hub-signature-256": text}) for name, text in odd.items()},
        }

    failures: ClassVar[Mapping[str, Failure]] = {
        **UNREADABLE,
        **{f"{code}": Failure(scripted(meta.failed(code)), kind) for code, kind in ACCOUNTS.items()},
        **{f"{code}": Failure(scripted(meta.failed(code)), Rejected, reason) for code, reason in REJECTED.items()},
        "131049 waits a day": Failure(scripted(meta.failed(131049)), RetryAfter, wait=86_400),
        "131056 waits for this person": Failure(scripted(meta.failed(131056)), RetryAfter, wait=10),
        "no such phone number": Failure(scripted(meta.failed(100, error_subcode=33)), AccountNotReadyError),
        "something passing that nobody knows": Failure(scripted(meta.failed(135999, is_transient=True)), RetryAfter),
        "an error without a code": Failure(scripted(Answer.json({"error": {"message": "?"}}, 400)), RetryAfter),
        "an error whose code is a text": Failure(scripted(Answer.json({"error": {"code": "190"}}, 401)), InvalidCredentialsError),
        "taken, without an id": Failure(scripted(Answer.json({"messages": [{}]})), UnknownOutcome),
    }
    webhooks: ClassVar[Mapping[str, Webhook]] = {
        "delivered": Webhook(
            body(meta.webhook({"statuses": [meta.status("wamid.A", "6281200000001", "delivered")]})), [(EventKind.DELIVERED, "wamid.A")]
        ),
        "read": Webhook(body(meta.webhook({"statuses": [meta.status("wamid.A", "6281200000001", "read")]})), [(EventKind.READ, "wamid.A")]),
        "failed": Webhook(
            body(meta.webhook({"statuses": [meta.status("wamid.B", "6281200000001", "failed", errors=[{"code": 131026, "title": "x"}])]})),
            [(EventKind.FAILED, "wamid.B")],
        ),
        "failed, for no reason": Webhook(
            body(meta.webhook({"statuses": [meta.status("wamid.C", "6281200000001", "failed")]})), [(EventKind.FAILED, "wamid.C")]
        ),
        "a reply to a message": Webhook(
            body(meta.webhook({"messages": [meta.message("wamid.R", "6281200000001", "Ada yang biru?", context={"id": "wamid.A"})]})),
            [(EventKind.REPLIED, "wamid.A")],
        ),
        "a picture": Webhook(
            body(meta.webhook({"messages": [meta.message("wamid.P", "6281200000001", "", type="image", image={"id": "9"})]})),
            [(EventKind.REPLIED, None)],
        ),
        "somebody stopped": Webhook(
            body(meta.webhook({"user_preferences": [meta.preference("6281200000001", "stop")]}, field="user_preferences")),
            [(EventKind.UNSUBSCRIBED, None)],
        ),
        "many entries at once": Webhook(
            body(
                meta.webhook(
                    {"statuses": [meta.status("wamid.D", "6281200000001", "sent"), meta.status("wamid.D", "6281200000001", "delivered")]},
                    {"messages": [meta.message("wamid.S", "6281200000002", "Halo")]},
                    {"statuses": [meta.status("wamid.E", "6281200000003", "read")]},
                )
            ),
            [(EventKind.DELIVERED, "wamid.D"), (EventKind.REPLIED, None), (EventKind.READ, "wamid.E")],
        ),
    }
    unknown_webhooks: ClassVar[Mapping[str, bytes]] = {
        "sent": body(meta.webhook({"statuses": [meta.status("wamid.A", "6281200000001", "sent")]})),
        "somebody wants more": body(meta.webhook({"user_preferences": [meta.preference("6281200000001", "resume")]})),
        "a template was paused": body(meta.webhook({"event": "PAUSED"}, field="message_template_status_update")),
        "another number's, perhaps another shop's": body(
            meta.webhook({"messages": [meta.message("wamid.X", "6281200000001", "rahasia")]}, number="999999999999999")
        ),
        "somebody changed their number": body(meta.webhook({"messages": [meta.message("wamid.Y", "6281200000001", "", type="system")]})),
    }
