"""The page about words and rules names every rule, every segment and every fact there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from batikrfm.builtin.rfm.strategies import Rfm11
from batikrfm.builtin.template.facts import SLOTS
from batikrfm.content.model import PLACEHOLDERS
from batikrfm.content.rules import TITLES, RuleName
from batikrfm.content.rules.lengths import LENGTHS

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "words-and-rules.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, str]:
    """The first and the last cell of the rows under the table's ``heading``."""
    lines = PAGE[PAGE.index(heading) :].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {cell[0].strip("`"): cell[-1] for cell in cells}


def test_every_rule_has_a_title_and_a_row() -> None:
    assert list(rows("| rule |")) == list(TITLES) == list(get_args(RuleName))


def test_every_segment_is_there() -> None:
    assert set(rows("| segment |")) == {segment.name.id for segment in Rfm11().segments}


def test_the_lengths_are_the_ones_used() -> None:
    said = rows("| rule |")["too_long"].replace(",", "")
    assert [int(number) for number in re.findall(r"\d+", said)] == [
        bound for length in LENGTHS.values() for bound in (length.most, length.limit)
    ]


def test_every_placeholder_and_fact_is_named() -> None:
    for name in PLACEHOLDERS:
        assert f"`{{{name}}}`" in PAGE
    for slot in SLOTS.values():
        assert f"`<{slot.id}>`" in PAGE
        assert f"`<{slot.en}>`" in PAGE
