"""Words and figures to PDF, by typst: offline, with our own fonts, tagged for screen readers. What comes in is data and never markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from typst import Fonts

TEMPLATE = files("batikrfm.reports") / "template"
ACCESSIBLE: Final = "ua-1"
"""PDF/UA-1: tags, a language, a title, an alternative text for each picture, and no character without a glyph."""
BLANK = "\N{WHITE SQUARE}"
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_TRUSTED = range(0x20, 0x180)  # Latin as our own fonts have it: no need to ask
FAMILIES = ("Plus Jakarta Sans", "Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")
"""Ours first, then those that typst brings along, for letters that ours has not."""


def typeset(report: Mapping[str, object]) -> bytes:
    """The PDF of ``report``, which the template shows as it is. CPU-heavy: call it in a thread.

    A file outside of the template's folder cannot be read, and no package is ever looked for.
    """
    import typst

    inputs = {"report": msgspec.json.encode({**report, "fonts": FAMILIES}).decode()}
    with as_file(TEMPLATE) as folder:
        main, fonts = folder / "report.typ", _fonts(folder / "fonts")
        try:
            pdf = typst.compile(main, root=folder, font_paths=fonts, sys_inputs=inputs, pdf_standards=[ACCESSIBLE])
        except typst.TypstError:
            # Letters that only together have no glyph: the owner gets the report all the same, tagged, if not by the letter of PDF/UA.
            pdf = typst.compile(main, root=folder, font_paths=fonts, sys_inputs=inputs)
    return pdf


def shown(words: str, longest: int = 60) -> str:
    """``words`` out of somebody's file as a page can show them: on one line, not too long, no picture or letter that no font has.

    Control characters and those that turn the direction of what follows are left out; a letter without a glyph becomes a square.
    """
    plain = "".join(map(_visible, unicodedata.normalize("NFC", " ".join(words.split()))))
    short = " ".join(plain.split()) or BLANK
    return short if len(short) <= longest else short[: longest - 1].rstrip() + "…"


def _visible(character: str) -> str:
    if ord(character) in _TRUSTED and unicodedata.category(character) not in _INVISIBLE:
        return character
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    if _has_glyph(character):
        return character
    return BLANK if unicodedata.category(character)[0] in "LN" else ""


@lru_cache(maxsize=4096)
def _has_glyph(character: str) -> bool:
    """Whether one of the fonts can draw it: typst refuses PDF/UA where none can."""
    import typst

    inputs = {"words": character, "fonts": msgspec.json.encode(FAMILIES).decode()}
    with as_file(TEMPLATE) as folder:
        probe, fonts = folder / "glyph.typ", _fonts(folder / "fonts")
        try:
            typst.compile(probe, root=folder, font_paths=fonts, sys_inputs=inputs, pdf_standards=[ACCESSIBLE])
        except typst.TypstError:
            return False
    return True


@lru_cache(maxsize=1)
def _fonts(folder: Path) -> Fonts:
    """Our fonts and those inside typst; none of the machine's, so that a report looks the same everywhere."""
    from typst import Fonts

    return Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
