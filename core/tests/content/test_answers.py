"""What a model answers: read if it is copy, refused with every reason if it is not."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.builtin.template.writing import write
from batikrfm.content import shipped
from batikrfm.content.answers import read_answer, schema
from batikrfm.content.chain import UnusableAnswerError
from batikrfm.content.instructions import LIMITS
from batikrfm.content.languages import speaks
from batikrfm.content.model import PLACEHOLDERS, Copy
from batikrfm.sdk import Completion, CopyBrief, Finish, Language, Usage
from content_stage import answer, variant

ENGLISH = {
    "subject": "Something new for you",
    "preheader": "A motif that you may like",
    "email": "Hello {nama},\n\nThank you for shopping with us. There is a new collection in the shop, and you see it first.",
    "whatsapp": "Hello {nama}, there is a new collection in our shop. Reply to this message and we will send you the pictures.",
    "call_to_action": "See the collection",
}
GERMAN = ENGLISH | {
    "email": "Hallo {nama}, vielen Dank fuer deinen Einkauf. Wir haben neue Stoffe im Laden und freuen uns auf deinen Besuch bei uns.",
    "whatsapp": "Hallo {nama}, schau doch mal wieder bei uns vorbei, es gibt viele neue Muster und Farben fuer dich.",
}


def problems(completion: Completion, variants: int = 1, language: Language = "id") -> UnusableAnswerError:
    with pytest.raises(UnusableAnswerError) as refused:
        read_answer(completion, variants=variants, language=language)
    assert all(problem.id and problem.en for problem in refused.value.problems)
    return refused.value


def test_good_copy_is_read() -> None:
    copies = read_answer(answer([variant(1), variant(2)]), variants=2, language="id")
    assert copies == (Copy(**variant(1)), Copy(**variant(2)))
    assert read_answer(answer([ENGLISH]), variants=1, language="en") == (Copy(**ENGLISH),)
    fenced = answer([], text=f"```json\n{json.dumps({'variants': [variant()]})}\n```")
    assert read_answer(fenced, variants=1, language="id") == (Copy(**variant()),)
    data = answer([], text="", data={"variants": [variant() | {"extra": "x"}]})
    assert read_answer(data, variants=1, language="id") == (Copy(**variant()),)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"subject": ""}, "kosong"),
        ({"subject": "x" * (LIMITS["subject"] + 1)}, "paling panjang"),
        ({"whatsapp": "Halo {nama} " + "x" * 1_000}, "paling panjang"),
        ({"email": "<p>Halo {nama}, ada yang baru di toko kami untuk Anda</p>"}, "HTML"),
        ({"email": "Halo {nama} <!-- x --> ada yang baru di toko kami untuk Anda"}, "HTML"),
        ({"email": "Halo {name}, ada yang baru di toko kami untuk Anda"}, "penanda"),
        ({"email": "Halo {{nama}}, ada yang baru di toko kami untuk Anda"}, "penanda"),
        ({"whatsapp": "Halo {nomor_hp}, ada yang baru di toko kami untuk Anda"}, "penanda"),
        ({"subject": "Dua\nbaris"}, "satu baris"),
    ],
)
def test_bad_copy_is_refused_with_the_reason(changed: dict[str, str], said: str) -> None:
    assert said in str([problem.id for problem in problems(answer([variant() | changed])).problems])


@pytest.mark.parametrize(
    "completion",
    [
        answer([], text=""),
        answer([], text="null"),
        answer([], text="[]"),
        answer([], text="<html><body>502 Bad Gateway</body></html>"),
        answer([], text=json.dumps({"variants": [variant()]})[:-40]),
        answer([], text='{"variants": "x"}'),
        answer([], text='{"variants": [1, null, "x"]}'),
        answer([], text="[" * 50_000),
        answer([], text="x" * 10_000_000),
        answer([], text=json.dumps({"variants": [variant()] * 100_000})[:10_000_000]),
        answer([], text="Maaf, saya tidak bisa membantu."),
        answer([variant(), variant()]),
        answer([variant()], finish=Finish.CUT_OFF),
    ],
    ids=lambda completion: completion.text[:30] or "empty",
)
def test_whatever_else_comes_is_unusable_and_nothing_worse(completion: Completion) -> None:
    assert problems(completion).problems


def test_two_that_are_the_same_are_one() -> None:
    assert "sama" in problems(answer([variant(), variant()]), variants=2).problems[0].id


def test_another_language_is_hopeless() -> None:
    for wrong in (ENGLISH, GERMAN):
        assert problems(answer([wrong])).hopeless
    assert not problems(answer([variant(), ENGLISH]), variants=2).hopeless  # one of two can be mended
    assert problems(answer([variant()]), language="en").hopeless


def test_signs_that_nobody_sees_are_taken_out() -> None:
    (copy,) = read_answer(answer([variant(subject="Ka\u200bbar\u202e baru")]), variants=1, language="id")
    assert copy.subject == "Kabar baru"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["variants", "subject", "email", "x"]), inner, max_size=4),
    max_leaves=20,
)


@given(_JSON)
def test_any_json_is_copy_or_unusable(data: Any) -> None:  # noqa: ANN401 - any JSON
    for completion in (answer([], data=data), answer([], text=json.dumps(data))):
        with pytest.raises(UnusableAnswerError):
            read_answer(completion, variants=1, language="id")


def test_the_schema_asks_for_what_is_read() -> None:
    asked = schema(3)["properties"]["variants"]
    assert (asked["minItems"], asked["maxItems"]) == (3, 3)
    assert asked["items"]["required"] == list(asdict(Copy(**variant())))


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("segment", [*shipped.GOALS, "some_plugin_segment"])
def test_what_the_template_provider_writes_is_read(segment: str, language: Language) -> None:
    for offer in ("", "Gratis ongkir sampai Minggu" if language == "id" else "Free shipping until Sunday"):
        brief = CopyBrief(
            shop="Batik Laras",
            trade="",
            language=language,
            segment=segment,
            segment_name="Setia" if language == "id" else "Loyal",
            action="Ucapkan terima kasih." if language == "id" else "Say thank you.",
            offer=offer,
            products=("Kain Batik Tulis Kawung",),
            placeholders=PLACEHOLDERS,
            variants=3,
        )
        written = json.dumps({"variants": write(brief)})
        completion = Completion(Finish.COMPLETE, written, "template-1", Usage(0, 0))
        assert len(read_answer(completion, variants=3, language=language)) == 3


def test_languages_are_told_apart() -> None:
    assert speaks(variant()["email"], "id")
    assert not speaks(variant()["email"], "en")
    assert speaks(ENGLISH["email"], "en")
    assert not speaks(ENGLISH["email"], "id")
    assert not speaks(GERMAN["email"], "en")
    assert speaks("Mega Mendung", "en")  # too short to say
