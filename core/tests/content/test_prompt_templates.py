"""Templates of prompts: variables and conditions, one clear sentence for anything else, and no way out of the sandbox."""

from __future__ import annotations

import contextlib
import hashlib
import time
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.content import shipped
from batikrfm.content.blocks import BLOCK, block, tame, visible
from batikrfm.content.errors import PromptError
from batikrfm.content.templates import LONGEST, VARIABLES, checked, render
from batikrfm.sdk import Language
from batikrfm.testkit.injections import INJECTIONS, Injection

VALUES = {name: f"<{name}>" for name in VARIABLES}


def test_variables_and_conditions_are_filled_in() -> None:
    source = "Untuk {{ segment_name }}\n{% if offer %}\nTawaran: {{ offer }}\n{% elif voice == 'x' %}\nx\n{% else %}\nTanpa\n{% endif %}"
    assert render(source, VALUES) == "Untuk <segment_name>\nTawaran: <offer>"
    assert render(source, VALUES | {"offer": ""}) == "Untuk <segment_name>\nTanpa"


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("", 1, "kosong"),
        ("   \n ", 1, "kosong"),
        ("Halo\n{{ nama_pelanggan }}", 2, "tidak ada variabel nama_pelanggan"),
        ("Halo\n\n{{ ofer }}", 3, "maksud Anda offer?"),
        ("{% if offer %}\nHalo", 2, "belum lengkap"),
        ("Halo\n{{ offer", 2, "belum lengkap"),
        ("{{ offer.upper() }}", 1, "hanya {{ variabel }}"),
        ("{{ offer | upper }}", 1, "hanya"),
        ("{{ offer.__class__.__mro__ }}", 1, "hanya"),
        ("{{ offer['__class__'] }}", 1, "hanya"),
        ("{{ ''.__class__ }}", 1, "hanya"),
        ("a\n{% for x in range(10**9) %}x{% endfor %}", 2, "hanya"),
        ("{{ 9**9**9 }}", 1, "hanya"),
        ("{{ 'x' * 999999999 }}", 1, "hanya"),
        ("{{ offer ~ offer }}", 1, "hanya"),
        ("{{ cycler.__init__.__globals__.os }}", 1, "hanya"),
        ("{{ lipsum() }}", 1, "hanya"),
        ("{% set x = offer %}{{ x }}", 1, "hanya"),
        ("{% include 'x' %}", 1, "hanya"),
        ("{% import 'os' as x %}", 1, "hanya"),
        ("{% extends 'x' %}", 1, "hanya"),
        ("{% macro x() %}{% endmacro %}", 1, "hanya"),
        ("{% block x %}{% endblock %}", 1, "hanya"),
        ("{% if customers > 5 %}x{% endif %}", 1, "hanya"),
        ("{% if offer is defined %}x{% endif %}", 1, "hanya"),
        ("{{ self }}", 1, "tidak ada variabel self"),
        ("{{ config }}", 1, "tidak ada variabel config"),
        ('Halo\n<data name="voice">', 2, "<data>"),
        ("x" * (LONGEST + 1), 1, "paling panjang"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_anything_else_is_one_sentence_with_the_line(source: str, line: int, said: str) -> None:
    with pytest.raises(PromptError) as refused:
        checked(source)
    assert refused.value.values["line"] == line
    assert said in refused.value.say("id")
    assert f"line {line}" in refused.value.say("en")


def test_what_grows_when_it_is_filled_in_is_stopped() -> None:
    source = "{{ voice }}" * 600
    with pytest.raises(PromptError, match="too long"):
        render(checked(source), VALUES | {"voice": "x" * 2_000})


def test_no_template_takes_long() -> None:
    deep = "{% if offer %}" * 500 + "x" + "{% endif %}" * 300
    started = time.process_time()
    for source in (deep, "{{" * 4_000, "{% if " + "not " * 1_500 + "offer %}x{% endif %}", "{# " * 2_600, "((" * 4_000):
        try:
            render(checked(source), VALUES)
        except PromptError:
            continue
    assert time.process_time() - started < 20


@given(st.text(max_size=300))
def test_any_text_is_a_template_or_an_error_of_ours(source: str) -> None:
    with contextlib.suppress(PromptError):
        render(checked(source), VALUES)


@pytest.mark.parametrize("attack", INJECTIONS, ids=lambda attack: attack.name)
def test_an_attack_as_a_template_reaches_nothing(attack: Injection) -> None:
    try:
        text = render(checked(attack.text), VALUES)
    except PromptError:
        return
    assert "environ" not in text or "environ" in attack.text


@given(st.one_of(st.text(max_size=200), st.sampled_from([attack.text for attack in INJECTIONS])))
def test_data_cannot_end_its_block(text: str) -> None:
    around = f"sebelum {block('voice', text)} sesudah"
    assert BLOCK.sub("", around) == "sebelum  sesudah"
    assert around.count("<") in {0, 2}
    assert "\n" not in around
    assert not {"{", "}"} & set(around)


@given(st.lists(st.text(max_size=60), max_size=5))
def test_a_list_is_one_block(texts: list[str]) -> None:
    made = block("products", texts)
    assert (made == "") == (not any(tame(text) for text in texts))
    assert len(BLOCK.findall(made)) == bool(made)


@given(st.text(max_size=200))
def test_what_is_visible_stays_so(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert "\u200b" not in visible(text)


@pytest.mark.parametrize("language", get_args(Language))
def test_every_shipped_prompt_can_be_used_and_has_its_goal(language: Language) -> None:
    for segment in (*shipped.GOALS, "some_plugin_segment"):
        source = shipped.template(segment, language)
        assert checked(source)
        assert "GOAL" not in source
        text = render(source, VALUES)
        assert "<segment_action>" in text
        bare = render(source, dict.fromkeys(VARIABLES, ""))
        assert "omzet" not in bare
        assert "revenue" not in bare


def test_a_changed_text_has_a_new_version() -> None:
    texts = "".join(shipped.template(segment, language) for segment in shipped.GOALS for language in get_args(Language))
    digest = hashlib.sha256(texts.encode()).hexdigest()[:16]
    assert SHIPPED.get(shipped.VERSION) == digest, f"raise shipped.VERSION, then write down {shipped.VERSION}: {digest!r}"


SHIPPED = {1: "3959fe918476dbe6"}
"""What each version's texts amount to: whoever changes a text raises the version."""
