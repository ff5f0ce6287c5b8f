"""Links: only to the shop's own places, and never dressed up as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from batikrfm.content.rules.model import Finding, Passage, ShopRules
from batikrfm.sdk.text import Text

OUTSIDE: Final = Text(
    id="Tautan ini keluar dari situs toko Anda. Hapus, atau daftarkan alamatnya di pengaturan kalau memang milik Anda.",
    en="This link leads away from your shop's sites. Remove it, or add its address in the settings if it is yours.",
)

_ENDINGS: Final = (
    "com|net|org|id|co|io|ly|ee|me|my|sg|shop|store|xyz|info|biz|online|site|link|app|dev|gl|cc|top|club|live|tv|ru|cn|uk|us|page|click|bio|gg|asia|tech"
    "|web|website|space|pro|vip|fun|icu|example|xn--[a-z0-9-]+"
)
HINT: Final = re.compile(r"[/\[(]|[.:]\S|\s\.|\b(?:dot|titik)\b", re.IGNORECASE)
"""No link is without one of these."""
_WITH_SCHEME: Final = re.compile(
    r"\b(?:https?|hxxps?|ftp|javascript|vbscript|intent):[^\s<>\"'|]+|\bdata:\w+/\w+[^\s<>\"'|]*|\b[a-z][a-z0-9+.\-]{1,15}://[^\s<>\"'|]+"
    r"|(?<![\w:])//[^\s<>\"'|/]+\.[^\s<>\"'|]+",
    re.IGNORECASE,
)
_MARKDOWN: Final = re.compile(r"\]\(\s*<?([^)\s>]+)|^\s*\[[^\]\n]+\]:\s*(\S+)", re.MULTILINE)
_BARE: Final = re.compile(rf"(?<![\w@.\-/])(?:[\w\-]+\.)+(?:{_ENDINGS})(?![\w\-@])\.?(?::\d+)?(?:[/?#][^\s<>\"'|]*)?", re.IGNORECASE)
_HIDDEN_DOT: Final = re.compile(
    rf"\s*(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)|\[titik\]|\(titik\))\s*|\s+(?:dot|titik)\s+(?=(?:{_ENDINGS})\b)|\s+\.\s*(?=(?:{_ENDINGS})\b)",
    re.IGNORECASE,
)
_SCHEME: Final = re.compile(r"^([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_WEB: Final = frozenset({"", "http", "https"})
_ELSEWHERE: Final = frozenset({"mailto", "tel"})
"""What the rules for addresses and for numbers look at."""
_CHAT: Final = re.compile(r"^(?:https?:/*)?(?:www\.)?(?:wa\.me/\+?\d+|api\.whatsapp\.com/send/?\?(?:\S*&)?phone=\+?\d+)", re.IGNORECASE)
"""A chat with a number: whether it is the shop's is for the rule on numbers to say."""

_LEFT_OPEN: Final = re.compile(r"^\{\w+\}(?:$|[/?#])")
"""A link that is filled in at sending, such as ``{tautan}``: whether there is such a placeholder is another rule's business."""


def outside_link(passage: Passage, rules: ShopRules) -> Iterator[Finding]:
    """Every link must be to one of the shop's domains or below one."""
    own = own_hosts(rules.domains)
    for link in _links(passage.text):
        if not _allowed(link, own):
            yield passage.find("outside_link", "block", link, OUTSIDE)


@lru_cache(maxsize=256)
def own_hosts(domains: tuple[str, ...]) -> tuple[str, ...]:
    """The hosts of ``domains``, which may have been written as whole addresses."""
    hosts = (_host(domain) for domain in domains)
    return tuple(host.removeprefix("www.") for host in hosts if host)


def is_own(host: str, own: tuple[str, ...]) -> bool:
    """Whether ``host`` is one of ``own`` or below one."""
    return any(host == domain or host.endswith(f".{domain}") for domain in own)


def _links(text: str) -> Iterator[str]:
    """Each link once, in order: with a scheme, as the target of a Markdown link, or as a bare host."""
    if not HINT.search(text):
        return
    text = _HIDDEN_DOT.sub(".", text)
    found: dict[str, None] = {}
    for match in _MARKDOWN.finditer(text):
        found[_trimmed(match[1] or match[2])] = None
    rest = _MARKDOWN.sub("](", text)
    for match in _WITH_SCHEME.finditer(rest):
        found[_trimmed(match[0])] = None
    for match in _BARE.finditer(_WITH_SCHEME.sub(" ", rest)):
        found[_trimmed(match[0])] = None
    yield from found


def _trimmed(link: str) -> str:
    """Without what ends the sentence around it."""
    return link.rstrip(".,;:!?)]*_~'\"")


def _allowed(link: str, own: tuple[str, ...]) -> bool:
    scheme = _scheme(link)
    if scheme in _ELSEWHERE or _CHAT.match(link) or _LEFT_OPEN.match(link):
        return True
    return scheme in _WEB and not _two_faced(link) and is_own(_host(link), own)


def _scheme(link: str) -> str:
    """The scheme in small letters; empty for a bare host, also one with a port."""
    match = _SCHEME.match(link)
    return "" if match is None or re.match(r"\d+(?:[/?#]|$)", link[match.end() :]) else match[1].lower()


def _authority(link: str) -> str:
    """What stands between the scheme and the path, as a browser reads it: a backslash is a slash."""
    rest = link[len(_scheme(link)) :].removeprefix(":") if _scheme(link) else link
    return re.split(r"[/?#]", rest.replace("\\", "/").lstrip("/"), maxsplit=1)[0]


def _two_faced(link: str) -> bool:
    """Whether readers of links differ on where it leads: a user's name before the host, a backslash."""
    return "@" in unquote(_authority(link)) or "\\" in link


def _host(link: str) -> str:
    """The host in small letters and in ASCII (``xn--``), without user, port and last dot."""
    host = unquote(_authority(link)).rpartition("@")[2]
    host = re.sub(r":\d*$", "", host).strip(".").lower()
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
