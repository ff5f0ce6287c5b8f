"""Every rule on every field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from batikrfm.content.rules.claims import claim
from batikrfm.content.rules.languages import wrong_language
from batikrfm.content.rules.lengths import length
from batikrfm.content.rules.links import outside_link
from batikrfm.content.rules.manners import banned_word, shouting
from batikrfm.content.rules.markup import hidden, markup
from batikrfm.content.rules.model import FIELDS, Finding, Passage, ShopRules
from batikrfm.content.rules.offers import unoffered
from batikrfm.content.rules.people import someone
from batikrfm.content.rules.phones import invented_phone
from batikrfm.content.rules.placeholders import placeholder

if TYPE_CHECKING:
    from batikrfm.content.model import Copy

Rule = Callable[[Passage, ShopRules], Iterator[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    length,
    placeholder,
    invented_phone,
    outside_link,
    unoffered,
    claim,
    banned_word,
    shouting,
    markup,
    hidden,
    wrong_language,
    someone,
)


def find_problems(copy: Copy, rules: ShopRules) -> tuple[Finding, ...]:
    """What is wrong with ``copy``, field by field; each thing once. Nothing found is no proof that all is well: a person approves."""
    passages = (Passage.of(where, getattr(copy, where)) for where in FIELDS)
    return tuple(dict.fromkeys(finding for passage in passages for rule in RULES for finding in rule(passage, rules)))
