"""Whether a text is Indonesian, English or neither, by its small words. Good enough to notice an answer in the wrong language."""

from __future__ import annotations

import re
from typing import Final

from batikrfm.sdk.text import Language

_INDONESIAN: Final = (
    "yang dan di ke dari untuk dengan ini itu anda kami kita kak ada adalah tidak bukan belum sudah lagi juga atau karena agar supaya "
    "bisa akan saat sejak kalau jika jadi masih hanya saja pada oleh para kabar terima kasih semoga silakan yuk mari lebih baru hari "
    "sini sana sebelum setelah satu dua banyak sedikit koleksi pilihan lihat balas pesan toko warna bahan buat apa "
    "bagaimana seperti sampai dalam"
)
_ENGLISH: Final = (
    "the and of to for with from this that you your we our us is are was were be been have has had not no or because so can will "
    "when since if still only just on in at by as it its here there before after one two many few more new day see reply message "
    "shop thank thanks hope please let what how like about into all any some than then them they their would could"
)
SMALL_WORDS: Final[dict[Language, frozenset[str]]] = {"id": frozenset(_INDONESIAN.split()), "en": frozenset(_ENGLISH.split())}
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_FEWEST: Final = 8
"""Shorter texts are let through: a subject may well consist of names."""

_LEAST: Final = 0.06
"""Of the words of any longer text in a language, at least this share are its small words; in good copy it is three times as many."""


def speaks(text: str, language: Language) -> bool:
    """Whether ``text`` can pass as being in ``language``."""
    words = [word.lower() for word in _WORD.findall(re.sub(r"\{[a-z_]*\}", " ", text))]
    if len(words) < _FEWEST:
        return True
    other: Language = "en" if language == "id" else "id"
    own, foreign = (sum(map(SMALL_WORDS[one].__contains__, words)) for one in (language, other))
    return own >= _LEAST * len(words) and own >= foreign
