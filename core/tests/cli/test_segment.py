"""`batikrfm segment` and `batikrfm moves`, as a user calls them after an import."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

Batikrfm = Callable[..., Any]


def test_segments_of_a_tenant_are_shown_and_kept(batikrfm: Batikrfm, data_dir: Path, tenant: str) -> None:
    said = batikrfm("segment", tenant, "--as-of", "2026-03-01", "--lang", "en", "--data-dir", data_dir)
    assert (said.code, said.err) == (0, "")
    assert "Your customers as of 1 Mar 2026" in said.out
    assert "Champions" in said.out
    assert "moved" not in said.out, "the first run has nothing to compare with"
    again = batikrfm("segment", tenant, "--as-of", "2026-03-01", "--lang", "en", "--data-dir", data_dir)
    assert again.out.endswith("Nobody has moved since the last time.\n")


def test_json_is_one_object_with_the_numbers_of_analyze(batikrfm: Batikrfm, data_dir: Path, tenant: str, shop: Path) -> None:
    asked = ["--as-of", "2026-03-01", "--strategy", "rfm11", "--returns", "ignore", "--json"]
    segmented = batikrfm("segment", tenant, *asked, "--data-dir", data_dir)
    assert json.loads(segmented.out) == json.loads(batikrfm("analyze", shop, *asked).out)


def test_without_a_date_it_is_today_where_the_shop_is(batikrfm: Batikrfm, data_dir: Path, tenant: str) -> None:
    jakarta = dt.timezone(dt.timedelta(hours=7))
    before = dt.datetime.now(jakarta).date()
    told = json.loads(batikrfm("segment", tenant, "--json", "--data-dir", data_dir).out)
    assert before <= dt.date.fromisoformat(told["as_of"]) <= dt.datetime.now(jakarta).date()


def test_a_look_back_window_looks_at_orders(batikrfm: Batikrfm, data_dir: Path, tenant: str) -> None:
    asked = ["segment", tenant, "--as-of", "2026-03-01", "--since-days", "30", "--json", "--data-dir", data_dir]
    told = json.loads(batikrfm(*asked).out, parse_float=Decimal)
    assert (told["customers"], told["orders"], told["revenue"]) == (1, 2, 30_000)


def test_moves_show_who_went_where(batikrfm: Batikrfm, data_dir: Path, tenant: str) -> None:
    assert batikrfm("segment", tenant, "--as-of", "2026-03-01", "--data-dir", data_dir).code == 0
    first = batikrfm("moves", tenant, "--lang", "en", "--data-dir", data_dir)
    assert (first.code, first.err) == (0, "")
    assert "nothing to compare with" in first.out
    said = batikrfm("segment", tenant, "--as-of", "2026-12-01", "--lang", "en", "--data-dir", data_dir)
    assert f"Customers who moved since the last time: 2. See who with: batikrfm moves {tenant}" in said.out
    shown = batikrfm("moves", tenant, "--customers", "--lang", "en", "--data-dir", data_dir).out
    assert "Moves as of 1 Dec 2026" in shown
    assert "+6281311112222" in shown
    told = json.loads(batikrfm("moves", tenant, "--customers", "--json", "--data-dir", data_dir).out)
    assert set(told) == {"run", "compared_with", "strategy", "as_of", "moves", "customers"}
    assert (told["strategy"], told["as_of"]) == ("rfm5", "2026-12-01")
    assert sum(flow["customers"] for flow in told["moves"]) == len(told["customers"]) == 2
    assert {move["customer"] for move in told["customers"]} == {"+6281234567890", "+6281311112222"}


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["segment", "nobody"], 1, "There is no tenant nobody"),
        (["moves", "nobody"], 1, "There is no tenant nobody"),
        (["segment", "nobody", "--since-days", "0"], 2, "--since-days"),
        (["segment", "nobody", "--returns", "some"], 2, "--returns"),
        (["segment"], 2, "TENANT"),
    ],
)
def test_mistakes_are_one_sentence(batikrfm: Batikrfm, data_dir: Path, arguments: list[str], code: int, sentence: str) -> None:
    said = batikrfm(*arguments, "--lang", "en", "--data-dir", data_dir)
    assert (said.code, said.out) == (code, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_a_strategy_that_is_not_there_and_a_shop_that_was_never_segmented(batikrfm: Batikrfm, data_dir: Path, tenant: str) -> None:
    said = batikrfm("segment", tenant, "--strategy", "rfm7", "--lang", "en", "--data-dir", data_dir)
    assert said.code == 1
    assert "There is no strategy rfm7. There are: rfm5, rfm11" in said.err
    said = batikrfm("moves", tenant, "--lang", "en", "--data-dir", data_dir)
    assert (said.code, said.err) == (1, "This shop has not been segmented yet. Run first: batikrfm segment TENANT\n")
