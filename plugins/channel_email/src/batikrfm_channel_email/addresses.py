"""Addresses as they travel: one mailbox, its domain in ASCII (RFC 5321, IDNA 2008)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from batikrfm.sdk import Rejection
from batikrfm_channel_email.refusals import Unsendable

ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
PLAIN: Final = re.compile(rf"{ATOM}(?:\.{ATOM})*")
HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
LONGEST_LOCAL, LONGEST = 64, 254


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address. ``domain`` is in ASCII and lower case; ``local`` may need a server that speaks SMTPUTF8."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        return not self.local.isascii()


def mailbox(text: str) -> Mailbox:
    """The one mailbox that ``text`` names. A list, a name with an address, quotes and invisible characters are refused.

    Raises:
        Unsendable: it is no address that mail can go to.
    """
    local, at, domain = text.strip(" ").rpartition("@")
    if not at or not _is_local(local):
        raise Unsendable(Rejection.ADDRESS, "address")
    found = Mailbox(local, domain_of(domain))
    if len(str(found).encode()) > LONGEST:
        raise Unsendable(Rejection.ADDRESS, "address")
    return found


def domain_of(text: str) -> str:
    """``text`` as the DNS has it. Raises :class:`Unsendable` where it is no domain."""
    name = text.lower()
    if not name.isascii():
        name = _in_ascii(text)
    if len(name) > 253 or not HOST.fullmatch(name):  # noqa: PLR2004 - RFC 1035
        raise Unsendable(Rejection.ADDRESS, "domain")
    return name


def _is_local(local: str) -> bool:
    if not local or len(local.encode("utf-8", "replace")) > LONGEST_LOCAL:
        return False
    plain = "".join("a" if ord(letter) > 127 and _is_letter(letter) else letter for letter in local)  # noqa: PLR2004 - ASCII
    return PLAIN.fullmatch(plain) is not None


def _is_letter(letter: str) -> bool:
    """Whether something is seen of it: no control, no direction mark, no zero-width character, no space."""
    return unicodedata.category(letter)[0] in "LMNPS"


def _in_ascii(name: str) -> str:
    import idna

    try:
        return idna.encode(name, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise Unsendable(Rejection.ADDRESS, "domain") from None
