"""Messages in Resend's words, and the key under which it remembers a request."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from batikrfm.sdk import Message, Rejection
from batikrfm_channel_email.addresses import mailbox
from batikrfm_channel_email.headers import one_line
from batikrfm_channel_email.mime import BULK, Sender, check, file_name, is_inline
from batikrfm_channel_email.refusals import Unsendable

TAG: Final = "message"
TAGGED: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True, slots=True)
class Written:
    """A message as Resend wants it. ``alone``: with files, which a batch does not take."""

    id: str
    about: dict[str, Any] = field(repr=False)
    alone: bool = False


@dataclass(frozen=True)
class Chunk:
    """Messages that go in one request, always in the same order, so that the same messages are the same bytes."""

    messages: tuple[Written, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.messages)

    @property
    def path(self) -> str:
        return "/emails" if self.messages[0].alone else "/emails/batch"

    @property
    def key(self) -> str:
        """The idempotency key: of these messages and no others."""
        return "batikrfm-" + hashlib.sha256("\n".join(self.ids).encode("utf-8", "replace")).hexdigest()

    @property
    def body(self) -> bytes:
        about = [one.about for one in self.messages]
        told: object = about[0] if self.messages[0].alone else about
        return json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def chunks(messages: Sequence[Written]) -> list[Chunk]:
    """``messages`` as the requests that they go in: those with files one by one."""
    ordered = sorted(messages, key=lambda one: one.id)
    together = tuple(one for one in ordered if not one.alone)
    return [*([Chunk(together)] if together else []), *(Chunk((one,)) for one in ordered if one.alone)]


def written(message: Message, sender: Sender) -> Written:
    """``message`` from ``sender``.

    Raises:
        Unsendable: it cannot be written down as mail.
    """
    check(message)
    to = mailbox(message.to)
    if to.needs_utf8:
        raise Unsendable(Rejection.ADDRESS, "local_part")
    about: dict[str, Any] = {
        "from": from_line(sender),
        "to": [str(to)],
        "subject": one_line(message.subject or ""),
        "headers": {**BULK, **message.headers},
        # Comes back in webhooks and stands in Resend's pages: our own number of the message, nothing of the person.
        "tags": [{"name": TAG, "value": message.id}] if TAGGED.fullmatch(message.id) else [],
    }
    about |= {name: text for name, text in (("text", message.text), ("html", message.html)) if text and text.strip()}
    about |= {"reply_to": [str(sender.reply_to)]} if sender.reply_to else {}
    about |= {"attachments": [_attachment(message, number) for number in range(len(message.media))]} if message.media else {}
    return Written(message.id, _encodable(about), alone=bool(message.media))


def from_line(sender: Sender) -> str:
    """The sender as Resend wants it, which encodes what is not ASCII by itself."""
    name = one_line(sender.name).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" <{sender.address}>' if name else str(sender.address)


def _attachment(message: Message, number: int) -> dict[str, str]:
    media = message.media[number]
    about = {
        "filename": file_name(media),
        "content": base64.b64encode(media.content).decode("ascii"),
        "content_type": media.content_type,
    }
    return {**about, "content_id": media.name} if is_inline(media, message.html) else about


def _encodable(about: dict[str, Any]) -> dict[str, Any]:
    """``about`` without halves of surrogates, which are no text and no JSON."""
    return {name: text.encode("utf-8", "replace").decode() if isinstance(text, str) else text for name, text in about.items()}
