"""Whose sentences a segment gets: its own, or those of the segment of ours that asks for the same."""

from __future__ import annotations

import re
from typing import Final

from batikrfm.sdk.llm import CopyBrief

SEGMENTS: Final = (
    *("champions", "loyal", "promising", "at_risk", "lost"),
    *("potential_loyalist", "new", "need_attention", "about_to_sleep", "hibernating", "cant_lose"),
)
"""Segments with sentences of their own: those of ``rfm5`` and ``rfm11``."""
GENERAL: Final = "general"

_BY_ACTION: Final = (
    ("new", r"sambut|selamat datang|perkenal|merawat|welcome|first order|introduce|care tips"),
    ("cant_lose", r"satu per satu|apa yang kurang|telepon|one by one|what was missing|call them|personally call"),
    (
        "at_risk",
        r"kabarnya|tanyakan kabar|rindu|secara pribadi|how they are|miss(?:ed)? (?:you|them)|write to them personally|win (?:them )?back",
    ),
    ("hibernating", r"undang|ajak kembali|kembali lagi|invite (?:them )?back|come back|bring (?:them )?back|re-?activate"),
    ("lost", r"sapaan ringan|hari besar|light greeting|big holiday"),
    ("potential_loyalist", r"pelanggan tetap|langganan|member|regulars?\b|loyalty"),
    ("champions", r"terima kasih|lebih dulu|vip|thank|first look|before anyone|early access|reward"),
    ("loyal", r"padanan|pelengkap|kepada teman|goes with|go with|matching|cross-?sell|upsell|refer|tell a friend"),
    ("promising", r"cerita|asal motif|story|stories|try once more|mencoba sekali lagi"),
    ("need_attention", r"ingatkan|apa yang baru|remind|what is new|what's new"),
    ("about_to_sleep", r"singkat|ringan|short hello|easy to afford"),
)
"""A segment of ours, and the words of an action that its sentences answer. The first that fits is taken, so the narrower come first."""
_WORDS: Final = tuple((segment, re.compile(words, re.IGNORECASE)) for segment, words in _BY_ACTION)


def source_for(brief: CopyBrief) -> str:
    """The file of sentences for ``brief``: by the segment's key, else by what its action asks for, else the general one."""
    if brief.segment in SEGMENTS:
        return brief.segment
    return next((segment for segment, words in _WORDS if words.search(brief.action)), GENERAL)
