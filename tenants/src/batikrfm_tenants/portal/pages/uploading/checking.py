"""The page that asks whether we understand the columns: built from an upload's preview and what was chosen so far."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Final
from uuid import UUID

from batikrfm.sales.previews import Answer, FieldGuess, OpenQuestion, Preview, Reading, SheetPreview
from batikrfm.sales.uploads import Upload
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.formats import Formats
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.uploading import words
from batikrfm_tenants.portal.pages.uploading.choices import NO_COLUMN, sheet_name

SURE: Final = 0.8
"""From here on a guess is called sure; below it a person had better look."""
MONEY: Final = frozenset({"unit_price", "line_total", "order_total", "discount"})
AMOUNTS: Final = frozenset({"unit_price", "line_total", "order_total"})
"""One of them is enough."""
SHOWN_ROWS: Final = 8
CENTURY: Final = 100
LONG: Final = {"id": Formats(language="id"), "en": Formats(language="en")}


@dataclass(frozen=True)
class Option:
    """One line of a list to choose from."""

    value: str
    label: Text | str
    chosen: bool


@dataclass(frozen=True)
class Example:
    """A cell of the file and what it comes to: a ``day`` with or without a ``clock``, or a ``number``. All None: it cannot be read."""

    cell: str
    day: dt.date | None = None
    clock: str | None = None
    number: Decimal | None = None
    is_money: bool = False


@dataclass(frozen=True)
class FieldChoice:
    """A field and the columns it could be in.

    ``sure`` None: the file seems to have none; ``missing``: it has to. ``asked``: a question above is about it.
    """

    name: str
    label: Text
    required: bool
    missing: bool
    sure: bool | None
    asked: bool
    columns: tuple[Option, ...]
    styles: tuple[Option, ...]
    example: Example | None

    @property
    def absent(self) -> bool:
        """Whether the file has none, needs none, and nothing asks about it."""
        return self.sure is None and not (self.required or self.missing or self.asked)


@dataclass(frozen=True)
class QuestionChoice:
    """Something that only a person can say; without ``answers``, at the list of columns with the id ``field``."""

    name: str
    about: Text
    answers: tuple[Option, ...]
    field: str


@dataclass(frozen=True)
class WordChoice:
    """A word of the status column that we do not know."""

    name: str
    word: str
    meanings: tuple[Option, ...]


@dataclass(frozen=True)
class Column:
    """A column of the sample: its header, and which field we take it for."""

    header: str
    taken_for: Text | None


@dataclass(frozen=True)
class SheetChoice:
    """Everything to be chosen for the sheets with one header, and some of their rows; the columns that we use come first."""

    id: str
    file: str
    sheet: str | None
    also: tuple[str, ...]
    rows: int
    export: Text | None
    remembered: bool
    questions: tuple[QuestionChoice, ...]
    fields: tuple[FieldChoice, ...]
    words: tuple[WordChoice, ...]
    columns: tuple[Column, ...]
    cells: tuple[tuple[str | None, ...], ...]

    @property
    def absent(self) -> int:
        """How many fields the file does not have."""
        return sum(one.absent for one in self.fields)

    @property
    def doubtful(self) -> bool:
        """Whether a person should look at the fields before going on."""
        return bool(self.questions or self.words) or any(one.sure is False or one.missing for one in self.fields)


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    """What we take the columns for, on real rows, with everything to be changed or answered."""

    template: ClassVar[str] = "uploading/check.html"
    upload: UUID = field(metadata={"help": "The upload's id."})
    form: Form = field(metadata={"help": "What was chosen so far and what is wrong with it."})
    sheets: tuple[SheetChoice, ...] = field(metadata={"help": "One part of the form for each kind of sheet."})
    files: tuple[str, ...] = field(metadata={"help": "The files' names, as the person knows them."})
    seen_at: dt.datetime | None = field(metadata={"help": "When all of these very files were imported before, if they were."})
    rows: int = field(metadata={"help": "Rows in all files."})
    questions: int = field(metadata={"help": "How many questions only a person can answer."})
    save_mapping: bool = field(metadata={"help": "Whether the choice is kept for the next file of this kind."})


def check_page(upload: Upload, preview: Preview, form: Form) -> CheckPage:
    """The page for ``upload``, which is asking; ``form`` is empty when nobody sent it yet."""
    if upload.problem is not None and not form.sent:
        form = form.refused(upload.problem)
    seen = [file.seen_at for file in upload.files]
    return CheckPage(
        upload=upload.id,
        form=form,
        sheets=tuple(_sheet(sheet, sheet_name(index), form) for index, sheet in enumerate(preview.sheets)),
        files=tuple(file.name for file in upload.files),
        seen_at=max((at for at in seen if at), default=None) if all(seen) else None,
        rows=preview.rows,
        questions=sum(len(sheet.questions) for sheet in preview.sheets),
        save_mapping=form.ticked("save_mapping", "on", upload.save_mapping),
    )


def _sheet(sheet: SheetPreview, name: str, form: Form) -> SheetChoice:
    order = _used_first(sheet)
    names = {guess.column: guess.name for guess in sheet.guesses if guess.column is not None}
    return SheetChoice(
        id=name,
        file=sheet.file,
        sheet=sheet.sheet,
        also=sheet.also,
        rows=sheet.rows,
        export=sheet.export,
        remembered=sheet.remembered,
        questions=tuple(_question(sheet, question, f"{name}.q{place}", form) for place, question in enumerate(sheet.questions)),
        fields=tuple(_field(sheet, guess, name, form) for guess in sorted(sheet.guesses, key=_must_first)),
        words=tuple(_word(word, f"{name}.w{place}", form) for place, word in enumerate(sheet.unknown_statuses)),
        columns=tuple(Column(sheet.columns[place], names.get(sheet.columns[place])) for place in order),
        cells=tuple(tuple(row[place] for place in order) for row in sheet.cells[:SHOWN_ROWS]),
    )


def _must_first(guess: FieldGuess) -> bool:
    return not guess.required


def _used_first(sheet: SheetPreview) -> list[int]:
    used = {guess.column for guess in sheet.guesses}
    return sorted(range(len(sheet.columns)), key=lambda place: sheet.columns[place] not in used)


def _question(sheet: SheetPreview, question: OpenQuestion, name: str, form: Form) -> QuestionChoice:
    sent = form[name]
    cell = next((one.cell for one in sheet.readings if one.field == question.field), "")
    options = tuple(Option(str(place), as_answer(answer, cell), sent == str(place)) for place, answer in enumerate(question.answers))
    return QuestionChoice(name, question.about, options, f"{name.partition('.')[0]}.{question.field}")


def as_answer(answer: Answer, cell: str) -> Text:
    """The answer's words; of a way to write dates with what ``cell`` would be."""
    day = day_in_style(cell, answer.value) if answer.key == "ordered_at.style" else None
    if day is None:
        return answer.label
    return Text(id=f"{answer.label.id} ({cell} → {LONG['id'].day(day)})", en=f"{answer.label.en} ({cell} → {LONG['en'].day(day)})")


