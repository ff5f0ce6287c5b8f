"""What a person sees before an import: the columns as we understand them, on real rows. Kept as JSON with the upload."""

from __future__ import annotations

from dataclasses import dataclass

from batikrfm.sdk.text import Text

SAMPLE_ROWS = 20
LONGEST_CELL = 80


@dataclass(frozen=True)
class FieldGuess:
    """What we take a field for. ``column`` is one of the sheet's ``columns`` (None: the file seems to have none).

    ``confidence`` is 0..1; ``required`` fields must have a column (for amounts: one of them).
    """

    field: str
    name: Text
    column: str | None
    confidence: float
    required: bool = False


@dataclass(frozen=True)
class Answer:
    """One way to answer a question: ``chosen[key] = value``, and what a button or option says."""

    key: str
    value: str
    label: Text


@dataclass(frozen=True)
class OpenQuestion:
    """What we cannot be sure of: nothing is imported until it is answered. ``flags`` are the same answers on the command line."""

    field: str
    about: Text
    answers: tuple[Answer, ...]
    candidates: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """How a column's cells are read: ``style`` where one was settled (``dmy``, ``1.234,5``), with one cell and what it comes to.

    ``meaning`` is an ISO date or time, or a plain decimal number; None where that cell cannot be read.
    """

    field: str
    column: str
    style: str | None
    cell: str
    meaning: str | None
    styles: tuple[str, ...]


@dataclass(frozen=True)
class SheetPreview:
    """All sheets with one header: ``file`` and ``sheet`` are of the largest, ``also`` names the others.

    ``key`` is the header's fingerprint, ``header`` what stands in it. ``columns`` are names by which a column is chosen; ``cells`` has a
    text (or None) a column, long ones cut. ``export`` is the name of the export, where we know it. ``remembered`` says that the tenant
    settled this header earlier. ``unknown_statuses`` are words that would count as sales because we do not know them; ``rejected`` is how
    many rows of the largest would not be imported, None while questions are open.
    """

    key: str
    file: str
    sheet: str | None
    also: tuple[str, ...]
    rows: int
    header: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[str | None, ...], ...]
    export: Text | None
    remembered: bool
    guesses: tuple[FieldGuess, ...]
    questions: tuple[OpenQuestion, ...]
    readings: tuple[Reading, ...]
    unknown_statuses: tuple[str, ...] = ()
    rejected: int | None = None


@dataclass(frozen=True)
class Preview:
    """What was found in an upload's files. ``rows`` counts all of them."""

    sheets: tuple[SheetPreview, ...]
    rows: int

    @property
    def sure(self) -> bool:
        """Whether nothing needs an answer."""
        return not any(sheet.questions for sheet in self.sheets)
