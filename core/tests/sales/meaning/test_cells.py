from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.sales.cells import safe_cell, safe_column


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "  '=1"),
        ("\uff1d1", "'\uff1d1"),
        ("\t=1", "'\t'=1"),
        ("\rx", "'\rx"),
        ("Budi;=1+1", "Budi;'=1+1"),
        ("Budi\n@x", "Budi\n'@x"),
        ("Bu\x00di", "Budi"),
        ("\x00=1", "'=1"),
        ("-8.000", "-8.000"),
        ("+6281234567", "+6281234567"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_formulas_become_text_and_text_stays(text: str, safe: str) -> None:
    assert safe_cell(text) == safe


@given(st.text(alphabet=" =+-@;\t\r\n\x00'\"a1.,\uff1d", max_size=12))
def test_a_column_is_made_safe_like_a_cell_and_no_cell_can_run(text: str) -> None:
    safe = safe_cell(text)
    assert pl.DataFrame({"t": [text]}).select(safe_column(pl.col("t"))).item() == safe
    for cell in safe.replace("\t", ";").replace("\n", ";").replace("\r", ";").split(";"):
        start = cell.strip()[:1]
        assert start not in set("=@\uff1d")
        assert start not in set("+-") or re.fullmatch(r"[+-]?[0-9.,]+", safe)
