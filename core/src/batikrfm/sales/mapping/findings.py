"""What is found of a sheet's columns while it is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from batikrfm.sales.mapping.fields import Field
from batikrfm.sales.mapping.headers import column_name
from batikrfm.sales.mapping.model import Question
from batikrfm.sales.mapping.profile import Profile
from batikrfm.sales.mapping.questions import question
from batikrfm.sales.reading import Sheet

SURE: Final = 0.8
"""From here on a column is taken without asking, unless another is as good."""
PERHAPS: Final = 0.4
TIE: Final = 0.08


@dataclass
class Guess:
    """``values`` holds a profile a column; ``scores`` how sure (0..1) each column is to be each field, where it is at all.

    ``chosen`` are fields that a person settled, ``absent`` those that the file does not hold as a person says.
    """

    sheet: Sheet
    values: list[Profile]
    chosen: dict[Field, int]
    absent: frozenset[Field]
    scores: dict[Field, dict[int, float]]
    columns: dict[Field, int] = field(default_factory=dict)
    confidence: dict[Field, float] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name, column in self.chosen.items():
            self.take(name, column, 1.0)

    def take(self, name: Field, column: int, sureness: float) -> None:
        self.columns[name] = column
        self.confidence[name] = round(sureness, 2)

    def drop(self, name: Field) -> tuple[int, float]:
        return self.columns.pop(name), self.confidence.pop(name)

    def is_free(self, column: int) -> bool:
        return column not in self.columns.values()

    def wants(self, name: Field) -> bool:
        """Whether a field still needs a column: none was found, chosen or ruled out."""
        return name not in self.columns and name not in self.absent

    def profile(self, name: Field) -> Profile | None:
        return self.values[self.columns[name]] if name in self.columns else None

    def likely(self, name: Field, at_least: float) -> list[int]:
        """The columns that may be a field, surest first."""
        scores = self.scores[name]
        return sorted((column for column, sure in scores.items() if sure >= at_least), key=lambda column: (-scores[column], column))

    def means_something_else(self, column: int, fields: Sequence[Field]) -> bool:
        """Whether a column is surely a field other than ``fields``."""
        return any(scores.get(column, 0.0) >= SURE for name, scores in self.scores.items() if name not in fields)

    def ask(self, name: Field, candidates: Sequence[int], *, may_be_absent: bool = False) -> None:
        names = [column_name(self.sheet.header, column) for column in candidates]
        self.questions.append(question(name, names, may_be_absent=may_be_absent))


def same(one: Profile, other: Profile) -> bool:
    """Whether two columns hold the same: then it does not matter which is taken."""
    return one.cells.spread(one.cells.values).eq_missing(other.cells.spread(other.cells.values)).all()
