"""Which passwords are taken, and how they are kept."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from batikrfm.db.reaching import connection
from batikrfm_tenants import signing_in
from batikrfm_tenants.errors import GuessablePasswordError, LongPasswordError, ShortPasswordError, WeakPasswordError
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.passwords import LONGEST, SHORTEST, Passwords, common_words, normal, require_strong
from batikrfm_tenants.signing_in import SignedIn
from persons import PASSWORD, live, outcomes

CHEAP = Passwords(1, 64, 1)


GUESSABLE = """
password123 qwertyuiop 1234567890 sayangkamu bismillah123 indonesiaraya akusayangkamu rahasia12345 aaaaaaaaaaaaaaaa batikrfm2026
tokopedia123 jakartajakarta Semangat2026! ibusri1990 sri@contoh.example
"""
STRONG = [PASSWORD, "kucing menari di atas genteng", "Xk9#mPq2vL", "漢字とかなのパスワード", "🐃🐓🌾🍌 sawah hijau luas"]


@pytest.mark.parametrize("password", GUESSABLE.split())
async def test_what_guessing_finds_is_refused(password: str) -> None:
    with pytest.raises(GuessablePasswordError):
        await require_strong(password, ["Ibu Sri", "sri@contoh.example"])


@pytest.mark.parametrize("password", STRONG)
async def test_what_guessing_does_not_find_is_taken(password: str) -> None:
    await require_strong(password, ["Ibu Sri", "sri@contoh.example"])


async def test_what_is_known_of_a_person_does_not_count() -> None:
    await require_strong("Hadiningrat Kusumawardhani")
    with pytest.raises(GuessablePasswordError):
        await require_strong("Hadiningrat Kusumawardhani", ["Hadiningrat Kusumawardhani"])


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=LONGEST * 2))
async def test_lengths_and_no_other_surprise(password: str) -> None:
    long = len(unicodedata.normalize("NFKC", password))
    (came,) = await outcomes(require_strong(password))
    expected: tuple[type[object], ...] = (type(None), GuessablePasswordError)
    if not SHORTEST <= long <= LONGEST:
        expected = (ShortPasswordError if long < SHORTEST else LongPasswordError,)
    assert isinstance(came, expected)


@settings(deadline=None, max_examples=30)
@given(st.text(min_size=1, max_size=LONGEST), st.text(max_size=LONGEST))
async def test_a_hash_is_of_its_password_alone(password: str, other: str) -> None:
    kept = await CHEAP.hash(password)
    assert kept.startswith("$argon2id$")
    assert (await CHEAP.check(kept, unicodedata.normalize("NFD", password))).right
    assert (await CHEAP.check(kept, other)).right is (normal(password) == normal(other))


@pytest.mark.parametrize("kept", [None, "", "x", "$argon2id$v=19$m=64,t=1,p=1$$", "$2b$12$abc"])
@pytest.mark.parametrize("password", ["", " ", PASSWORD, "\ud800", "\0", "x" * 100_000])
async def test_no_hash_no_entry(kept: str | None, password: str) -> None:
    assert not (await CHEAP.check(kept, password)).right


async def test_the_defaults_are_those_of_rfc_9106() -> None:
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in await Passwords().hash(PASSWORD)


async def test_an_old_hash_is_made_anew_at_sign_in(office: Office, origin: Origin, somebody: SignedIn, admin_url: str) -> None:
    old = PasswordHasher(2, 64, 1).hash(PASSWORD)
    async with connection(admin_url) as admin:
        await admin.execute("update users set password_hash = $2 where id = $1", somebody.user.id, old)
        assert isinstance(await signing_in.sign_in(office, origin, somebody.user.email, PASSWORD), SignedIn)
        new = await admin.fetchval("select password_hash from users where id = $1", somebody.user.id)
    assert new != old
    assert await office.passwords.check(new, PASSWORD) == await office.passwords.check(await office.passwords.hash(PASSWORD), PASSWORD)
    assert (await live(somebody.token)).user.id == somebody.user.id  # nobody is signed out by it


def test_the_list_of_common_words_is_a_list_of_words() -> None:
    words = common_words()
    assert len(words) > 150
    assert len(set(words)) == len(words)
    assert all(word == word.lower() == word.strip() for word in words)


def test_every_way_to_be_weak_says_what_to_do() -> None:
    for error in (ShortPasswordError(shortest=SHORTEST), LongPasswordError(longest=LONGEST), GuessablePasswordError()):
        assert isinstance(error, WeakPasswordError)
        assert error.say("id") != error.say("en")
