"""Addresses: one mailbox or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.sdk import Rejection
from batikrfm_channel_email.addresses import mailbox
from batikrfm_channel_email.refusals import Unsendable


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ani@toko.example", "ani@toko.example"),
        (" Ani.S+promo@Toko.Example ", "Ani.S+promo@toko.example"),
        ("o'brien_1@sub.toko.co.id", "o'brien_1@sub.toko.co.id"),
        ("ani@bücher.example", "ani@xn--bcher-kva.example"),
        ("ani@BÜCHER.example", "ani@xn--bcher-kva.example"),
        ("ani@xn--bcher-kva.example", "ani@xn--bcher-kva.example"),
        ("ani@例え.テスト", "ani@xn--r8jz45g.xn--zckzah"),
        ("用户@toko.example", "用户@toko.example"),
    ],
)
def test_an_address_travels_with_its_domain_in_ascii(text: str, address: str) -> None:
    assert str(mailbox(text)) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "ani", "ani@", "@toko.example", "ani@toko", "ani@localhost", "ani@toko..example", "ani@-toko.example"),
        *("ani@toko.example,budi@toko.example", "ani@toko.example;budi@toko.example", "ani@toko.example budi@toko.example"),
        *("ani@toko.example\r\nBcc: x@jahat.example", "ani@toko.example\n", "\nani@toko.example", "ani\0@toko.example"),
        *("Ani <ani@toko.example>", "<ani@toko.example>", '"ani s"@toko.example', "ani(x)@toko.example", "a@b@toko.example"),
        *(".ani@toko.example", "ani.@toko.example", "a..b@toko.example", "ani@[127.0.0.1]", "ani@127.0.0.1", "ani@toko.example."),
        *(
            "an\u200bi@toko.example",
            "\u202eani@toko.example",
            "ani@to\u200bko.example,x",
            "ani\u00a0@toko.example",
            "ani\ud800@toko.example",
        ),
        *("a" * 65 + "@toko.example", "ani@" + "a" * 64 + ".example", "ani@" + "a." * 130 + "example", "é" * 33 + "@toko.example"),
        *("ani@toko_batik.example", "ani@xn--.example\u3002", "ani@\u0000.example"),
    ],
)
def test_what_is_not_one_address_is_refused(text: str) -> None:
    with pytest.raises(Unsendable) as raised:
        mailbox(text)
    assert raised.value.reason is Rejection.ADDRESS


@given(st.text(max_size=80) | st.text(alphabet='ab.@-<>,;:"\\ \r\n\0é。', max_size=40))
def test_whatever_is_typed_gives_one_safe_address_or_none(text: str) -> None:
    try:
        found = str(mailbox(text))
    except Unsendable:
        return
    assert found.count("@") == 1
    assert not set(found) & set(' \r\n\0<>,;:"\\()[]\t')
    assert found.partition("@")[2].isascii()
    assert mailbox(found) == mailbox(text)
