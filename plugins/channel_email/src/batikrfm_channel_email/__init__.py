"""BatikRFM plugin: e-mail by Resend or SMTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from batikrfm.sdk import Channel, hookimpl


@hookimpl
def register_channels() -> Sequence[type[Channel[Any]]]:
    """Resend and SMTP. What speaks SMTP and DNS is imported when an account is used, not here."""
    from batikrfm_channel_email.resend.channel import ResendChannel
    from batikrfm_channel_email.smtp.channel import SmtpChannel

    return [ResendChannel, SmtpChannel]
