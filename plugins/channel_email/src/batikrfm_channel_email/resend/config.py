"""What can be set for Resend."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from batikrfm.sdk import ApiKey, Secret, VendorUrl
from batikrfm_channel_email.config import DnsLabel, MailConfig
from batikrfm_channel_email.resend.signatures import BadSecret, key_of

API: Final = "https://api.resend.com"


def _vendor(url: str) -> str:
    """Resend's own address, or a server on this machine that plays Resend: no shop can point us anywhere else."""
    if url != API and urlsplit(url).scheme != "http":
        raise PydanticCustomError("resend_url", "it is https://api.resend.com; leave the field empty")
    return url


def _webhook_secret(secret: Secret) -> Secret:
    text = Secret(secret.reveal().strip() or "?")
    try:
        key_of(text.reveal())
    except BadSecret:
        raise PydanticCustomError("webhook_secret", "it begins with whsec_: copy it once more from the webhook's page") from None
    return text


WebhookSecret = Annotated[Secret, AfterValidator(_webhook_secret)]


class ResendConfig(MailConfig):
    """An account with Resend."""

    api_key: ApiKey = Field(
        title="API key", description="From resend.com/api-keys; it begins with re_. Sending access for your domain is enough."
    )
    webhook_secret: WebhookSecret | None = Field(
        default=None,
        title="Webhook secret",
        description="From the webhook's page at Resend; it begins with whsec_. Without it, nothing is known of deliveries and bounces.",
    )
    second_webhook_secret: WebhookSecret | None = Field(
        default=None, title="Second webhook secret", description="While a secret is replaced: the other one."
    )
    return_path: DnsLabel = Field(
        default="send",
        title="Return path",
        description="What stands before your domain in Resend's SPF record: send unless changed.",
    )
    dkim_selector: DnsLabel = Field(
        default="resend", title="DKIM selector", description="What stands before ._domainkey in Resend's DKIM record."
    )
    per_second: float = Field(default=200, gt=0, le=10_000, title="Mails a second", description="Resend counts 100 as one request.")
    base_url: Annotated[VendorUrl, AfterValidator(_vendor)] = Field(
        default=API, title="Address of the API", description="For developers: a server on this machine that plays Resend."
    )
    timeout: float = Field(default=30, gt=0, le=600, title="Patience", description="Seconds for one answer.")

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """Those that a webhook may be signed with."""
        return tuple(secret.reveal() for secret in (self.webhook_secret, self.second_webhook_secret) if secret is not None)
