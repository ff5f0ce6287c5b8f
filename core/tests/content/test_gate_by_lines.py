"""The gate reads lines that it remembers, and looks closer only where one hints at something: it finds what reading everything finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from batikrfm.content import instructions, occasions, shipped
from batikrfm.content.blocks import MARK, block
from batikrfm.content.gate import Own
from batikrfm.content.gate.lines import lines_of, with_rest
from batikrfm.content.gate.numbers import numbers, phones, plain_digits
from batikrfm.content.gate.ordinary import fixed_phrases, ordinary_words, phrases
from batikrfm.content.gate.patterns import emails, has_address
from batikrfm.content.gate.scanning import Traces, traces_of
from batikrfm.content.gate.words import spelled_out, words_of
from batikrfm.content.templates import VARIABLES, render
from batikrfm.sdk.segmentation import Segment
from batikrfm.sdk.text import Language, Text

OWN = Own(("Toko Sri Rejeki Abadi",), ("081234567890",))
_SHORTEST_GLUED = 8


def plainly(text: str) -> Traces:
    """What ``text`` holds, read as a whole: nothing is remembered, nothing is skipped."""
    traces = Traces(emails=emails(text))
    for stretch in MARK.split(text):
        traces.names.update(_keys(words_of(stretch)), _keys(spelled_out(words_of(stretch))))
    for number in dict.fromkeys(numbers(plain_digits(text))):
        traces.phones.update(phones(number.digits))
        if number.kind and not (number.kind == "phone" and OWN.has_phone(number.digits)):
            traces.kinds.append(number.kind)
    traces.kinds += [*(["email"] if traces.emails else []), *(["address"] if has_address(text) else [])]
    return traces


def by_lines(text: str) -> Traces:
    """The same for each line with what comes after it: in which order kinds are told."""
    traces = Traces()
    for line, after in with_rest(lines_of(text)):
        read = plainly(f"{line}\n{after}")
        traces.names |= read.names
        traces.phones |= read.phones
        traces.emails |= read.emails
        traces.kinds += read.kinds
    return traces


def _keys(words: list[str]) -> Iterator[str]:
    for phrase in phrases(words):
        said = phrase in fixed_phrases() or ordinary_words().issuperset(phrase) or OWN.says(phrase)
        if not said and not (len(phrase) == 1 and len(phrase[0]) < _SHORTEST_GLUED):
            yield from ("".join(phrase), "".join((*phrase[1:], phrase[0])))


def compare(text: str) -> None:
    found, whole, read = traces_of(text, OWN), plainly(text), by_lines(text)
    assert found.names == whole.names | read.names
    assert found.phones == read.phones >= whole.phones
    assert found.emails == read.emails >= whole.emails
    assert found.kinds == read.kinds
    assert set(whole.kinds) <= set(found.kinds)


PIECES = (
    *("Siti", "Aminah", "s", "i", "t", "a", "0812", "3456", "7890", "Rp", "1.250.000", "12.000.000", "12/05/2026", "62", "812345678"),
    *(
        "nol",
        "delapan",
        "satu dua",
        "tiga",
        "one",
        "satu\u1680dua",
        "(satu",
        "@",
        "toko.com",
        "toko",
        "at",
        "(at)",
        "et",
        "[at",
        "dot",
        "id",
    ),
    *("jl.", "jalan", "gang", "melati", "no", "5", "rt 01/rw 02", "rt", "rw 5", "kode pos 12345", "kode", "perumahan", "blok", "b"),
    *("Ibu", "S.E.", "3201234567890123", "+62 812", "o812", "oo", "o", "orang", "811-2222", "081234567890", "Sri Rejeki", "Sri", "Abadi"),
    *(",", ".", "-", "<data>", '"', "(", "batik", "tulis", "diskon", "mega mendung", "mega", "\u00e9", "\u0660\u0668", "\u00b2", "\u2460"),
    *("\u200d", "\u0338", "e\u0301", "\U0001f600", "\u03a3", "\uff10\uff18\uff11\uff12", "Rahmawati", "\u0130", "x" * 250, "1 2 3 4 5 6"),
    *('<data name="offer">', "</data>", block("products", ["Siti", "Aminah"])),
    *("Tulis pesan untuk satu kelompok pelanggan", "Jangan menulis nama orang", "at most 70 characters", "berterima kasih dan"),
)
BREAKS = (" ", "\n", "\n\n", "", " \n ", "\n- ", "\r\n", "\n\t", '\n"')


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(BREAKS)), max_size=40))
@settings(deadline=None)
def test_a_text_read_line_by_line_tells_all_that_it_tells_as_a_whole(pieces: list[tuple[str, str]]) -> None:
    """Also where a line begins in what the one before is about, and where a hint stands in one line and the rest in the next."""
    compare("".join(piece + between for piece, between in pieces))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(deadline=None)
@example("\u1e9b\u0323\n\u0345a")
def test_any_text_at_all_tells_the_same(text: str) -> None:
    compare(text)


PLANTED = {
    "name over a line's end": "Siti\nRahmawati",
    "name over three lines": "Siti\nNur\n- Aini\nKusuma\nDewi\nRahmawati",
    "name in one word": "sitinura",
    "name spelled over a line's end": "S i t\ni R a h m a",
    "name spelled over long lines": "S i t i " + "x" * 250 + "\n" + "x" * 250 + "\nRahmawati",
    "name after spelled letters": "a b c d e\nf g h i j k l",
    "name that begins like the program's words": "berterima kasih Dan Siti",
    "name that begins like the shop's": "Sri Rejeki Abadi Wati",
    "name that ends like the program's words": "Siti berterima kasih",
    "name in a block": block("offer", "Siti Rahmawati"),
    "name over a block's lines": block("voice", "Hangat, seperti Siti\nRahmawati"),
    "name over two of a block's texts": block("products", ["Kain Siti", "Rahmawati"]),
    "name spelled in a block": block("offer", "S i t i R a h m a"),
    "names on both sides of a mark": f"Siti {block('offer', 'Rahmawati')} Siti",
    "phone in words over lines": "nol\ndelapan\nsatu dua\ntiga empat lima enam tujuh delapan",
    "phone in a list of words": "- nol\n- delapan\n- satu\n- dua\n- tiga\n- empat\n- lima\n- enam\n- tujuh",
    "phone that goes on with o": "telepon 0812-34\noo56 78",
    "phone that goes on with a raised digit": "telepon 0812\n\u00b23\u00b2\u00b3\u00b2\u00b2\u00b2",
    "phone of eight digits": "81234567",
    "phone with o for zero": "o8oo1o3o5",
    "phone in a list": "- 0812\n- 3456\n- 7890",
    "phone in Arabic digits": "\u0660\u0668\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
    "phone behind money": "Rp 12.000.000, 0812 3456 7890",
    "eight digits that are money": "Rp 12.000.000",
    "the shop's own phone": "081234567890",
    "identity number": "3201 2345 6789 0123",
    "e-mail": "siti@toko.com",
    "e-mail over a line's end": "siti\nat toko.com",
    "e-mail with its place in the next line": "siti at\ntoko.com",
    "e-mail in brackets over lines": "siti (\nat\n) toko (dot) com",
    "e-mail with et": "siti [et] toko.com",
    "e-mail spelled out": "siti at toko titik id",
    "street": "Jl. Melati No. 12",
    "street over a line's end": "jalan\nmelati raya blok b 5",
    "neighbourhood": "rt 01\nrw 02",
    "postal code": "kode pos 50111",
    "housing estate": "Perumahan Griya\nblok c",
    "several": "Jl. Melati No. 12\nsiti@toko.com\n" + "hangat dan ramah\n" * 20 + "0899-1111-2222",
}


_FRAMES: dict[str, str] = {
    language: f"{instructions.system('', language)}\n{shipped.template('loyal', language)}\n\n{instructions.rules(2, language)}"
    for language in get_args(Language)
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
@pytest.mark.parametrize("prompt", _FRAMES.values(), ids=_FRAMES)
def test_whatever_is_planted_in_a_prompt_is_told_as_if_all_was_read(prompt: str, planted: str) -> None:
    compare(planted)
    for around in ("{}", "{} batik", "- {}", '"{}"'):
        data = around.format(planted)
        compare(prompt.replace("{{ offer }}", data).replace("{{ segment_name }}", data))


@given(
    where=st.integers(0, 3_000),
    planted=st.sampled_from(sorted(PLANTED.values())),
    between=st.sampled_from(BREAKS),
    prompt=st.sampled_from(sorted(_FRAMES.values())),
)
@settings(deadline=None, max_examples=30)
def test_so_it_is_wherever_it_stands(prompt: str, where: int, planted: str, between: str) -> None:
    compare(prompt[:where] + between + planted + between + prompt[where:])


SEGMENT = Segment(
    "loyal",
    Text(id="Langganan Setia", en="Faithful Regulars"),
    Text(id="Sering datang dan sudah lama kenal.", en="They come often and have known you for long."),
    Text(id="Ajak mereka bercerita.", en="Have them tell others."),
)
WORDS: dict[Language, dict[str, str]] = {
    language: {f"segment_{name}": getattr(SEGMENT, name).say(language) for name in ("name", "meaning", "action")}
    for language in get_args(Language)
}
FIGURES = {
    "customers": "12",
    "share": "20%",
    "median_recency": "18",
    "median_frequency": "6",
    "median_monetary": "Rp 1.100.000",
    "variants": "2",
}
DESCRIBED = Own(("Toko Sri Rejeki Abadi", *(shipped.description(SEGMENT, language) for language in get_args(Language))))


def written(language: Language, **data: str) -> str:
    """A whole prompt with ``data``, nothing where there is none."""
    values = dict.fromkeys(VARIABLES, "") | FIGURES | WORDS[language] | {"shop": block("shop", DESCRIBED.said[0])} | data
    middle = render(shipped.template(SEGMENT.key, language), values)
    return f"{instructions.system('', language)}\n{middle}\n\n{instructions.rules(2, language)}"


DATA: dict[str, str] = {
    "products": block("products", ["Kebaya"]),
    "categories": block("categories", ["kebaya"]),
    "occasions": "",
    "offer": block("offer", "Rahayu"),
    "voice": block("voice", "Ramah"),
}


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("missing", [(), ("offer",), ("voice",), ("offer", "voice"), ("products", "categories"), tuple(DATA)], ids="-".join)
def test_the_programs_own_words_hold_nothing_to_look_up(language: Language, missing: tuple[str, ...]) -> None:
    """So that what a shop adds is all that a look-up has to ask for, whatever it has none of."""
    found = traces_of(written(language, **DATA | dict.fromkeys(missing, "")), DESCRIBED)
    assert (found.names, found.phones, found.emails, found.kinds) == (set(), set(), set(), [])


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("occasion", occasions.NAMES, ids=lambda name: name.en)
def test_nor_do_they_where_an_occasion_is_near(language: Language, occasion: Text) -> None:
    assert traces_of(written(language, **DATA | {"occasions": occasion.say(language)}), DESCRIBED).names == set()


@pytest.mark.parametrize("language", get_args(Language))
def test_two_words_that_a_shop_adds_are_two_keys(language: Language) -> None:
    """The control: what is looked up is what stands between the marks."""
    found = traces_of(written(language, **DATA | {"offer": block("offer", "Rahayu Kusuma")}), DESCRIBED)
    assert found.names == {"rahayukusuma", "kusumarahayu"}
