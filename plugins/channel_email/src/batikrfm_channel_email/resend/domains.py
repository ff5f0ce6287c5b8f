"""What Resend knows of the sender's domain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from batikrfm.sdk import DomainFinding, DomainStanding, HttpClient, Text
from batikrfm_channel_email.domain import words
from batikrfm_channel_email.resend.answers import error_of, name_of, read

TRYING_OUT: Final = "resend.dev"
"""Resend's own domain, from which one may write to oneself."""
MOST_PAGES: Final = 20
MAY_ONLY_SEND: Final = "restricted_api_key"


async def domain_state(http: HttpClient, domain: str) -> str | None:
    """Resend's word for how ``domain`` stands; empty where it does not know it, None where this key may only send.

    Raises the ``PluginError`` of a key that is refused.
    """
    after = ""
    for _ in range(MOST_PAGES):
        answer = await http.request("GET", f"/domains?limit=100{after}")
        if name_of(answer) == MAY_ONLY_SEND:
            return None
        if answer.status != 200:  # noqa: PLR2004 - HTTP
            raise error_of(answer)
        told = read(answer)
        listed = [one for one in told.get("data") or () if isinstance(one, dict)]
        for one in listed:
            if _covers(one, domain):
                return str(one.get("status"))
        if told.get("has_more") is not True or not listed:
            break
        after = f"&after={listed[-1].get('id')}"
    return ""


def finding_of(state: str | None, domain: str) -> DomainFinding:
    """The state in words."""
    if state is None:
        return DomainFinding("resend", DomainStanding.UNKNOWN, words.VENDOR_CANNOT_TELL)
    if state == "verified":
        return DomainFinding("resend", DomainStanding.GOOD, _said(words.VENDOR_GOOD, domain), state)
    say = words.VENDOR_PENDING if state else words.VENDOR_UNKNOWN_DOMAIN
    return DomainFinding("resend", DomainStanding.BAD, _said(say, domain, state), state, words.VENDOR_ADVICE)


def _covers(one: Mapping[str, Any], domain: str) -> bool:
    return str(one.get("name")).lower() == domain


def _said(text: Text, domain: str, status: str = "") -> Text:
    values = {"domain": domain, "status": status.replace("_", " ")}
    return Text(id=text.say("id", **values), en=text.say("en", **values))
