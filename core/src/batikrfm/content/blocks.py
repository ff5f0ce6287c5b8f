"""Data in a prompt: whatever a person or a file brought stands in a block of its own, and nothing in it can end the block.

A block is ``<data name="voice">"..."</data>``: a JSON string (or a list of them) on one line, between two marks. The text inside has no
``<`` or ``>``, no braces and no sign that people cannot see, so it holds no mark, no placeholder and no turn of a talk; the model is told
that what stands between the marks is material. That it obeys is checked on what comes back, not hoped for.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

OPEN: Final = '<data name="{name}">'
CLOSE: Final = "</data>"
BLOCK: Final = re.compile(r'<data name="([a-z_]+)">(.*?)</data>', re.DOTALL)
MARK: Final = re.compile(r'<data name="[a-z_]+">|</data>')
_AS_JSON: Final = json.JSONEncoder(ensure_ascii=False).encode
_LOOKALIKES: Final = str.maketrans({"<": "\u2039", ">": "\u203a", "{": "(", "}": ")"})
_HIDDEN: Final = {"Cf", "Co", "Cs", "Cn"}
_MARKS: Final = re.compile(r"([\u0300-\u036f]{2})[\u0300-\u036f]+")
_PLAIN: Final = re.compile(r"[\n -~]*")
"""What nearly all texts are made of, and what is its own plain form."""
_BREAKS: Final = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def block(name: str, value: str | Sequence[str]) -> str:
    """``value`` as data called ``name``; empty where there is nothing to say."""
    texts = [value] if isinstance(value, str) else value
    shown = [clean for text in texts if (clean := tame(text))]
    if not shown:
        return ""
    inside = shown[0] if isinstance(value, str) else shown
    return OPEN.format(name=name) + _AS_JSON(inside) + CLOSE


@functools.lru_cache(maxsize=2_048)
def tame(text: str) -> str:
    """``text`` without any sign that could be taken for the frame around it."""
    return visible(text).translate(_LOOKALIKES)


def visible(text: str) -> str:
    """``text`` as people see it: signs in their plain forms, without control signs, invisible letters and towers of accents."""
    lines = _BREAKS.sub("\n", text)
    if _PLAIN.fullmatch(lines):
        return "\n".join(" ".join(line.split()) for line in lines.split("\n")).strip()
    plain = unicodedata.normalize("NFKC", "".join(_seen(sign) for sign in lines))
    return "\n".join(" ".join(line.split()) for line in _MARKS.sub(r"\1", plain).split("\n")).strip()


def _seen(sign: str) -> str:
    if sign == "\n":
        return sign
    category = unicodedata.category(sign)
    if category == "Cc":
        return " "
    return "" if category in _HIDDEN else sign
