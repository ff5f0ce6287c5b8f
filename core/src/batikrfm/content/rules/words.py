"""The words that the rules look for. They stand in ``patterns.toml`` beside this module, where they can be read and added to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("patterns.toml").read_text(encoding="utf-8"))


def pattern(section: str, name: str = "always") -> re.Pattern[str]:
    """All the expressions of one list as one pattern, for words of a text in small letters."""
    return any_of((section, name))


def any_of(*lists: tuple[str, str]) -> re.Pattern[str]:
    """One pattern for several lists, each a section and a name."""
    return _at_words(expression for section, name in lists for expression in _read()[section][name])


def any_kind() -> re.Pattern[str]:
    """One pattern for all of :func:`kinds`."""
    return _at_words(expression for kind in _read()["promises"] for expression in kind["patterns"])


def anywhere(section: str) -> re.Pattern[str]:
    """All the expressions of one list as one pattern, for any place in a text in small letters."""
    return re.compile("|".join(_read()[section]["always"]))


def kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The kinds of promises and what each looks like, in the order in which they are to be read."""
    return tuple((kind["kind"], _at_words(kind["patterns"])) for kind in _read()["promises"])


def words(section: str, name: str) -> frozenset[str]:
    """A list of plain words."""
    lines: Sequence[str] = _read()[section][name]
    return frozenset(word for line in lines for word in line.split())


def _at_words(expressions: Iterable[str]) -> re.Pattern[str]:
    """One pattern that looks at the beginnings of words only. In small letters and with the boundary said once it is many times as fast."""
    return re.compile(rf"\b(?:{'|'.join(expressions)})")
