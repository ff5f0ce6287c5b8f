"""What can be wrong with, or unsure about, the meaning of columns.

::

    InputError
    ├── MappingUnsure      a person has to say which column it is
    ├── NotSales           a known export that lists something else
    └── ChoiceError        what a person chose does not exist
        ├── UnknownField
        ├── UnknownColumn
        ├── AmbiguousColumn
        └── UnknownStyle
"""

from __future__ import annotations

from batikrfm.sales.mapping.model import Mapping, Question
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Language, Text


class MappingUnsure(InputError):
    """Columns that we cannot be sure of. ``mapping`` is what was found so far; its ``unsure`` are the ``questions``."""

    text = Text(
        id="Kolom di {where} belum bisa kami pastikan. {questions}",
        en="We are not sure about the columns of {where}. {questions}",
    )

    def __init__(self, where: str, mapping: Mapping) -> None:
        self.mapping = mapping
        self.questions: tuple[Question, ...] = mapping.unsure
        super().__init__(where=where)

    def say(self, language: Language = "id") -> str:
        """All questions, each with its flags."""
        asked = " ".join(question.about.say(language) for question in self.questions)
        return self.text.say(language, where=self.values["where"], questions=asked)


class NotSales(InputError):
    """A file that we know and that holds no sales; ``why`` says what it is, with ``{where}`` in it."""

    def __init__(self, why: Text, where: str) -> None:
        self.why = why
        super().__init__(where=where)

    def say(self, language: Language = "id") -> str:
        return self.why.say(language, **self.values)


class ChoiceError(InputError):
    """A choice that cannot be followed."""


class UnknownField(ChoiceError):
    """``field`` is no field; ``valid`` lists those that are."""

    text = Text(
        id="Kami tidak mengenal bidang {field}. Pilih salah satu: {valid}.",
        en="There is no field {field}. Choose one of: {valid}.",
    )


class UnknownColumn(ChoiceError):
    """``column`` is no column of ``where``; ``valid`` lists those that are."""

    text = Text(
        id="Kolom {column} tidak ada di {where}. Pilih salah satu: {valid}.",
        en="There is no column {column} in {where}. Choose one of: {valid}.",
    )


class AmbiguousColumn(ChoiceError):
    """Several columns have the header ``column``; ``valid`` lists how to name each."""

    text = Text(
        id="Di {where} ada beberapa kolom bernama {column}. Sebutkan salah satu: {valid}.",
        en="Several columns of {where} are called {column}. Name one of: {valid}.",
    )


class UnknownStyle(ChoiceError):
    """``style`` is no way to write ``field``; ``valid`` lists those that are."""

    text = Text(
        id="{style} bukan cara penulisan untuk {field}. Pilih salah satu: {valid}.",
        en="{style} is no way to write {field}. Choose one of: {valid}.",
    )
