"""Keeps secrets: encrypted with the keys of the installation, each bound to one place. Signs what goes out into the world."""

from __future__ import annotations

import base64
import hmac
import json
import os
import stat
import tempfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from batikrfm.plugins.errors import KeyDamagedError, KeyFileOpenError, SecretLostError

VARIABLE = "BATIKRFM_SECRET_KEY"
FILE = "secret.key"
PRIVATE = 0o600
SHORTEST_SIGNATURE = 15


class Vault:
    """Seals and unseals texts. The first key seals, every key unseals: to rotate, put a new key in front."""

    def __init__(self, keys: Sequence[str], *, source: str = VARIABLE) -> None:
        """Each key is 32 random bytes in base64. Raises :class:`KeyDamagedError`, naming ``source``, if one is not."""
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise KeyDamagedError(source=source) from None
        self._signing = tuple(base64.urlsafe_b64decode(key) for key in keys)

    @classmethod
    def of_installation(cls, data_dir: Path, environ: Mapping[str, str] = os.environ) -> Vault:
        """With the keys in ``BATIKRFM_SECRET_KEY`` (separated by commas), else in the data folder's ``secret.key`` (one a line).

        The file is made when it is first needed and is readable by its owner only.
        """
        if given := environ.get(VARIABLE):
            return cls([key.strip() for key in given.split(",")])
        path = data_dir / FILE
        if not path.exists():
            _make(path)
        return cls(_read(path), source=str(path))

    def seal(self, text: str, place: str) -> str:
        """``text`` encrypted for ``place``; it can be unsealed there only."""
        return self._fernet.encrypt(json.dumps([place, text]).encode()).decode()

    def unseal(self, sealed: str, place: str) -> str:
        """The text that was sealed for ``place``. Raises :class:`SecretLostError` for any other or with other keys."""
        try:
            sealed_for, text = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise SecretLostError(place=place) from None
        if sealed_for != place:
            raise SecretLostError(place=place)
        return str(text)

    def reseal(self, sealed: str) -> str:
        """The same secret under the first key. Raises :class:`SecretLostError` if no key fits."""
        try:
            return self._fernet.rotate(sealed).decode()
        except InvalidToken:
            raise SecretLostError(place=FILE) from None

    def sign(self, content: bytes, place: str) -> bytes:
        """32 bytes that nobody makes for ``content`` without the first key. They hold for ``place`` only."""
        return _signature(self._signing[0], content, place)

    def is_signed(self, content: bytes, signature: bytes, place: str) -> bool:
        """Whether ``signature``, or what was left of it (15 bytes at least), was made by :meth:`sign` with any of the keys."""
        if len(signature) < SHORTEST_SIGNATURE:
            return False
        return any(hmac.compare_digest(_signature(key, content, place)[: len(signature)], signature) for key in self._signing)


def _signature(key: bytes, content: bytes, place: str) -> bytes:
    return hmac.digest(_key_for(key, place), content, "sha256")


@lru_cache(maxsize=64)
def _key_for(key: bytes, place: str) -> bytes:
    """A key of its own for each place, so that none of them is the one that encrypts."""
    return hmac.digest(key, f"batikrfm/sign/{place}".encode(), "sha256")


def _make(path: Path) -> None:
    """Write a new key whole or not at all; if another process was faster, its key stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent) as file:  # made with mode 0600
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return


def _read(path: Path) -> list[str]:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & ~PRIVATE:
        raise KeyFileOpenError(path=path)
    return path.read_text(encoding="ascii", errors="replace").split()
