"""Lines of a mail's head, as bytes: folded, encoded where they have to be, and never two where one was meant.

Written by hand because the standard library encodes what it cannot fold: a long ``List-Unsubscribe`` would arrive as no URL at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.header import Header
from typing import Final

from batikrfm.sdk import Rejection
from batikrfm_channel_email.addresses import Mailbox
from batikrfm_channel_email.refusals import Unsendable

FOLD, LONGEST_LINE, LONGEST = 78, 998, 8_000
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,70}")
OURS: Final = frozenset(
    {
        *("from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version", "return-path", "received"),
        *("dkim-signature", "authentication-results", "precedence", "auto-submitted"),
    }
)
"""Lines that this plugin writes, or that nobody but a mail server may: no message brings its own."""
BREAK: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
HIDDEN: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
    "|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
)
"""What is not seen but changes how the rest is read. A joiner stays where it joins an emoji."""


def one_line(text: str) -> str:
    """``text`` as one line that reads as it looks: no line breaks, nothing invisible, no other direction."""
    if text.isprintable():  # nearly always: nothing hidden, no space but the common one
        return " ".join(text.split())
    return HIDDEN.sub("", BREAK.sub(" ", text)).strip()


def plain_field(name: str, value: str) -> bytes:
    """A line whose ``value`` travels as it is, folded at its spaces only. Raises :class:`Unsendable` where it cannot."""
    if not _is_plain(value) or len(value) > LONGEST:
        raise Unsendable(Rejection.CONTENT, "header")
    line = f"{name}: {value}"
    return f"{line if len(line) <= FOLD else _folded(line)}\r\n".encode("ascii")


def text_field(name: str, text: str) -> bytes:
    """A line of words, encoded (RFC 2047) where ASCII is not enough."""
    if len(text) > LONGEST:
        raise Unsendable(Rejection.CONTENT, "header")
    if text.isascii() and "=?" not in text and all(len(word) < FOLD for word in text.split(" ")):
        return plain_field(name, text)
    return f"{name}: {_encoded(text, len(name) + 2)}\r\n".encode("ascii")


def mailbox_field(name: str, display: str, address: Mailbox) -> bytes:
    """A line with one address, and the name of who has it if there is one."""
    if not display:
        return f"{name}: {address}\r\n".encode()
    named = _phrase(display, len(name) + 2)
    space = " " if len(named.rpartition("\n")[2]) + len(str(address)) + len(name) + 5 <= FOLD else "\r\n "
    return f"{name}: {named}{space}<{address}>\r\n".encode()


def _phrase(display: str, room: int) -> str:
    """``display`` as the name before an address: quoted, or encoded (RFC 2047)."""
    if display.isascii() and "=?" not in display and len(display) < FOLD - room:
        escaped = display.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _encoded(display, room)


def own_fields(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The lines that a message brings, as they are, once each of them may.

    Raises:
        Unsendable: one is none, holds a line break, is not ASCII, or is a line that only we write.
    """
    seen: set[str] = set()
    for name, value in headers.items():
        key = name.lower()
        if not NAME.fullmatch(name) or not _is_plain(value) or key in seen or key in OURS or key.startswith(("content-", "resent-")):
            raise Unsendable(Rejection.CONTENT, "header")
        seen.add(key)
    return headers


def _encoded(text: str, room: int) -> str:
    return Header(text, "utf-8", maxlinelen=FOLD - 2, header_name="x" * max(room - 2, 1)).encode(linesep="\r\n")


def _is_plain(value: str) -> bool:
    return bool(value) and value.isascii() and value.isprintable()


def _folded(line: str) -> str:
    return "\r\n ".join(_pieces(line))


def _pieces(line: str) -> Iterator[str]:
    """``line`` in pieces of :data:`FOLD` where it has spaces to break at; unfolding gives it back letter by letter."""
    name, *words = line.split(" ")
    current = " ".join([name, *words[:1]])
    for word in words[1:]:
        if word and current.strip() and len(current) + 1 + len(word) > FOLD and not current.endswith(" "):
            yield _bounded(current)
            current = word
        else:
            current = f"{current} {word}"
    yield _bounded(current)


def _bounded(line: str) -> str:
    if len(line) > LONGEST_LINE - 2:
        raise Unsendable(Rejection.CONTENT, "header")
    return line
