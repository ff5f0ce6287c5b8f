"""Make each person's message. Asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from batikrfm.delivery.channels.opening import channels
from batikrfm.delivery.letters.model import WayOut
from batikrfm.delivery.model import LeftOut, Medium
from batikrfm.delivery.sending.model import Recipient, Run
from batikrfm.sdk.channels import Message


def write_message(run: Run, one: Recipient) -> Message | LeftOut:
    """The message for ``one``, or why there is none: nothing to fill a gap with, no address, longer than the channel takes."""
    if not one.address:
        return LeftOut.NO_ADDRESS
    words = run.words.get(one.variant)
    if words is None:
        return LeftOut.NO_TEXT
    made = _email(run, one) if run.medium is Medium.EMAIL else _chat(run, one)
    longest = run.account.capabilities.max_length
    if made is None or (longest is not None and len(made["text"]) > longest):
        return LeftOut.NO_TEXT
    return Message(id=one.message_id, to=one.address, **made)


def write_all(run: Run, recipients: Sequence[Recipient]) -> tuple[list[tuple[Recipient, Message]], dict[Recipient, LeftOut]]:
    """Those who get a message, with it; and those who get none, with the reason."""
    written = [(one, write_message(run, one)) for one in recipients]
    return (
        [(one, message) for one, message in written if isinstance(message, Message)],
        {one: why for one, why in written if isinstance(why, LeftOut)},
    )


def _email(run: Run, one: Recipient) -> dict[str, Any] | None:
    links = channels().links
    unsubscribe = links.unsubscribe_url(run.tenant_id, one.id)
    headers = {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    way_out = WayOut(unsubscribe, links.preferences_url(run.tenant_id, one.customer_id), headers)
    words = run.words[one.variant]
    mail = words.letter.email(one.person, way_out, words.links)
    if mail is None:
        return None
    html = mail.html if run.account.capabilities.html else None
    return {"text": mail.text, "subject": mail.subject, "html": html, "headers": dict(mail.headers)}


def _chat(run: Run, one: Recipient) -> dict[str, Any] | None:
    words = run.words[one.variant]
    text = words.letter.chat(one.person, words.links)
    if not run.account.capabilities.needs_template:
        return None if text is None else {"text": text}
    filled = words.template and words.letter.template(words.template, one.person)
    return None if filled is None else {"text": text or " ".join(filled.values), "template": filled}
