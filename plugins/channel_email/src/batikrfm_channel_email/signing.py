"""DKIM signatures (RFC 6376, RFC 8463): relaxed/relaxed, RSA or Ed25519.

Our own, for the known package signs in pure Python, at sixty mails a second; the tests have that package verify what we signed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    Key = RSAPrivateKey | Ed25519PrivateKey

SIGNED: Final = (
    *("from", "from", "to", "subject", "date", "message-id", "reply-to", "mime-version", "content-type", "content-transfer-encoding"),
    *("list-unsubscribe", "list-unsubscribe-post", "precedence", "auto-submitted"),
)
"""``from`` is there twice: a second one that somebody adds breaks the signature."""
WEAKEST: Final = 1024
FIELD: Final = re.compile(rb"([^:\r\n]+):((?:[^\r\n]|\r\n[ \t])*)\r\n")
ARMOUR: Final = re.compile(r"-----(BEGIN|END) [A-Z ]*PRIVATE KEY-----")


class BadKey(Exception):
    """This is no key that a mail can be signed with."""


@dataclass(frozen=True)
class Signer:
    """Signs in the name of ``domain``; the public key stands in the DNS under ``selector``."""

    domain: str
    selector: str
    key: Key = field(repr=False)

    def signature(self, head: bytes, body: bytes, at: datetime) -> bytes:
        """The line that goes above ``head``."""
        fields = {name.strip().lower(): _relaxed(name, value) for name, value in FIELD.findall(head)}
        present = {name.decode("ascii") for name in fields}
        signed = [name for name in SIGNED if name in present]
        once = dict.fromkeys(signed)
        tags = (
            f"v=1; a={algorithm(self.key)}; c=relaxed/relaxed; d={self.domain}; s={self.selector};",
            f"t={int(at.timestamp())}; h={':'.join(signed)};",
            f"bh={base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest()).decode()};",
        )
        value = "\r\n ".join(tags) + "\r\n b="
        covered = b"".join(fields[name.encode("ascii")] + b"\r\n" for name in once) + _relaxed(b"DKIM-Signature", b" " + value.encode())
        proof = base64.b64encode(_sign(self.key, covered)).decode()
        pieces = "\r\n  ".join(proof[start : start + 72] for start in range(0, len(proof), 72))
        return f"DKIM-Signature: {value}{pieces}\r\n".encode("ascii")


def read_key(text: str) -> Key:
    r"""The private key in ``text``: PEM, also with its line breaks lost or written as ``\n``.

    Raises:
        BadKey: it is none, needs a password, is of another kind, or is too short to be believed.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    try:
        key = serialization.load_pem_private_key(_mended(text).encode("ascii"), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise BadKey from None
    if isinstance(key, Ed25519PrivateKey) or (isinstance(key, RSAPrivateKey) and key.key_size >= WEAKEST):
        return key
    raise BadKey


def algorithm(key: Key) -> str:
    """What a signature by ``key`` calls itself."""
    return "rsa-sha256" if hasattr(key, "key_size") else "ed25519-sha256"


def public_part(key: Key) -> str:
    """What stands behind ``p=`` in the DNS."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = key.public_key()
    if algorithm(key) == "rsa-sha256":
        return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    return base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def record(key: Key) -> str:
    """The TXT record that makes signatures by ``key`` believed."""
    return f"v=DKIM1; k={algorithm(key).partition('-')[0]}; p={public_part(key)}"


def _mended(text: str) -> str:
    """``text`` with the line breaks that a form or a variable of the environment took away."""
    text = text.strip().replace("\\n", "\n")
    lines = [match[0] for match in ARMOUR.finditer(text)]
    if len(lines) != 2 or "\n" in text:  # noqa: PLR2004 - a begin and an end
        return text
    inside = "".join(text.replace(lines[0], "").replace(lines[1], "").split())
    return "\n".join([lines[0], *(inside[start : start + 64] for start in range(0, len(inside), 64)), lines[1], ""])


def _sign(key: Key, covered: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    if isinstance(key, Ed25519PrivateKey):
        return key.sign(hashlib.sha256(covered).digest())
    return key.sign(covered, PKCS1v15(), SHA256())


def _relaxed(name: bytes, value: bytes) -> bytes:
    """A line of the head without what may change on the way, and without its end (RFC 6376, 3.4.2)."""
    return name.strip().lower() + b":" + re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip()


def _relaxed_body(body: bytes) -> bytes:
    """The body without what may change on the way (RFC 6376, 3.4.4)."""
    short = re.sub(rb"[ \t]+", b" ", body).replace(b" \r\n", b"\r\n").rstrip(b"\r\n")
    return short + b"\r\n" if short else b""
