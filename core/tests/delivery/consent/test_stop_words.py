"""Opt-out by keyword: the whole reply, whatever it is dressed in, and nothing that only contains the word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.delivery.consent.keywords import ALWAYS, normal, says_stop

DRESS = st.text(alphabet=" .!?*_~-'\"\n\t\u200b\u200e\u202e\ufeff👋🙏", max_size=8)


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop", " Stop! ", "*STOP*", "ＳＴＯＰ", "s\u200btop", "BERHENTI", "Berhenti.", "berhenti 🙏", "Stop  promo", "UNSUBSCRIBE"],  # noqa: RUF001 - what phones send
)
def test_stop_and_berhenti_are_heard_as_people_write_them(text: str) -> None:
    assert says_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "jangan berhenti ya",
        "stop dulu, nanti saya pesan",
        "non-stop",
        "stopkontak",
        "ST OP",
        "",
        "  ",
        "👍",
        "kapan promo berhenti?",
        "s" * 300,
    ],
)
def test_jangan_berhenti_ya_is_no_stop(text: str) -> None:
    """Sabotage: look for the word inside of the reply; red."""
    assert not says_stop(text)


@given(st.sampled_from([*ALWAYS, *map(str.upper, ALWAYS)]), DRESS, DRESS)
def test_case_marks_emoji_and_invisible_letters_change_nothing(word: str, before: str, after: str) -> None:
    assert says_stop(before + word + after)


@given(st.sampled_from(ALWAYS), st.from_regex(r"[a-z]{1,10}", fullmatch=True))
def test_a_word_more_and_it_is_another_message(word: str, other: str) -> None:
    for text in (f"{word} {other}", f"{other} {word}"):
        assert says_stop(text) == (normal(text) in ALWAYS)


@given(st.text(max_size=100))
def test_what_was_made_normal_stays_as_it_is(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(st.text(max_size=100))
def test_words_of_the_shop_work_as_it_wrote_them(text: str) -> None:
    assert says_stop(text, [text]) == bool(normal(text))


def test_a_shop_that_adds_nothing_but_marks_stops_nobody() -> None:
    assert not says_stop("", ["!!!", ""])
    assert not says_stop("🙏", ["🙏"])
