"""Numbers and words as gateways take them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm_channel_whatsapp.texts import clean, digits_of, is_blank, one_line, person_of


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        ("+6281200000001", "6281200000001"),
        ("+6591234567", "6591234567"),
        ("+16175550123", "16175550123"),
        ("6281200000001", None),
        ("081200000001", None),
        ("+62 812 0000 0001", None),
        ("+6281200000001,+6281200000002", None),
        ("+6281200000001|Budi", None),
        ("+6281200000001\n", None),
        ("+\u0666\u0662\u0668\u0661\u0662\u0660\u0660\u0660\u0660", None),
        ("+62812\u200b00000001", None),
        ("+0123456789", None),
        ("", None),
    ],
)
def test_a_number_is_one_full_number_or_none(number: str, digits: str | None) -> None:
    assert digits_of(number) == digits


@pytest.mark.parametrize(
    ("chat", "person"),
    [
        ("6281200000001", "+6281200000001"),
        (6281200000001, "+6281200000001"),
        ("6281200000001@c.us", "+6281200000001"),
        ("6281200000001@s.whatsapp.net", "+6281200000001"),
        ("120363043211234567@g.us", None),
        ("120363043211234567", None),
        (None, None),
        (["6281200000001"], None),
    ],
)
def test_a_reply_is_from_a_person_not_from_a_group(chat: object, person: str | None) -> None:
    assert person_of(chat) == person


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Halo\r\nIbu\rAni\x0b!", "Halo\nIbu\nAni\n!"),
        ("Halo \u202eilA\u202c", "Halo ilA"),
        ("Halo \u2067x\u2069", "Halo x"),
        ("\u0645\u0631\u062d\u0628\u0627", "\u0645\u0631\u062d\u0628\u0627"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("a\x00b\x1b[2Kc\ud800", "ab[2Kc"),
        ("satu\u2028dua\tiga", "satu\ndua\tiga"),
    ],
    ids=["ends of lines", "turned round", "isolated", "Arabic stays", "a family stays", "what breaks", "tabs stay"],
)
def test_a_text_goes_without_what_breaks_it_or_turns_it_round(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_can_go_over_a_line(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert clean(cleaned) == cleaned
    assert "\x00" not in cleaned


@given(st.text(alphabet=st.one_of(st.characters(codec=None), st.sampled_from(" \t\n\r\u2028"))))
def test_a_value_of_a_template_is_one_line_without_rows_of_spaces(text: str) -> None:
    value = one_line(text)
    assert not {"\n", "\t", "\r", "\u2028"} & set(value)
    assert "  " not in value
    assert value == value.strip()


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200d\ufeff", "\u3164\u2800", "\u202e \x00"])
def test_what_nobody_sees_is_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(f"{text}a")
