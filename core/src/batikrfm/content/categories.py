"""Kinds of products, as their names say them: a sales file has no column for that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from batikrfm.content.gate.words import words_of

_NAMES: Final = """
kain kemeja daster sarung selendang syal scarf shawl gamis kebaya tunik blus blouse rok dress outer kimono cardigan jaket celana
piyama mukena sajadah peci tas dompet totebag masker sandal sepatu taplak sprei bantal hampers souvenir tenun lurik songket kaos
kerudung jilbab hijab
"""
_KINDS: Final = frozenset(_NAMES.split())
MOST: Final = 4


def categories(products: Iterable[str]) -> tuple[str, ...]:
    """The kinds that most of ``products`` are of, the commonest first; those that tie in the order in which they come."""
    found = Counter(word for product in products for word in dict.fromkeys(words_of(product)) if word in _KINDS)
    return tuple(word for word, _ in found.most_common(MOST))
