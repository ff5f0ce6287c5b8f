"""What a model has to answer, and whether it did."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any, Final

from batikrfm.content.chain.errors import UnusableAnswerError
from batikrfm.content.instructions import LIMITS
from batikrfm.content.languages import speaks
from batikrfm.content.model import PLACEHOLDERS, Copy
from batikrfm.content.wording import filled
from batikrfm.sdk.llm import Completion, Finish
from batikrfm.sdk.text import Language, Text

NAMES: Final = tuple(field.name for field in fields(Copy))
LARGEST: Final = 100_000
"""Characters of an answer that are looked at; whatever is larger is no copy."""

_TAG: Final = re.compile(r"<\s*/?\s*[a-zA-Z!][^<>]{0,500}>")
_PLACEHOLDER: Final = re.compile(r"\{+([^{}\n]{0,60})\}+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\U000e0000-\U000e007f]")
_FENCED: Final = re.compile(r"\s*```(?:json)?\s*(.*?)\s*```\s*", re.DOTALL)

_CUT_OFF: Final = Text(id="jawabannya terpotong di tengah", en="the answer was cut off in the middle")
_NO_JSON: Final = Text(id="jawabannya bukan JSON yang utuh", en="the answer is not a whole JSON")
_NO_VARIANTS: Final = Text(id='harus ada "variants", sebuah daftar', en='"variants" has to be there, and a list')
_COUNT: Final = Text(id="yang diminta {wanted} versi, yang datang {got}", en="{wanted} versions were asked for, {got} came")
_TWINS: Final = Text(id="dua versi isinya sama", en="two versions are the same")
_MISSING: Final = Text(id="{field} pada versi {number} kosong atau tidak ada", en="{field} of version {number} is empty or missing")
_LONG: Final = Text(
    id="{field} pada versi {number} paling panjang {longest} huruf", en="{field} of version {number} may have at most {longest} characters"
)
_HTML: Final = Text(id="{field} pada versi {number} berisi HTML", en="{field} of version {number} has HTML in it")
_ONE_LINE: Final = Text(id="{field} pada versi {number} harus satu baris", en="{field} of version {number} has to be one line")
_UNKNOWN: Final = Text(
    id="{field} pada versi {number} memakai penanda yang tidak dikenal; yang ada hanya {known}",
    en="{field} of version {number} has a placeholder that does not exist; there are only {known}",
)
_LANGUAGE: Final = Text(id="versi {number} tidak berbahasa Indonesia", en="version {number} is not in English")
_KNOWN: Final = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
_LINES: Final = ("subject", "preheader", "call_to_action")


def schema(variants: int) -> dict[str, Any]:
    """The JSON schema of an answer, as strict as vendors take it: they know no lengths."""
    copy = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in NAMES},
        "required": [*NAMES],
        "additionalProperties": False,
    }
    listed = {"type": "array", "items": copy, "minItems": variants, "maxItems": variants}
    return {"type": "object", "properties": {"variants": listed}, "required": ["variants"], "additionalProperties": False}


def read_answer(completion: Completion, *, variants: int, language: Language) -> tuple[Copy, ...]:
    """The copy of an answer. Raises :class:`UnusableAnswerError` with every problem; hopeless where all of it is in another language."""
    if completion.finish is Finish.CUT_OFF:
        raise UnusableAnswerError([_CUT_OFF])
    found = [_copy(one) for one in _variants(completion)]
    problems = [*_count(found, variants)]
    for number, copy in enumerate(found, 1):
        problems += _problems(copy, number)
    foreign = [number for number, copy in enumerate(found, 1) if not _understood(copy, language)]
    problems += [filled(_LANGUAGE, number=number) for number in foreign]
    if problems:
        raise UnusableAnswerError(problems, hopeless=bool(found) and len(foreign) == len(found))
    return tuple(Copy(**copy) for copy in found)


def _variants(completion: Completion) -> list[Any]:
    data = completion.data if completion.data is not None else _parsed(completion.text)
    if not isinstance(data, Mapping):
        raise UnusableAnswerError([_NO_JSON])
    variants = data.get("variants")
    if not isinstance(variants, list):
        raise UnusableAnswerError([_NO_VARIANTS])
    return variants[:100]


def _parsed(text: str) -> Any:  # noqa: ANN401 - whatever the model said
    if len(text) > LARGEST:
        return None
    fenced = _FENCED.fullmatch(text)
    try:
        return json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        return None


def _copy(variant: Any) -> dict[str, str]:  # noqa: ANN401 - whatever the model said
    """The fields of one variant, tidied; empty where one is missing or no text."""
    given = variant if isinstance(variant, Mapping) else {}
    texts = {name: given.get(name) for name in NAMES}
    return {name: _tidy(text) if isinstance(text, str) else "" for name, text in texts.items()}


def _tidy(text: str) -> str:
    lines = _CONTROL.sub("", text[:LARGEST].replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _count(found: list[dict[str, str]], wanted: int) -> Iterator[Text]:
    if len(found) != wanted:
        yield filled(_COUNT, wanted=wanted, got=len(found))
    if len({tuple(copy.values()) for copy in found}) < len(found):
        yield _TWINS


def _problems(copy: Mapping[str, str], number: int) -> Iterator[Text]:
    for field, text in copy.items():
        about = {"field": field, "number": number}
        if not text:
            yield filled(_MISSING, **about)
        if len(text) > LIMITS[field]:
            yield filled(_LONG, **about, longest=LIMITS[field])
        if _TAG.search(text):
            yield filled(_HTML, **about)
        if field in _LINES and "\n" in text:
            yield filled(_ONE_LINE, **about)
        if any(match[0] != f"{{{match[1]}}}" or match[1] not in PLACEHOLDERS for match in _PLACEHOLDER.finditer(text)):
            yield filled(_UNKNOWN, **about, known=_KNOWN)


def _understood(copy: Mapping[str, str], language: Language) -> bool:
    return speaks(" ".join(copy.values()), language)


def as_json(copies: tuple[Copy, ...]) -> list[dict[str, str]]:
    """The copies as a cache keeps them."""
    return [asdict(copy) for copy in copies]
