"""Questions about columns, as sentences with the exact answers."""

from __future__ import annotations

from collections.abc import Sequence

from batikrfm.sales.mapping.choosing import NO_COLUMN
from batikrfm.sales.mapping.fields import FIELD_NAMES, Field
from batikrfm.sales.mapping.model import Question
from batikrfm.sdk.text import Text

_MOST_CANDIDATES = 6


def question(name: Field, candidates: Sequence[str], *, may_be_absent: bool = False) -> Question:
    """Which column holds a field. ``candidates`` are columns as :func:`~batikrfm.sales.mapping.headers.column_name` calls them."""
    shown = tuple(candidates[:_MOST_CANDIDATES])
    flags = [flag(name, candidate) for candidate in shown] or [f"--map {name}=<kolom>"]
    what = FIELD_NAMES[name]
    none = flag(name, NO_COLUMN)
    about = Text(
        id=f"Kolom mana yang berisi {what.id}? Tambahkan {_any_of(flags, 'atau')}{f'; kalau tidak ada, {none}' if may_be_absent else ''}.",
        en=f"Which column holds {what.en}? Add {_any_of(_english(flags), 'or')}{f'; if there is none, {none}' if may_be_absent else ''}.",
    )
    asked = Text(id=f"Kolom mana yang berisi {what.id}?", en=f"Which column holds {what.en}?")
    answers = [*shown, NO_COLUMN] if may_be_absent else shown
    told = (*flags, none) if may_be_absent else tuple(flags)
    return Question(name, about, shown, told, asked, tuple((name.value, answer) for answer in answers))


def level_question(candidate: str) -> Question:
    """Whether an amount is that of a line or of an order."""
    flags = (flag(Field.LINE_TOTAL, candidate), flag(Field.ORDER_TOTAL, candidate))
    asked = Text(
        id=f"Apakah {candidate} nilai tiap baris atau nilai seluruh pesanan?",
        en=f"Is {candidate} the amount of each line or of the whole order?",
    )
    about = Text(id=f"{asked.id} Tambahkan {_any_of(flags, 'atau')}.", en=f"{asked.en} Add {_any_of(flags, 'or')}.")
    answers = ((Field.LINE_TOTAL.value, candidate), (Field.ORDER_TOTAL.value, candidate))
    return Question(Field.LINE_TOTAL, about, (candidate,), flags, asked, answers)


def style_question(name: Field, column: str, styles: Sequence[str], *, contradictory: bool) -> Question:
    """How the dates or numbers of a column are written."""
    flags = tuple(f"--map {name}.style={style}" for style in styles)
    mixed = Text(id="Isinya bercampur. ", en="It mixes both. ") if contradictory else Text(id="", en="")
    asked = (
        Text(id=f"Di kolom {column}, hari atau bulan dulu?", en=f"In the column {column}, does the day or the month come first?")
        if name is Field.ORDERED_AT
        else Text(
            id=f"Di kolom {column}, titik atau koma yang memisahkan ribuan?",
            en=f"In the column {column}, does a dot or a comma separate thousands?",
        )
    )
    about = Text(id=f"{asked.id} {mixed.id}Tambahkan {_any_of(flags, 'atau')}.", en=f"{asked.en} {mixed.en}Add {_any_of(flags, 'or')}.")
    whole = Text(id=f"{asked.id} {mixed.id}".strip(), en=f"{asked.en} {mixed.en}".strip())
    return Question(name, about, (column,), flags, whole, tuple((f"{name}.style", str(style)) for style in styles))


def flag(name: Field, column: str) -> str:
    """The option of the command line that maps a field to a column."""
    return f"--map {name}={column}" if column == NO_COLUMN else f'--map {name}="{column}"'


def _any_of(flags: Sequence[str], conjunction: str) -> str:
    return f" {conjunction} ".join(flags)


def _english(flags: Sequence[str]) -> list[str]:
    return [text.replace("<kolom>", "<column>") for text in flags]
