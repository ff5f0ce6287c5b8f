"""A message as the bytes that are sent (RFC 5322, RFC 2045 to 2047, RFC 2387).

Text and HTML are alternatives; pictures that the HTML names by ``cid:`` are related to it; other files are attached. Everything is
encoded so that no server on the way has a reason to change a byte, which would break the signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from batikrfm.sdk import Media, Message, Rejection
from batikrfm_channel_email.addresses import Mailbox, mailbox
from batikrfm_channel_email.headers import mailbox_field, one_line, own_fields, plain_field, text_field
from batikrfm_channel_email.refusals import Unsendable

PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
MEDIA: Final = PICTURES | {"application/pdf"}
LARGEST: Final = 20_000_000
"""Bytes of text, HTML and files together: what the strictest of the large receivers take (25 MB, encoded)."""
LONGEST_SUBJECT: Final = 500
ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
BULK: Final = {"Precedence": "bulk", "Auto-Submitted": "auto-generated"}
"""Says to machines that nobody waits for their answer: no notes of absence."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mail comes from."""

    address: Mailbox
    name: str = ""
    reply_to: Mailbox | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, ready to be sent. ``head`` ends with a line's end, the empty line between the two is not in it."""

    recipient: Mailbox
    message_id: str
    head: bytes = field(repr=False)
    body: bytes = field(repr=False)

    def content(self, signature: bytes = b"") -> bytes:
        """All of it, below ``signature`` if there is one."""
        return b"".join((signature, self.head, b"\r\n", self.body))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a mail: what its head says of it, and its bytes."""

    fields: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    @property
    def head(self) -> bytes:
        return b"".join(plain_field(name, value) for name, value in self.fields)


def mail_of(message: Message, sender: Sender, at: datetime) -> Mail:
    """``message`` from ``sender``, dated ``at``.

    Raises:
        Unsendable: it cannot be written down as mail.
    """
    check(message)
    to, identity = mailbox(message.to), message_id(message.id, sender.address.domain)
    part = _whole(message)
    head = [
        plain_field("Date", _date(at)),
        plain_field("Message-ID", identity),
        mailbox_field("From", one_line(sender.name), sender.address),
        mailbox_field("To", "", to),
        *([mailbox_field("Reply-To", "", sender.reply_to)] if sender.reply_to else []),
        text_field("Subject", one_line(message.subject or "")),
        *(plain_field(name, value) for name, value in {**BULK, **message.headers}.items()),
        plain_field("MIME-Version", "1.0"),
        part.head,
    ]
    return Mail(to, identity, b"".join(head), part.body)


def message_id(identity: str, domain: str) -> str:
    """The Message-ID of the message ``identity``: the same on every attempt, so that what names it names the message."""
    return f"<{token(identity)}@{domain}>"


def token(identity: str) -> str:
    """``identity`` where it can stand in an address or a tag, else a hash of it."""
    return identity if ID.fullmatch(identity) else hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()


def check(message: Message) -> None:
    """Refuse what no mail can be made of, or nobody would take. Raises :class:`Unsendable`."""
    subject = one_line(message.subject or "")
    sizes = [len(message.text), len(message.html or ""), *(len(one.content) for one in message.media)]
    for wrong, code in (
        (not subject, "no_subject"),
        (len(subject) > LONGEST_SUBJECT, "subject_too_long"),
        (not message.text.strip() and not (message.html or "").strip(), "empty"),
        (sum(sizes) > LARGEST, "too_large"),
        (any(one.content_type not in MEDIA for one in message.media), "media"),
        (message.template is not None, "template"),
    ):
        if wrong:
            raise Unsendable(Rejection.CONTENT, code)
    own_fields(message.headers)


def is_inline(media: Media, html: str | None) -> bool:
    """Whether ``html`` shows the file by ``cid:<its name>``."""
    return media.content_type in PICTURES and ID.fullmatch(media.name) is not None and f"cid:{media.name}" in (html or "")


def file_name(media: Media) -> str:
    """The file's name without what a name of a file has no use for."""
    return re.sub(r'[/\\"<>|:*?]+', "_", one_line(media.name))[-100:] or "file"


@lru_cache(maxsize=8)
def _date(at: datetime) -> str:
    """A batch has one date."""
    return format_datetime(at)


def _whole(message: Message) -> _Part:
    inline = [one for one in message.media if is_inline(one, message.html)]
    attached = [one for one in message.media if not is_inline(one, message.html)]
    part = _words(message, inline)
    return _multipart("mixed", [part, *(_file(one, "attachment") for one in attached)], message.id) if attached else part


def _words(message: Message, inline: Sequence[Media]) -> _Part:
    text = _text("plain", message.text)
    if not message.html:
        return text
    html = _text("html", message.html)
    if inline:
        html = _multipart("related", [html, *(_file(one, "inline") for one in inline)], message.id)
    return _multipart("alternative", [text, html], message.id) if message.text.strip() else html


def _text(kind: str, text: str) -> _Part:
    lines = (re.sub(r"\r\n?", "\n", text) if "\r" in text else text).encode("utf-8", "replace")
    if not lines.endswith(b"\n"):
        lines += b"\n"
    body = binascii.b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")
    return _Part((("Content-Type", f"text/{kind}; charset=utf-8"), ("Content-Transfer-Encoding", "quoted-printable")), body)


def _file(media: Media, disposition: str) -> _Part:
    name = file_name(media)
    named = f'filename="{name}"' if name.isascii() else f"filename*=utf-8''{quote(name)}"
    fields = [
        ("Content-Type", media.content_type),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", f"{disposition}; {named}"),
    ]
    if disposition == "inline":
        fields.append(("Content-ID", f"<{media.name}>"))
    return _Part(tuple(fields), base64.encodebytes(media.content).replace(b"\n", b"\r\n"))


def _multipart(kind: str, parts: Iterable[_Part], identity: str) -> _Part:
    """``parts`` together. ``=_`` can be in no quoted-printable and no base64 text, so the boundary is in none of them."""
    boundary = f"=_{kind}_{hashlib.sha256(identity.encode('utf-8', 'replace')).hexdigest()[:24]}"
    line = b"--" + boundary.encode("ascii")
    pieces = [b"".join((line, b"\r\n", part.head, b"\r\n", part.body, b"\r\n")) for part in parts]
    return _Part((("Content-Type", f'multipart/{kind}; boundary="{boundary}"'),), b"".join([*pieces, line, b"--\r\n"]))
