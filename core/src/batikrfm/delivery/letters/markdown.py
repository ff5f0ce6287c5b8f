"""An e-mail's markdown, read one way by everybody: the letter that goes out, its plain text, and the portal's preview.

HTML in it is text, pictures are not loaded, links lead to the web, to an address or to a phone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit, urlunsplit

from batikrfm.delivery.letters.slots import link_mark, marked

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

OFF: Final = ("image", "fence", "html_block", "html_inline")
STYLES: Final = {
    "h1": "margin:0 0 16px;font-size:24px;line-height:1.3",
    "h2": "margin:0 0 16px;font-size:20px;line-height:1.3",
    "h3": "margin:0 0 12px;font-size:18px;line-height:1.3",
    "p": "margin:0 0 16px;font-size:16px;line-height:1.6",
    "ul": "margin:0 0 16px;padding:0 0 0 24px",
    "ol": "margin:0 0 16px;padding:0 0 0 24px",
    "li": "margin:0 0 8px;font-size:16px;line-height:1.6",
    "blockquote": "margin:0 0 16px;padding:0 0 0 16px;border-left:3px solid #8a6d3b",
    "hr": "border:0;border-top:1px solid #999999;margin:24px 0",
    "a": "color:#8a4b08;text-decoration:underline",
}
SHOP: Final = marked("{tautan}")
"""The mark of the shop's own link."""
_WEB: Final = ("http", "https")
_ELSEWHERE: Final = ("mailto", "tel")
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_MARK: Final = re.compile("(\ue000[a-z0-9_]+\ue001)")
_SAFE: Final = "/:?#[]@!$&'()*+,;=%-._~"


def reader() -> MarkdownIt:
    """Reads markdown as letters have it. A new one each time: who asks may add rules of their own."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable([*OFF])
    made.validateLink = _may_lead  # type: ignore[method-assign,assignment] # as the library documents it
    made.normalizeLink = _address  # type: ignore[method-assign,assignment] # as above
    return made


def read(text: str) -> tuple[str, str, list[str]]:
    """HTML with inlined styles, plain text, and the addresses of the links; in both texts each link is its mark.

    ``text`` has its placeholders marked (:func:`~batikrfm.delivery.letters.slots.marked`), and so have the results.
    """
    made = reader()
    tokens = made.parse(text)
    addresses = _take_links(tokens)
    words = as_text(tokens)
    for token in _every(tokens):
        if token.nesting >= 0 and token.tag in STYLES:
            token.attrSet("style", STYLES[token.tag])
    return str(made.renderer.render(tokens, made.options, {})), words, addresses


def as_text(tokens: Sequence[Token]) -> str:
    """What ``tokens`` say, without markup: what somebody reads who sees no HTML."""
    lines: list[str] = []
    lists: list[int | None] = []
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif token.type == "list_item_open":
            lines.append(_bullet(lists))
        elif token.type == "inline":
            said = _inline(token.children or [])
            lines.append(lines.pop() + said if lines and lines[-1].endswith(("- ", ". ")) else said)
        elif token.type == "hr":
            lines.append("---")
        elif token.type == "code_block":
            lines.append(token.content.rstrip("\n"))
        if token.type in {"paragraph_close", "heading_close", "bullet_list_close", "ordered_list_close", "hr", "code_block"} and not lists:
            lines.append("")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _bullet(lists: list[int | None]) -> str:
    number, indent = lists[-1], "  " * (len(lists) - 1)
    if number is None:
        return f"{indent}- "
    lists[-1] = number + 1
    return f"{indent}{number}. "


def _inline(tokens: Sequence[Token]) -> str:
    said, target, since = "", "", 0
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            said += token.content
        elif token.type in {"softbreak", "hardbreak"}:
            said += "\n"
        elif token.type == "link_open":
            target, since = str(token.attrGet("href") or ""), len(said)
        elif token.type == "link_close":
            label = said[since:].strip()
            said = f"{said} ({target})" if label and label != SHOP else said[:since] + target
    return said


def _take_links(tokens: Sequence[Token]) -> list[str]:
    """The addresses of all links, in order; each link has its mark in place of it from now on."""
    addresses: list[str] = []
    for token in _every(tokens):
        if token.type == "link_open":
            addresses.append(str(token.attrGet("href") or ""))
            token.attrs = {"href": link_mark(len(addresses) - 1)}
    return addresses


def _every(tokens: Sequence[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *(token.children or ()))]


def _may_lead(address: str) -> bool:
    found = _SCHEME.match(address.strip())
    return found is None or found[1].lower() in (*_WEB, *_ELSEWHERE)


def _address(address: str) -> str:
    """``address`` as a program takes it: with a scheme, in ASCII, placeholders as they are."""
    if not _SCHEME.match(address) and not address.startswith("\ue000"):
        address = f"https://{address.lstrip('/')}"
    return "".join(part if _MARK.fullmatch(part) else quote(_in_ascii(part), safe=_SAFE) for part in _MARK.split(address))


def _in_ascii(address: str) -> str:
    """A host of another script by the name that the DNS has for it."""
    try:
        parts = urlsplit(address)
        if parts.hostname is None or parts.netloc.isascii():
            return address
        return urlunsplit(parts._replace(netloc=parts.netloc.encode("idna").decode()))
    except (ValueError, UnicodeError):
        return address
