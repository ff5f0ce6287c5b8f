"""Relays by the end of their name, and what their SPF include is, as of 2026-11-26. ``spf_include`` in the settings says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

INCLUDES: Final[Mapping[str, str]] = {
    "gmail.com": "_spf.google.com",
    "google.com": "_spf.google.com",
    "amazonaws.com": "amazonses.com",
    "resend.com": "amazonses.com",
    "sendgrid.net": "sendgrid.net",
    "mailgun.org": "mailgun.org",
    "brevo.com": "spf.brevo.com",
    "office365.com": "spf.protection.outlook.com",
    "zoho.com": "zohomail.com",
    "postmarkapp.com": "spf.mtasv.net",
    "mailjet.com": "spf.mailjet.com",
}


def include_of(host: str) -> str | None:
    """What a sender's SPF record has to include for mail that goes by ``host``; None where nobody knows."""
    return next((include for name, include in INCLUDES.items() if host == name or host.endswith(f".{name}")), None)
