"""Signs of formatting where they would be seen as signs, and signs that hide something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from batikrfm.content.rules.model import Finding, Passage, ShopRules
from batikrfm.content.rules.plain import UNSEEN
from batikrfm.sdk.text import Text

IN_WHATSAPP: Final = Text(
    id="WhatsApp tidak mengenal tanda ini, jadi akan terlihat apa adanya. Untuk huruf tebal pakai satu bintang: *begini*.",
    en="WhatsApp does not know this mark, so people would see it as it is. For bold use one star: *like this*.",
)
IN_A_LINE: Final = Text(
    id="Baris ini tampil sebagai teks biasa, jadi tandanya akan terlihat. Hapus tandanya.",
    en="This line is shown as plain text, so the marks would be seen. Remove them.",
)
HTML: Final = Text(
    id="Di sini tidak boleh ada kode HTML. Tulis dengan kata-kata biasa.", en="HTML is not allowed here. Write it in plain words."
)
UNSEEN_SIGNS: Final = Text(
    id="Ada karakter tersembunyi di sini, dan itu bisa menyesatkan. Ketik ulang bagian ini.",
    en="There are hidden characters in here, which can mislead. Type this part again.",
)
MIXED_LETTERS: Final = Text(
    id="Kata ini memakai huruf tiruan dari aksara lain. Ketik ulang dengan huruf biasa.",
    en="This word has look-alike letters of another script. Type it again in ordinary letters.",
)
UNREADABLE: Final = Text(
    id="Ini bukan kata, hanya deretan huruf yang tidak terbaca. Hapus, atau tulis dengan kata-kata.",
    en="This is no word but a row of letters that nobody can read. Remove it, or say it in words.",
)

_UNREADABLE: Final = re.compile(r"(?<![\w/.=?&%+-])(?=[a-z0-9+]*[A-Z])(?=[A-Z0-9+]*[a-z])[A-Za-z0-9+]{32,}={0,2}(?!\w)")
_HTML: Final = re.compile(
    r"</?(?:[a-z][a-z0-9]{0,12})(?:\s[^<>\n]{0,200})?/?>|<!--|&(?:nbsp|lt|gt|amp|quot|#\d{1,6}|#x[0-9a-f]{1,6});", re.IGNORECASE
)
ANY_MARK: Final = re.compile(r"[*_~\[#|`]|---")
"""No Markdown is without one of these."""
_MARKDOWN: Final = re.compile(
    r"\*\*[^*\n]+\*\*|(?<!\w)__[^_\n]+__(?!\w)|~~[^~\n]+~~|!?\[[^\[\]\n]{0,200}\]\([^()\n]{0,500}\)|^\s{0,3}#{1,6}\s.{0,60}|^\s*(?:-{3,}|\*{3,}|_{3,})\s*$|^\s*\|.{1,80}\|\s*$",
    re.MULTILINE,
)
_LINE_MARKS: Final = re.compile(r"(?<![\w*])\*\S[^*\n]*\*(?![\w*])|(?<!\w)_\S[^_\n]*_(?!\w)|`[^`\n]+`")
_JOINED_PICTURES: Final = re.compile(
    "(?<=[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f])\u200d(?=[\u2600-\u27bf\U0001f000-\U0001faff])|[\ufe0e\ufe0f]"
)
_WORD: Final = re.compile(r"\w+")
_LATIN: Final = re.compile(r"[A-Za-z]")
_OTHER_SCRIPT: Final = re.compile(r"[\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u13a0-\u13ff]")


def markup(passage: Passage, rules: ShopRules) -> Iterator[Finding]:  # noqa: ARG001 - every rule is asked the same way
    """Markdown outside the e-mail, HTML anywhere."""
    for match in _HTML.finditer(passage.text):
        yield passage.find("html", "block", match[0], HTML)
    if passage.where == "email" or not ANY_MARK.search(passage.text):
        return
    for match in _MARKDOWN.finditer(passage.text):
        yield passage.find("markdown", "warn", match[0], IN_WHATSAPP if passage.where == "whatsapp" else IN_A_LINE)
    if passage.where != "whatsapp":
        for match in _LINE_MARKS.finditer(_MARKDOWN.sub(" ", passage.text)):
            yield passage.find("markdown", "warn", match[0], IN_A_LINE)


def hidden(passage: Passage, rules: ShopRules) -> Iterator[Finding]:  # noqa: ARG001 - every rule is asked the same way
    """Signs without a shape (little pictures may be joined by one), words that mix letters of two scripts, and what is coded (Base64)."""
    for match in _UNREADABLE.finditer(passage.text):
        yield passage.find("unreadable", "block", match[0], UNREADABLE)
    if not passage.raw.isascii():
        yield from _not_ascii(passage)


def _not_ascii(passage: Passage) -> Iterator[Finding]:
    raw = _JOINED_PICTURES.sub("", passage.raw)
    match = UNSEEN.search(raw)
    if match is not None:
        around = raw[max(0, match.start() - 20) : match.end() + 20]
        yield passage.find("hidden_signs", "block", UNSEEN.sub("", around), UNSEEN_SIGNS)
    for word in _WORD.findall(passage.text):
        if _LATIN.search(word) and _OTHER_SCRIPT.search(word):
            yield passage.find("mixed_letters", "block", word, MIXED_LETTERS)