def day_in_style(cell: str, style: str) -> dt.date | None:
    """The day at the beginning of ``cell`` in this order of its numbers, None where there is none."""
    found = re.match(r"\s*(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})", cell)
    order = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}.get(style)
    if not found or not order:
        return None
    year, month, day = (int(found[place + 1]) for place in order)
    try:
        return dt.date(year + 2000 if year < CENTURY else year, month, day)
    except ValueError:
        return None


def _field(sheet: SheetPreview, guess: FieldGuess, name: str, form: Form) -> FieldChoice:
    own, asked = f"{name}.{guess.field}", any(question.field == guess.field for question in sheet.questions)
    reading = next((one for one in sheet.readings if one.field == guess.field), None)
    return FieldChoice(
        name=own,
        label=guess.name,
        required=guess.required and guess.field not in AMOUNTS,
        missing=guess.required and guess.column is None and not (guess.field in AMOUNTS and _has_amount(sheet)),
        sure=None if guess.column is None else guess.confidence >= SURE and not asked,
        asked=asked,
        columns=tuple(_columns(sheet, guess, form[own])),
        styles=tuple(_styles(reading, form[f"{own}.style"])) if reading else (),
        example=example(reading) if reading and not (sheet.questions and reading.meaning is None) else None,
    )


def _has_amount(sheet: SheetPreview) -> bool:
    return any(guess.column is not None for guess in sheet.guesses if guess.field in AMOUNTS)


def _columns(sheet: SheetPreview, guess: FieldGuess, sent: str) -> Iterator[Option]:
    guessed = NO_COLUMN if guess.column is None else str(sheet.columns.index(guess.column))
    chosen = sent or guessed
    yield Option(NO_COLUMN, words.NOT_IN_FILE, chosen == NO_COLUMN)
    for place, column in enumerate(sheet.columns):
        yield Option(str(place), column, chosen == str(place))


def _styles(reading: Reading, sent: str) -> Iterator[Option]:
    yield Option("", words.AS_READ, sent not in reading.styles)
    for style in reading.styles:
        yield Option(style, words.STYLES.get(style, style), sent == style)


def _word(word: str, name: str, form: Form) -> WordChoice:
    sent = form[name] or next(iter(words.MEANINGS))
    return WordChoice(name, word, tuple(Option(meaning, said, sent == meaning) for meaning, said in words.MEANINGS.items()))


def example(reading: Reading) -> Example:
    """The reading's cell with what it comes to, ready to be written in the page's language."""
    meaning = reading.meaning or ""
    if reading.field == "ordered_at":
        return Example(reading.cell, day=_day(meaning), clock=meaning[11:16] or None)
    return Example(reading.cell, number=_number(meaning), is_money=reading.field in MONEY)


def _day(meaning: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(meaning[:10])
    except ValueError:
        return None


def _number(meaning: str) -> Decimal | None:
    try:
        return Decimal(meaning)
    except InvalidOperation:
        return None
