"""Svix signatures, which are Standard Webhooks signatures: HMAC-SHA256 over id, time and the raw body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from batikrfm.sdk import ForgedRequestError

TOLERANCE: Final = 300
"""Seconds that a webhook may be late or early."""
PREFIX, VERSION = "whsec_", "v1"
ID: Final = re.compile(r"[!-~]{1,256}")
TIME: Final = re.compile(r"[0-9]{1,12}")
MOST_SIGNATURES: Final = 20


class BadSecret(Exception):
    """This is no secret of a webhook."""


def key_of(secret: str) -> bytes:
    """The bytes that a ``whsec_`` secret stands for. Raises :class:`BadSecret`."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise BadSecret from None
    if not key or not secret.startswith(PREFIX):
        raise BadSecret
    return key


def verified(headers: Mapping[str, str], body: bytes, secrets: Iterable[str], at: datetime) -> str:
    """The id of the webhook, the same each time that it is sent, once it is proved to be from who knows one of ``secrets``.

    Raises ``ForgedRequestError`` for a signature that is missing, wrong, or of another time than ``at``.
    """
    name, time, given = (headers.get(f"svix-{part}") or headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    if not ID.fullmatch(name) or not TIME.fullmatch(time) or abs(at.timestamp() - int(time)) > TOLERANCE:
        raise ForgedRequestError
    signed = f"{name}.{time}.".encode() + body
    offered = [signature.encode("utf-8", "replace") for signature in given.split(" ")[:MOST_SIGNATURES]]
    for secret in secrets:
        wanted = signature_of(signed, secret)
        if any(hmac.compare_digest(wanted, one) for one in offered):
            return name
    raise ForgedRequestError


def signature_of(signed: bytes, secret: str) -> bytes:
    """The signature over ``signed``, with its version."""
    return f"{VERSION},".encode() + base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256))
