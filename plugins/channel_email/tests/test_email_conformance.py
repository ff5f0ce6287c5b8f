"""Both channels keep what every channel promises: real HTTP and real SMTP against servers that speak as the vendors do."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from batikrfm.sdk import (
    AccountNotReadyError,
    Channel,
    EventKind,
    InvalidCredentialsError,
    NotAllowedError,
    QuotaExhaustedError,
    RateLimitedError,
    RefusedError,
    Rejected,
    Rejection,
    RetryAfter,
    TooLongError,
    UnknownOutcome,
    WebhookRequest,
)
from batikrfm.testkit.channels import ONE, Accounts, Answer, ChannelConformance, Failure, Webhook
from batikrfm.testkit.resend_vendor import ResendVendor, payload, signed, troubles
from batikrfm_channel_email.resend.channel import ResendChannel
from batikrfm_channel_email.smtp.channel import SmtpChannel
from dns_zone import Zone
from smtp_vendor import DROP, USER, SmtpVendor

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
AT = datetime(2026, 11, 26, 3, 59, tzinfo=UTC)


@dataclass
class Resolving(Accounts):
    """Accounts that ask the DNS of the test."""

    zone: Zone

    def make(self, key: str = ONE, seconds: float = 20) -> Channel[Any]:
        channel = super().make(key, seconds)
        assert isinstance(channel, ResendChannel | SmtpChannel)
        channel.resolver = self.zone.resolver
        return channel


class EmailConformance(ChannelConformance):
    @pytest.fixture
    async def zone(self) -> AsyncIterator[Zone]:
        async with Zone() as zone:
            yield zone

    @pytest.fixture
    def accounts(self, channel_class: type[Channel[Any]], vendor: Any, zone: Zone) -> Accounts:  # noqa: ANN401 - either vendor
        return Resolving(self, channel_class, vendor, zone)

    def address(self, number: int) -> str:
        return f"pelanggan{number}@rumah.example"


def scripted(answer: Answer) -> Any:  # noqa: ANN401 - what a table of failures takes
    return lambda vendor: vendor.script.append(answer)


def secret_of(key: str) -> str:
    return "whsec_" + base64.b64encode(hashlib.sha256(key.encode()).digest()).decode()


def news(kind: str, more: Mapping[str, Any] | None = None) -> bytes:
    return payload(f"email.{kind}", "4ef9a417", AT, more, tags={"message": "m-1"})


BOUNCE = {"message": "ani@toko.example does not exist", "diagnosticCode": ["smtp; 550 5.1.1 user unknown"]}


class TestResend(EmailConformance):
    failures: ClassVar[Mapping[str, Failure]] = {
        "no key came along": Failure(scripted(troubles.missing_key()), InvalidCredentialsError),
        "the key is unknown": Failure(scripted(troubles.invalid_key()), InvalidCredentialsError),
        "the key may not do this": Failure(scripted(troubles.restricted_key()), NotAllowedError),
        "the domain is not verified": Failure(scripted(troubles.unverified_domain()), AccountNotReadyError),
        "the domain is for trying out": Failure(scripted(troubles.trying_out()), AccountNotReadyError),
        "the sender is none": Failure(scripted(troubles.invalid_from()), AccountNotReadyError),
        "a key of ours is too long": Failure(scripted(troubles.invalid_idempotency_key()), RefusedError),
        "the same request is running": Failure(scripted(troubles.still_running()), UnknownOutcome),
        "the same key came with other bytes": Failure(scripted(troubles.other_bytes()), UnknownOutcome),
        "the address is none": Failure(scripted(troubles.invalid_to()), Rejected, Rejection.ADDRESS),
        "the file is none": Failure(scripted(troubles.invalid_attachment()), Rejected, Rejection.CONTENT),
        "the mail is no good": Failure(scripted(troubles.bad_request()), Rejected, Rejection.OTHER),
        "too many bytes": Failure(scripted(troubles.too_large()), TooLongError),
        "too many requests": Failure(scripted(troubles.rate_limited(3)), RateLimitedError, wait=3),
        "too many requests, and no word of when": Failure(scripted(troubles.rate_limited(None)), RateLimitedError),
        "the day's quota is used up": Failure(scripted(troubles.daily_quota()), QuotaExhaustedError),
        "the month's quota is used up": Failure(scripted(troubles.monthly_quota()), QuotaExhaustedError),
        "trouble inside": Failure(scripted(troubles.application_error()), UnknownOutcome),
        "a gateway that lost the server": Failure(scripted(troubles.gateway()), UnknownOutcome),
        "a page with a good status": Failure(scripted(troubles.gateway(200)), UnknownOutcome),
        "nothing": Failure(scripted(troubles.empty()), UnknownOutcome),
        "half an answer": Failure(scripted(troubles.half()), UnknownOutcome),
        "no id for anybody": Failure(scripted(troubles.fewer_ids()), UnknownOutcome),
        "JSON without an end to its depth": Failure(scripted(troubles.deep()), UnknownOutcome),
    }
    webhooks: ClassVar[Mapping[str, Webhook]] = {
        "delivered": Webhook(news("delivered"), [(EventKind.DELIVERED, "4ef9a417")]),
        "opened": Webhook(news("opened"), [(EventKind.OPENED, "4ef9a417")]),
        "clicked": Webhook(news("clicked", {"click": {"link": "https://toko.example/k/1"}}), [(EventKind.CLICKED, "4ef9a417")]),
        "nobody is there": Webhook(
            news("bounced", {"bounce": {"type": "Permanent", "subType": "NoEmail", **BOUNCE}}), [(EventKind.BOUNCED, "4ef9a417")]
        ),
        "the mailbox is full": Webhook(
            news("bounced", {"bounce": {"type": "Transient", "subType": "MailboxFull", **BOUNCE}}), [(EventKind.BOUNCED, "4ef9a417")]
        ),
        "complained": Webhook(news("complained"), [(EventKind.COMPLAINED, "4ef9a417")]),
        "failed": Webhook(news("failed", {"failed": {"reason": "reached_daily_quota"}}), [(EventKind.FAILED, "4ef9a417")]),
        "bounced before": Webhook(news("suppressed", {"suppressed": {"reason": "previous_bounce"}}), [(EventKind.BOUNCED, "4ef9a417")]),
        "complained before": Webhook(
            news("suppressed", {"suppressed": {"reason": "previous_complaint"}}), [(EventKind.COMPLAINED, "4ef9a417")]
        ),
    }
    unknown_webhooks: ClassVar[Mapping[str, bytes]] = {
        kind: payload(kind, "4ef9a417", AT)
        for kind in ("email.sent", "email.delivery_delayed", "email.scheduled", "email.received", "contact.updated", "domain.updated", "x")
    }

    @pytest.fixture
    def channel_class(self) -> type[Channel[Any]]:
        return ResendChannel

    @pytest.fixture
    async def vendor(self) -> AsyncIterator[ResendVendor]:
        async with ResendVendor() as vendor:
            yield vendor

    def settings(self, vendor: Any, key: str, seconds: float) -> Mapping[str, Any]:  # noqa: ANN401 - the vendor above
        return {
            "api_key": key,
            "base_url": vendor.url,
            "timeout": seconds,
            "from_address": "kabar@toko.example",
            "from_name": "Toko Batik",
            "webhook_secret": secret_of(key),
        }

    def signed(self, body: bytes, key: str, at: datetime) -> WebhookRequest:
        return WebhookRequest("POST", {}, signed(body, at, secret=secret_of(key)), body, at)

    def forgeries(self, body: bytes) -> Mapping[str, WebhookRequest]:
        genuine = self.signed(body, ONE, AT)
        return {
            **super().forgeries(body),
            "another body": replace(genuine, body=body + b" "),
            "another id": replace(genuine, headers={**genuine.headers, "svix-id": "msg_other"}),
            "another time": replace(genuine, headers={**genuine.headers, "svix-timestamp": str(int(AT.timestamp()) + 1)}),
            "too late": replace(genuine, received_at=AT + timedelta(minutes=6)),
            "from the future": replace(genuine, received_at=AT - timedelta(minutes=6)),
        }


class Smtp(EmailConformance):
    @pytest.fixture
    def channel_class(self) -> type[Channel[Any]]:
        return SmtpChannel

    @pytest.fixture
    async def vendor(self) -> AsyncIterator[SmtpVendor]:
        async with SmtpVendor() as vendor:
            yield vendor

    def settings(self, vendor: Any, key: str, seconds: float) -> Mapping[str, Any]:  # noqa: ANN401 - the vendor above
        return {
            "host": "127.0.0.1",
            "port": vendor.port,
            "tls": "none",
            "user": USER,
            "password": key,
            "timeout": seconds,
            "from_address": "kabar@toko.example",
            "from_name": "Toko Batik",
        }


def says(step: str, *answers: str) -> Any:  # noqa: ANN401 - what a table of failures takes
    return lambda vendor: vendor.says(step, *answers)


class TestSmtp(Smtp):
    failures: ClassVar[Mapping[str, Failure]] = {
        "nobody of that name": Failure(says("RCPT", "550 5.1.1 User unknown"), Rejected, Rejection.ADDRESS),
        "nobody of that name, without a detail": Failure(says("RCPT", "550 No such user here"), Rejected, Rejection.ADDRESS),
        "no such domain": Failure(says("RCPT", "550 5.1.2 Host unknown"), Rejected, Rejection.ADDRESS),
        "moved away": Failure(says("RCPT", "551 User not local"), Rejected, Rejection.ADDRESS),
        "a mailbox that is no more": Failure(says("RCPT", "550 5.2.1 Mailbox disabled"), Rejected, Rejection.ADDRESS),
        "a full mailbox": Failure(says("RCPT", "552 5.2.2 Mailbox full"), Rejected, Rejection.OTHER),
        "a policy about whom we write to": Failure(says("RCPT", "550 5.7.1 Relay access denied"), Rejected, Rejection.OTHER),
        "a transaction that failed": Failure(says("RCPT", "554 Transaction failed"), Rejected, Rejection.OTHER),
        "spam": Failure(says("DATA", "554 5.7.1 Message rejected as spam"), Rejected, Rejection.CONTENT),
        "spam, without a detail": Failure(says("DATA", "550 Spam"), Rejected, Rejection.CONTENT),
        "a content that is too large": Failure(says("DATA", "552 5.3.4 Message too big"), Rejected, Rejection.CONTENT),
        "a size that is too large": Failure(says("MAIL", "552 5.3.4 Message size exceeds limit"), Rejected, Rejection.CONTENT),
        "nobody of that name, said late": Failure(says("DATA", "550 5.1.1 User unknown"), Rejected, Rejection.ADDRESS),
        "greylisted": Failure(says("RCPT", "450 4.2.0 Greylisted, try again"), RetryAfter, wait=300),
        "a server that is busy": Failure(says("RCPT", "451 4.3.0 Try again"), RetryAfter, wait=300),
        "too many at once": Failure(says("RCPT", "452 4.5.3 Too many recipients"), RetryAfter, wait=60),
        "a server that goes away": Failure(says("MAIL", "421 4.3.2 Shutting down"), RetryAfter, wait=60),
        "a server that goes away after the content": Failure(says("DATA", "421 4.3.2 Shutting down"), RetryAfter, wait=60),
        "the sender is not ours": Failure(says("MAIL", "553 5.7.1 Sender address rejected: not owned"), AccountNotReadyError),
        "sign in first": Failure(says("MAIL", "530 5.7.0 Authentication required"), InvalidCredentialsError),
        "hung up at the sender": Failure(says("MAIL", DROP), RetryAfter),
        "hung up at the recipient": Failure(says("RCPT", DROP), RetryAfter),
        "hung up after the content": Failure(says("DATA", DROP), UnknownOutcome),
    }
