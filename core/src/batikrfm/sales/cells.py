"""Text that we write into CSV and XLSX files must not come alive as a formula in somebody's spreadsheet.

A cell is a formula to a spreadsheet when it starts with ``=``, ``+``, ``-`` or ``@`` (or their full-width twins), and some programs skip
leading white space first. Where the spreadsheet's list separator is not ours (``;`` in Indonesia), a ``;``, a tab or a new line inside
a quoted comma-separated cell starts a new cell, so what follows it is made safe as well. An apostrophe in front is what spreadsheets
themselves use for "this is text". A plain signed number (``-8000``, ``+6281234567``) can do nothing and stays as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA_START = rf"(^|[;\t\r\n])(\s*)([{_SIGNS}])"
_LEADING_CONTROL = r"^([\t\r\n])"
_CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_PLAIN_NUMBER = "[+-]?[0-9]+([.,][0-9]+)*"


def safe_cell(text: str) -> str:
    """``text`` as a spreadsheet shows it and never runs it. Control characters, which XLSX cannot hold, are left out."""
    text = re.sub(_CONTROL, "", text)
    if re.fullmatch(_PLAIN_NUMBER, text):
        return text
    return re.sub(_LEADING_CONTROL, r"'\1", re.sub(_FORMULA_START, r"\1\2'\3", text))


def safe_column(column: pl.Expr) -> pl.Expr:
    """:func:`safe_cell` for a String column."""
    import polars as pl  # whoever writes a few cells need not pay for it

    text = column.str.replace_all(_CONTROL, "")
    safe = text.str.replace_all(_FORMULA_START, "${1}${2}'${3}").str.replace(_LEADING_CONTROL, "'${1}")
    return pl.when(text.str.contains(f"^{_PLAIN_NUMBER}$")).then(text).otherwise(safe)
