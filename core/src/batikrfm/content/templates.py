"""Prompt templates: text with ``{{ variables }}`` and ``{% if %}``, and not one thing more.

Jinja's immutable sandbox renders them, but it is the last wall and not the first: before that, the parsed template may hold nothing but
variables that are declared, conditions on them, and plain text. No loop, filter, call, attribute or assignment means nothing that could
take long, grow large or look behind a value.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from batikrfm.content.blocks import CLOSE, visible
from batikrfm.content.errors import PromptError
from batikrfm.content.wording import filled
from batikrfm.sdk.text import Text

LONGEST: Final = 8_000
LONGEST_PROMPT: Final = 16_000

VARIABLES: Final[dict[str, Text]] = {
    "shop": Text(id="nama toko", en="the shop's name"),
    "trade": Text(id="bidang usaha toko", en="what the shop sells"),
    "language": Text(id="bahasa pesan", en="the language of the message"),
    "segment_name": Text(id="nama kelompok", en="the segment's name"),
    "segment_meaning": Text(id="siapa mereka", en="who is in it"),
    "segment_action": Text(id="langkah yang disarankan", en="what the shop should do next"),
    "customers": Text(id="kira-kira berapa pelanggan; kosong jika kurang dari lima", en="about how many customers; empty under five"),
    "share": Text(id="bagian mereka dari omzet; kosong jika kurang dari lima orang", en="their share of the revenue; empty under five"),
    "median_recency": Text(id="biasanya berapa hari lalu belanja; bisa kosong", en="days since they usually last bought; may be empty"),
    "median_frequency": Text(id="biasanya berapa kali belanja; bisa kosong", en="how often they usually bought; may be empty"),
    "median_monetary": Text(id="biasanya belanja berapa semuanya; bisa kosong", en="what they usually spent in all; may be empty"),
    "products": Text(id="produk yang paling laku di kelompok ini; bisa kosong", en="what sells best to this segment; may be empty"),
    "categories": Text(id="jenis produknya; bisa kosong", en="kinds of products; may be empty"),
    "occasions": Text(id="hari besar dan musim belanja yang dekat; bisa kosong", en="feasts and shopping days that are near; may be empty"),
    "season": Text(id="musim hujan atau kemarau", en="rainy or dry season"),
    "voice": Text(id="suara merek toko; bisa kosong", en="how the shop sounds; may be empty"),
    "offer": Text(id="penawaran yang boleh disebut; bisa kosong", en="the offer that may be named; may be empty"),
    "variants": Text(id="berapa versi yang diminta", en="how many versions are wanted"),
}
"""Every variable, and what it says. All of them are text; one that may be empty can stand in a condition."""

_ALLOWED: Final = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name),
    *(nodes.If, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand),
)
_NOT_ALLOWED: Final = Text(
    id="yang bisa dipakai hanya {{ variabel }} dan {% if variabel %} ... {% endif %}",
    en="only {{ variables }} and {% if variable %} ... {% endif %} can be used",
)
_UNKNOWN: Final = Text(id="tidak ada variabel {name}; yang ada: {known}", en="there is no variable {name}; there are {known}")
_MISSPELLED: Final = Text(id="tidak ada variabel {name}; maksud Anda {nearest}?", en="there is no variable {name}; do you mean {nearest}?")
_SYNTAX: Final = Text(id="tulisannya belum lengkap ({detail})", en="it is not complete ({detail})")
_EMPTY: Final = Text(id="isinya masih kosong", en="it is empty")
_TOO_LONG: Final = Text(id="paling panjang {longest} huruf", en="at most {longest} characters")
_TOO_MUCH: Final = Text(id="setelah diisi jadi terlalu panjang", en="it becomes too long when it is filled in")
_OUR_MARK: Final = Text(id="tanda <data> dipakai oleh program", en="the mark <data> belongs to the program")


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,  # prose for a model, not HTML; data is put into blocks
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        cache_size=0,
    )
    environment.globals.clear()
    environment.filters.clear()
    environment.tests.clear()
    return environment


_ENVIRONMENT: Final = _environment()


def checked(source: str) -> str:
    """``source`` tidied, if it can be used.

    Raises:
        PromptError: it cannot; says the first line that is wrong.
    """
    tidy = visible(source)
    if not tidy:
        raise PromptError(line=1, problem=_EMPTY)
    if len(tidy) > LONGEST:
        raise PromptError(line=tidy[:LONGEST].count("\n") + 1, problem=filled(_TOO_LONG, longest=LONGEST))
    _compiled(tidy)
    return tidy


def render(source: str, values: Mapping[str, str]) -> str:
    """``source`` with ``values``, which has every one of :data:`VARIABLES`. Raises :class:`PromptError` as :func:`checked` does."""
    pieces, length = [], 0
    for piece in _compiled(source).generate(values):
        pieces.append(piece)
        length += len(piece)
        if length > LONGEST_PROMPT:
            raise PromptError(line=source.count("\n") + 1, problem=_TOO_MUCH)
    lines = [line.rstrip() for line in "".join(pieces).strip().split("\n")]
    return "\n".join(line for number, line in enumerate(lines) if line or lines[number - 1])


@functools.lru_cache(maxsize=256)
def _compiled(source: str) -> Template:
    """The template, checked. Making it takes longer than everything else here."""
    _check_marks(source)
    try:
        tree = _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        raise PromptError(line=error.lineno, problem=filled(_SYNTAX, detail=error.message or "")) from None
    except RecursionError:
        raise PromptError(line=1, problem=_NOT_ALLOWED) from None
    for node in _all_nodes(tree):
        _check_node(node)
    return _ENVIRONMENT.from_string(tree)


def _check_marks(source: str) -> None:
    for line, text in enumerate(source.split("\n"), 1):
        if CLOSE in text or "<data" in text:
            raise PromptError(line=line, problem=_OUR_MARK)


def _all_nodes(tree: nodes.Node) -> Iterator[nodes.Node]:
    """Every node, in the order of the text. Not recursive: a template may be nested as deep as its author likes."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(list(node.iter_child_nodes())))


def _check_node(node: nodes.Node) -> None:
    if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.Compare) and any(one.op not in {"eq", "ne"} for one in node.ops)):
        raise PromptError(line=node.lineno, problem=_NOT_ALLOWED)
    if isinstance(node, nodes.Name) and node.name not in VARIABLES:
        raise PromptError(line=node.lineno, problem=_no_such_variable(node.name))


def _no_such_variable(name: str) -> Text:
    nearest = get_close_matches(name, VARIABLES, n=1, cutoff=0.6)
    return filled(_MISSPELLED, name=name, nearest=nearest[0]) if nearest else filled(_UNKNOWN, name=name, known=", ".join(VARIABLES))
