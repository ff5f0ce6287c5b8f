"""Gaps that are filled at sending, and what a template or a model left behind unfilled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from batikrfm.content.rules.model import Finding, Passage, ShopRules
from batikrfm.content.rules.words import anywhere
from batikrfm.sdk.text import Text

UNKNOWN: Final = Text(
    id="Isian ini tidak kami kenal, jadi tidak akan terisi saat dikirim. Hapus, atau ganti dengan {nama}.",
    en="We do not know this placeholder, so nothing would be filled in. Remove it, or use {nama} instead.",
)
LEFT_OVER: Final = Text(
    id="Ini sisa kerangka tulisan yang belum diisi. Ganti dengan kata-kata Anda, atau hapus.",
    en="This is left over from a template and was never filled in. Replace it with your own words, or remove it.",
)

_PLACEHOLDER: Final = re.compile(r"\{([^{}\n]{0,60})\}")
_LEFT_OVER: Final = anywhere("leftovers")
_LONE_BRACE: Final = re.compile(r"[{}]")


def placeholder(passage: Passage, rules: ShopRules) -> Iterator[Finding]:
    """``{name}`` must be one of those that are filled at sending, letter for letter.

    Not so are the marks of other templates, such as ``{{ name }}`` or ``[Your name]``, and a brace that nothing closes.
    """
    left_over = [*_LEFT_OVER.finditer(passage.small)]
    text = _without(left_over, passage.text)
    for match in _PLACEHOLDER.finditer(text):
        if match[1] not in rules.placeholders:
            yield passage.find("unknown_placeholder", "block", match[0], UNKNOWN)
    for match in left_over:
        yield passage.find("left_over", "block", passage.text[match.start() : match.end()], LEFT_OVER)
    rest = _PLACEHOLDER.sub(" ", text) if _LONE_BRACE.search(text) else ""
    for match in _LONE_BRACE.finditer(rest):
        yield passage.find("left_over", "block", rest[max(0, match.start() - 10) : match.end() + 10], LEFT_OVER)


def _without(matches: Iterable[re.Match[str]], text: str) -> str:
    """``text``, as long as before, with spaces in place of ``matches``."""
    for match in matches:
        text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    return text
