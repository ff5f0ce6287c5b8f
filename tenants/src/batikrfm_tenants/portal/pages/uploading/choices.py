"""What a person chose in the form of columns, as :func:`batikrfm.sales.uploads.confirm_upload` takes it.

Names in the form: ``s0.ordered_at`` is the column of a field in the first sheet, ``s0.ordered_at.style`` how it is written, ``s0.q1`` the
number of an answer to its second question, ``s0.w2`` the meaning of its third unknown status word. Sheets, questions and words are called
by their place: what a file brings (headers, words) never becomes part of a name or an id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from batikrfm.sales.previews import FieldGuess, OpenQuestion, Preview, SheetPreview
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.uploading import words

NO_COLUMN = "-"


def sheet_name(index: int) -> str:
    """What the names of a sheet's fields begin with."""
    return f"s{index}"


def chosen_by_sheet(preview: Preview, form: Form) -> dict[str, dict[str, str]]:
    """What differs from our guess or answers a question, by sheet. Values that no page of ours offers are left out."""
    return {sheet.key: dict(_chosen(sheet, sheet_name(index), form)) for index, sheet in enumerate(preview.sheets)}


def unanswered(preview: Preview, form: Form) -> Form:
    """``form`` with a problem for each question that nobody answered, be it by an answer or by another column."""
    for index, sheet in enumerate(preview.sheets):
        chosen = dict(_chosen(sheet, sheet_name(index), form))
        for place, question in enumerate(sheet.questions):
            if not _settles(chosen, question):
                form = form.refused(_ask(question), f"{sheet_name(index)}.q{place}")
    return form


def _ask(question: OpenQuestion) -> Text:
    about = question.about
    return Text(id=words.ANSWER_NEEDED.say("id", about=about.id), en=words.ANSWER_NEEDED.say("en", about=about.en))


def _settles(chosen: Mapping[str, str], question: OpenQuestion) -> bool:
    return any(answer.key in chosen for answer in question.answers) or question.field in chosen


def _chosen(sheet: SheetPreview, name: str, form: Form) -> Iterator[tuple[str, str]]:
    """Answers first: what a person set by hand at the field itself goes before them."""
    for place, question in enumerate(sheet.questions):
        yield from _answer(question, form[f"{name}.q{place}"])
    for guess in sheet.guesses:
        yield from _column(sheet, guess, form[f"{name}.{guess.field}"])
    for reading in sheet.readings:
        if (style := form[f"{name}.{reading.field}.style"]) in reading.styles:
            yield f"{reading.field}.style", style
    for place, word in enumerate(sheet.unknown_statuses):
        if (meaning := form[f"{name}.w{place}"]) in words.MEANINGS:
            yield f"status.{word}", meaning


def _answer(question: OpenQuestion, sent: str) -> Iterator[tuple[str, str]]:
    if sent.isascii() and sent.isdigit() and int(sent) < len(question.answers):
        answer = question.answers[int(sent)]
        yield answer.key, answer.value


def _column(sheet: SheetPreview, guess: FieldGuess, sent: str) -> Iterator[tuple[str, str]]:
    column = column_of(sheet, sent)
    if column is not None and column != (guess.column or NO_COLUMN):
        yield guess.field, column


def column_of(sheet: SheetPreview, sent: str) -> str | None:
    """The column that a form's value stands for: its place from 0, or ``-`` for none."""
    if sent == NO_COLUMN:
        return NO_COLUMN
    if sent.isascii() and sent.isdigit() and int(sent) < len(sheet.columns):
        return sheet.columns[int(sent)]
    return None
