"""From a brief to copy: which sentences, filled with which facts, so that each field keeps its length."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias

from batikrfm.builtin.template.choosing import source_for
from batikrfm.builtin.template.facts import Facts, facts_of
from batikrfm.builtin.template.filling import filled_line, filled_text
from batikrfm.sdk.llm import CopyBrief
from batikrfm.sdk.text import Language

Variant: TypeAlias = Mapping[str, str]

LONGEST: Final = {"subject": 60, "preheader": 100, "call_to_action": 30}
LONGEST_WHATSAPP: Final = 600
MOST_EMAIL_WORDS: Final = 180


def write(brief: CopyBrief) -> list[dict[str, str]]:
    """As many variants as the brief wants.

    Which comes first depends on the brief's facts: a new occasion or offer starts with other words, an equal brief with the same. Where
    more are wanted than there are, the texts come again under another subject.
    """
    variants = variants_of(source_for(brief), brief.language)
    facts = facts_of(brief)
    start = zlib.crc32(repr((brief.segment, brief.offer, brief.occasion, brief.products)).encode(errors="replace"))
    return [_written(*_pair(variants, start, number), facts) for number in range(max(1, brief.variants))]


@cache
def variants_of(source: str, language: Language) -> tuple[Variant, ...]:
    """The sentences in ``copy/<language>/<source>.toml``."""
    text = files(__package__).joinpath("copy", language, f"{source}.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["variant"])


def _pair(variants: tuple[Variant, ...], start: int, number: int) -> tuple[Variant, Variant]:
    """The variant whose lines and the one whose texts are taken: the same one until all have been."""
    texts, again = start + number, number // len(variants)
    return variants[(texts + again) % len(variants)], variants[texts % len(variants)]


def _written(lines: Variant, texts: Variant, facts: Facts) -> dict[str, str]:
    return {
        "subject": filled_line(lines["subject"], facts, LONGEST["subject"]),
        "preheader": filled_line(lines["preheader"], facts, LONGEST["preheader"]),
        "email": filled_text(texts["email"], facts, lambda text: len(text.split()) <= MOST_EMAIL_WORDS),
        "whatsapp": filled_text(texts["whatsapp"], facts, lambda text: len(text) <= LONGEST_WHATSAPP),
        "call_to_action": filled_line(lines["call_to_action"], facts, LONGEST["call_to_action"]),
    }
