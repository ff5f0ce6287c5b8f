"""Tokens in the links that recipients get: whose they are, signed. Nobody guesses one, and one for a link of another kind opens nothing.

A token holds no secret and nothing of a person, only keys of rows. It has no end: a way out works as long as the mail lies in the box.
Signed with the installation's key (:mod:`batikrfm.plugins.vault`); while a key is replaced, tokens of the old one hold as long as it stands
in ``BATIKRFM_SECRET_KEY`` or in the key file.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from batikrfm.plugins.vault import Vault
from batikrfm.sdk.errors import NotFoundError
from batikrfm.sdk.text import Text

_ID: Final = 16
_NUMBER: Final = 4
_BODY: Final = 2 * _ID + _NUMBER
_SIGNATURE: Final = 15  # 120 bits; with these a token is 51 bytes, which base64 writes in exactly one way
LENGTH: Final = (_BODY + _SIGNATURE) // 3 * 4
"""Characters of a token."""


class LinkError(NotFoundError):
    """A link that we did not make, or that belongs to nobody any more. Says no more, whatever the cause."""

    text = Text(
        id="Tautan ini tidak berlaku. Periksa apakah seluruh alamatnya ikut tersalin.",
        en="This link does not work. Check that you copied all of its address.",
    )


class LinkKind(StrEnum):
    """What a link is for, and whose id its token holds. Never rename: links are in people's mail for years."""

    UNSUBSCRIBE = "unsubscribe"  # a delivery
    PREFERENCES = "preferences"  # a customer
    OPEN = "open"  # a delivery
    CLICK = "click"  # a delivery; the number says which link
    COUNTED_OPEN = "counted_open"  # a campaign; the number says which of its texts: nobody learns who it was
    COUNTED_CLICK = "counted_click"  # likewise; the number also says which link


@dataclass(frozen=True, slots=True)
class Signed:
    """What a token stands for."""

    tenant_id: UUID
    id: UUID
    number: int = 0


@dataclass(frozen=True)
class Signer:
    """Makes tokens and reads them."""

    vault: Vault = field(repr=False)

    def sign(self, kind: LinkKind, tenant_id: UUID, id: UUID, number: int = 0) -> str:  # noqa: A002 - what it is called everywhere
        """68 characters that can stand in a URL, always the same for the same. ``number`` has 32 bits."""
        body = tenant_id.bytes + id.bytes + number.to_bytes(_NUMBER, "big")
        signature = self.vault.sign(body, _place(kind))[:_SIGNATURE]
        return base64.urlsafe_b64encode(body + signature).decode()

    def read(self, kind: LinkKind, token: str) -> Signed:
        """What ``token`` stands for. Raises :class:`LinkError` for any that :meth:`sign` did not make for ``kind``."""
        octets = _octets(token)
        body, signature = octets[:_BODY], octets[_BODY:]
        if len(signature) != _SIGNATURE or not self.vault.is_signed(body, signature, _place(kind)):
            raise LinkError
        return Signed(UUID(bytes=body[:_ID]), UUID(bytes=body[_ID : 2 * _ID]), int.from_bytes(body[2 * _ID :], "big"))


def _place(kind: LinkKind) -> str:
    return f"delivery/{kind}"


def _octets(token: str) -> bytes:
    if len(token) != LENGTH or not token.isascii():
        return b""
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""
