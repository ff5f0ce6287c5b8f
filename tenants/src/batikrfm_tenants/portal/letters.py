"""Copy as its reader will see it, safely: an e-mail's markdown and WhatsApp's own marks as HTML, with what is filled in at sending marked.

Whoever wrote it, a model or a person, it is text: its HTML is shown as written, its pictures are not loaded and its links lead nowhere.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from markupsafe import Markup, escape

from batikrfm.content.model import PLACEHOLDERS
from batikrfm.delivery.letters.markdown import reader

BLANK: Final = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")
WHATSAPP: Final = (
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), r"<em>\1</em>"),
    (re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])"), r"<s>\1</s>"),
)
"""Bold, italic and struck out, as WhatsApp has them."""
HIGHEST_HEADING: Final = 3
"""A letter's headings are below those of the page that shows it."""


def email_html(text: str) -> Markup:
    """An e-mail's markdown."""
    return _with_blanks(Markup(_markdown().render(text)))  # noqa: S704 - the renderer escapes everything and makes tags without addresses


def whatsapp_html(text: str) -> Markup:
    """A WhatsApp message; its line breaks are kept by the style sheet."""
    html = str(escape(BLANK.sub(lambda blank: f"{{{blank[1].replace('_', chr(0))}}}", text)))
    for marks, tag in WHATSAPP:
        html = marks.sub(tag, html)
    return _with_blanks(Markup(html.replace("\0", "_")))  # noqa: S704 - escaped above; the tags are ours


def line_html(text: str) -> Markup:
    """A line of plain text."""
    return _with_blanks(escape(text))


def _with_blanks(html: Markup) -> Markup:
    return Markup(BLANK.sub(r'<mark class="blank">\1</mark>', str(html)))  # noqa: S704 - it was HTML, and no attribute holds a blank


@cache
def _markdown() -> Any:  # noqa: ANN401 - the reader of letters
    made = reader()
    for rule, rendered in _RULES.items():
        made.add_render_rule(rule, rendered)
    return made


def _link_open(*_: Any) -> str:  # noqa: ANN401 - as the library calls it
    return '<span class="letter-link">'


def _link_close(*_: Any) -> str:  # noqa: ANN401 - as above
    return "</span>"


def _heading(_: Any, tokens: Any, index: int, *__: Any) -> str:  # noqa: ANN401 - as above
    token = tokens[index]
    level = min(int(token.tag[1:]) + HIGHEST_HEADING, 6)
    return f"<h{level}>" if token.nesting > 0 else f"</h{level}>"


_RULES: Final = {"link_open": _link_open, "link_close": _link_close, "heading_open": _heading, "heading_close": _heading}
