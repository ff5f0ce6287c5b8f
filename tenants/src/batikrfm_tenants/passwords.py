"""Passwords: Argon2id to keep them, zxcvbn to refuse those that guessing finds. Both are slow on purpose and run in threads of their own.

Nothing is asked of a service on the net: the lists of common and breached passwords come along.
"""

from __future__ import annotations

import asyncio
import functools
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from typing import Final, ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from batikrfm_tenants.errors import GuessablePasswordError, LongPasswordError, ShortPasswordError

SHORTEST: Final = 10
LONGEST: Final = 128
ENOUGH: Final = 3  # of zxcvbn's scores 0 to 4: more than 10^8 guesses
OURS: Final = ("batikrfm", "batik", "rfm", "shopee", "tokopedia", "lazada", "tiktok", "bukalapak")
THREADS: Final = 4
"""Each hash takes 64 MiB while it runs: a flood of sign-ins waits in line and does not take the machine's memory."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checked:
    """``right``: the password is the one of the hash. ``stale``: the hash was made with other parameters, so make it anew."""

    right: bool
    stale: bool = False


@dataclass(frozen=True)
class Passwords:
    """Makes and checks hashes. The defaults are those of RFC 9106 for machines with little memory; tests take cheaper ones."""

    time_cost: int = 3
    memory_kib: int = 65536
    lanes: int = 4

    async def hash(self, password: str) -> str:
        """What to keep instead of ``password``."""
        return await _in_thread(self._hasher.hash, _octets(password))

    async def check(self, kept: str | None, password: str) -> Checked:
        """Whether ``password`` is the one of ``kept``. Where there is none (no such account), it takes as long to say no."""
        return await _in_thread(self._check, kept, _octets(password))

    def _check(self, kept: str | None, password: bytes) -> Checked:
        # One line for all: an account without a password is checked against a hash that no password has.
        right = _verify(self._hasher, kept or self._nobody, password)
        if not kept or not right:
            return Checked(right=False)
        return Checked(right=True, stale=self._hasher.check_needs_rehash(kept))

    @functools.cached_property
    def _hasher(self) -> PasswordHasher:
        return PasswordHasher(self.time_cost, self.memory_kib, self.lanes)

    @functools.cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(secrets.token_bytes(32))


async def require_strong(password: str, about: Iterable[str] = ()) -> None:
    """Refuse what guessing finds. ``about`` is what is known of the person: name, address, shop.

    Raises:
        WeakPasswordError: says how to choose a better one.
    """
    password = normal(password)
    if len(password) < SHORTEST:
        raise ShortPasswordError(shortest=SHORTEST)
    if len(password) > LONGEST:
        raise LongPasswordError(longest=LONGEST)
    if await _in_thread(_score, password, words_of(about)) < ENOUGH:
        raise GuessablePasswordError


def normal(password: str) -> str:
    """The same password however a keyboard composes it (NFKC)."""
    return unicodedata.normalize("NFKC", password[: LONGEST * 8])


def words_of(about: Iterable[str]) -> tuple[str, ...]:
    """The words in what is known of a person, whole, without spaces and in parts, in small letters."""
    whole = [form for text in about if text for form in (text.lower(), re.sub(r"[\W_]", "", text.lower()))]
    return tuple(dict.fromkeys([*whole, *(part for text in whole for part in re.split(r"[^\w]+", text) if len(part) > 2)]))  # noqa: PLR2004 - "di", "pt"


@functools.cache
def common_words() -> tuple[str, ...]:
    """Passwords and words that many Indonesians choose, which zxcvbn's English lists do not have."""
    text = resources.files(__package__).joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.split() if line)


def _score(password: str, words: tuple[str, ...]) -> int:
    from zxcvbn import zxcvbn  # its word lists take a moment

    known = [*OURS, *words, *common_words()]
    return int(zxcvbn(password, user_inputs=known, max_length=LONGEST)["score"])


def _octets(password: str) -> bytes:
    return normal(password).encode("utf-8", "surrogatepass")


def _verify(hasher: PasswordHasher, kept: str, password: bytes) -> bool:
    try:
        return hasher.verify(kept, password)
    except (Argon2Error, InvalidHashError):
        return False


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")


async def _in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return await asyncio.get_running_loop().run_in_executor(_threads(), functools.partial(work, *args, **kwargs))
