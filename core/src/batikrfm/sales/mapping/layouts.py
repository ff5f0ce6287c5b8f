"""How a known export is told by its headers, and what it means."""

from __future__ import annotations

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass, field

from batikrfm.sales.mapping.fields import AMOUNT_FIELDS, Field
from batikrfm.sales.mapping.headers import normalise, places
from batikrfm.sales.values.days import DateStyle
from batikrfm.sdk.text import Text


@dataclass(frozen=True)
class Layout:
    """One program's export.

    ``signature`` are headers that only it has together. ``columns`` gives for each field the headers that it may have, best first; a
    trailing ``*`` stands for any ending. ``date_style`` settles dates that could be read in two ways. ``fill_down``: further lines of
    an order leave what belongs to the order blank. ``words`` is what its status words mean where they mean something else than usual.
    ``returned`` is what its return status says once goods came back. ``add_ons`` starts the name of a product that may have no price.
    ``refusal`` says why the file is not about sales.
    """

    key: str
    signature: tuple[str, ...]
    columns: Table[Field, tuple[str, ...]] = field(default_factory=dict)
    date_style: DateStyle | None = None
    fill_down: bool = False
    words: Table[str, str] = field(default_factory=dict)
    returned: str | None = None
    add_ons: str | None = None
    refusal: Text | None = None

    def found_in(self, header: Sequence[str]) -> dict[Field, list[int]]:
        """For each field the columns that have its best header; more than one where a header comes twice."""
        at = places(header)
        found = {name: next(filter(None, (_columns(at, choice) for choice in choices)), []) for name, choices in self.columns.items()}
        return {name: columns for name, columns in found.items() if columns}

    def fits(self, header: Sequence[str]) -> bool:
        """Whether the header has the signature, a date and an amount (or is one that we refuse)."""
        at = places(header)
        if not all(_columns(at, name) for name in self.signature):
            return False
        found = self.found_in(header)
        return self.refusal is not None or (Field.ORDERED_AT in found and any(amount in found for amount in AMOUNT_FIELDS))


def _columns(at: Table[str, list[int]], name: str) -> list[int]:
    wanted = normalise(name)
    if not name.endswith("*"):
        return at.get(wanted, [])
    return next((columns for text, columns in at.items() if text.startswith(wanted)), [])
