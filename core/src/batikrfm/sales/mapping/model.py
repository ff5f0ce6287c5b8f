"""What a mapping is, and its form for keeping."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from batikrfm.sales.mapping.fields import Field
from batikrfm.sdk.text import Text


@dataclass(frozen=True)
class Question:
    """What is unsure about one field.

    ``candidates`` are the headers of the columns that it could be (best first); ``flags`` the exact answers, one of which settles it.
    ``asked`` is ``about`` without them, for whoever offers ``answers`` to choose from: pairs for ``chosen`` of ``map_columns``.
    """

    field: Field
    about: Text
    candidates: tuple[str, ...]
    flags: tuple[str, ...]
    asked: Text
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mapping:
    """Which column of a sheet holds which field.

    ``columns`` counts the sheet's columns from 0; ``confidence`` is 0..1 for the same fields (1 for a known export or what a person
    chose). ``layout`` names the known export, if it is one. ``styles`` holds how dates and numbers are written where that is settled:
    ``dmy``, ``mdy``, ``ymd`` for dates, ``1.234,5`` or ``1,234.5`` for numbers. ``fingerprint`` is that of the header.
    ``words`` gives meaning (``paid``, ``cancelled``, ``unpaid``, ``returned``) to words of the status column (casefolded), as a person
    told us. ``unsure`` is empty but in the mapping that :class:`MappingUnsure` carries.
    """

    columns: dict[Field, int]
    confidence: dict[Field, float]
    layout: str | None
    fingerprint: str
    styles: dict[Field, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    unsure: tuple[Question, ...] = ()


def to_json(mapping: Mapping) -> str:
    """A mapping as text, to be kept for the next file with the same header. Open questions are not kept."""
    return json.dumps(
        {
            "columns": mapping.columns,
            "confidence": mapping.confidence,
            "layout": mapping.layout,
            "fingerprint": mapping.fingerprint,
            "styles": mapping.styles,
            "words": mapping.words,
        },
        sort_keys=True,
    )


def from_json(text: str | bytes) -> Mapping:
    """The mapping that :func:`to_json` wrote."""
    kept: dict[str, Any] = json.loads(text)
    return Mapping(
        columns={Field(name): int(column) for name, column in kept["columns"].items()},
        confidence={Field(name): float(share) for name, share in kept["confidence"].items()},
        layout=kept["layout"],
        fingerprint=kept["fingerprint"],
        styles={Field(name): style for name, style in kept["styles"].items()},
        words=dict(kept["words"]),
    )
