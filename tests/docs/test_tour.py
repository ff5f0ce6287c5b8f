"""The tour of the portal quotes what the portal says: every bold word is one of its words, and every picture is there and small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial"
PICTURES = ROOT / "docs" / "pictures"
SOURCES = ROOT / "tenants" / "src" / "batikrfm_tenants"
CATALOGUE = SOURCES / "portal" / "locale" / "en" / "LC_MESSAGES" / "messages.po"
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
SHOWN = re.compile(r"\]\(\.\./pictures/(\S+)\)")
PICTURE_LIMIT = 120_000  # bytes
TOURS = (("toko-anda.md", "your-shop.md"), ("kampanye.md", "campaigns.md"))
"""Each in Indonesian and in English."""


def quoted(page: str) -> set[str]:
    """What a page says is written on the screen."""
    return {" ".join(words.split()) for words in BOLD.findall(page)}


def said(language: str) -> str:
    """What the portal can say in ``language``, a line each."""
    with CATALOGUE.open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id]
    words = [word for entry in entries for word in _several(entry.id if language == "id" else entry.string or "")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    return "\n".join([*words, *re.findall(rf'\b{language}="([^"]+)"', code)])


def _several(words: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def unsaid(page: str, language: str) -> list[str]:
    """What the page quotes and the portal never says, as a whole or with a number behind it."""
    words = said(language)
    return sorted(quote for quote in quoted(page) if not re.search(rf"^{re.escape(quote)}($| %\()", words, re.MULTILINE))


@pytest.mark.parametrize(
    ("page", "language"), [(page, language) for pages in TOURS for page, language in zip(pages, ("id", "en"), strict=True)]
)
def test_what_the_tour_quotes_is_on_the_screen(page: str, language: str) -> None:
    text = (TUTORIAL / page).read_text(encoding="utf-8")
    assert len(quoted(text)) > 15
    assert unsaid(text, language) == []


def test_a_quote_that_is_not_on_the_screen_is_found() -> None:
    assert unsaid("Tekan **Masuk**, lalu **Terbang**.", "id") == ["Terbang"]


@pytest.mark.parametrize("pages", TOURS)
def test_both_languages_show_the_same_pictures_and_all_are_small(pages: tuple[str, str]) -> None:
    first, second = (TUTORIAL.joinpath(page).read_text(encoding="utf-8") for page in pages)
    assert len(SHOWN.findall(first)) > 2
    assert SHOWN.findall(first) == SHOWN.findall(second)
    assert [picture.name for picture in PICTURES.glob("*.png") if picture.stat().st_size > PICTURE_LIMIT] == []
