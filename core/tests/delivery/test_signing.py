"""Links that recipients get: whose they are, signed."""

from __future__ import annotations

import base64
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.delivery.links import Links
from batikrfm.delivery.signing import LENGTH, LinkError, LinkKind, Signed, Signer
from batikrfm.plugins.vault import Vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SIGNER = Signer(Vault([OLD]))
SHOP, PERSON = UUID(int=1), UUID(int=2)


@given(st.sampled_from(LinkKind), st.uuids(), st.uuids(), st.integers(0, 2**32 - 1))
def test_what_was_signed_is_read(kind: LinkKind, tenant: UUID, thing: UUID, number: int) -> None:
    token = SIGNER.sign(kind, tenant, thing, number)
    assert len(token) == LENGTH
    assert SIGNER.read(kind, token) == Signed(tenant, thing, number)


@given(st.integers(0, LENGTH - 1), st.characters(exclude_categories=["Cs"]))
def test_a_token_with_any_other_letter_opens_nothing(place: int, letter: str) -> None:
    """Sabotage: compare the first bytes of the signature only; red."""
    token = SIGNER.sign(LinkKind.UNSUBSCRIBE, SHOP, PERSON)
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(LinkError):
            SIGNER.read(LinkKind.UNSUBSCRIBE, changed)


@given(st.text(max_size=80) | st.binary(min_size=51, max_size=51).map(lambda octets: base64.urlsafe_b64encode(octets).decode()))
def test_a_guessed_token_opens_nothing(token: str) -> None:
    with pytest.raises(LinkError):
        SIGNER.read(LinkKind.UNSUBSCRIBE, token)


def test_a_token_of_one_kind_of_link_is_none_of_another() -> None:
    token = SIGNER.sign(LinkKind.OPEN, SHOP, PERSON)
    for kind in LinkKind:
        if kind is not LinkKind.OPEN:
            with pytest.raises(LinkError):
                SIGNER.read(kind, token)


def test_a_token_of_another_installation_opens_nothing_and_an_old_key_holds_while_it_is_kept() -> None:
    token = SIGNER.sign(LinkKind.CLICK, SHOP, PERSON, 7)
    assert Signer(Vault([NEW, OLD])).read(LinkKind.CLICK, token) == Signed(SHOP, PERSON, 7)
    with pytest.raises(LinkError):
        Signer(Vault([NEW])).read(LinkKind.CLICK, token)


def test_a_signature_that_is_too_short_is_none() -> None:
    vault = Vault([OLD])
    assert vault.is_signed(b"x", vault.sign(b"x", "here")[:15], "here")
    assert not vault.is_signed(b"x", vault.sign(b"x", "here")[:14], "here")
    assert not vault.is_signed(b"x", vault.sign(b"x", "there"), "here")


def test_the_headers_are_those_of_rfc_8058() -> None:
    """Section 2: one https address that alone says who and what, and the one line that a mail client posts."""
    links = Links("https://toko.example.id", SIGNER)
    headers = links.one_click_headers(SHOP, PERSON)
    url = links.unsubscribe_url(SHOP, PERSON)
    assert headers == {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    assert url.startswith("https://toko.example.id/berhenti/")
    assert links.preferences_url(SHOP, PERSON).rpartition("/")[2] != url.rpartition("/")[2]
