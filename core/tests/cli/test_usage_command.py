"""`batikrfm usage`, as an operator calls it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from batikrfm.cli.options import run_with_database
from batikrfm.db.embedded import embedded_server
from batikrfm.tenancy import create_tenant, tenant_scope
from batikrfm.usage import Call, CallOutcome, record

Batikrfm = Callable[..., Any]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One installation, its server kept running between the commands."""
    folder = tmp_path_factory.mktemp("using")
    with asyncio.Runner() as runner:
        server = embedded_server(folder)
        runner.run(server.__aenter__())
        try:
            yield folder
        finally:
            runner.run(server.__aexit__(None, None, None))


def shop_with(data_dir: Path, *calls: Call) -> str:
    async def made() -> str:
        tenant = await create_tenant("Toko Batik")
        async with tenant_scope(tenant.id):
            for call in calls:
                await record(call)
        return tenant.slug

    return run_with_database(data_dir, made)


def copy(**more: Any) -> Call:  # noqa: ANN401 - any field of a call
    given: dict[str, Any] = {
        "provider": "openai",
        "model": "gpt-6-luna",
        "purpose": "copy",
        "segment": "at_risk",
        "outcome": CallOutcome.COMPLETE,
        "input_tokens": 900,
        "output_tokens": 400,
        **more,
    }
    return Call(**given)


def test_a_month_is_shown(batikrfm: Batikrfm, data_dir: Path) -> None:
    tenant = shop_with(data_dir, copy(), copy(model="nobody-knows"), copy(outcome=CallOutcome.CACHED))
    said = batikrfm("usage", "show", tenant, "--data-dir", data_dir)
    assert (said.code, said.err) == (0, "")
    assert "Hari ini tersisa 10 dari 10 konten" in said.out
    assert "openai/gpt-6-luna" in said.out
    assert "Biaya 1 panggilan tidak diketahui" in said.out
    assert "+ ?" in said.out
    assert re.search(r"^ openai/gpt-6-luna .* US\$0,00029 *\n +Rp\s\d+ *$", said.out, re.MULTILINE), "a figure is cut through"
    report = json.loads(batikrfm("usage", "show", tenant, "--json", "--data-dir", data_dir).out)
    assert (report["total"]["calls"], report["total"]["cost"], report["total"]["unpriced"]) == (3, 290, 1)


def test_a_month_without_ai(batikrfm: Batikrfm, data_dir: Path) -> None:
    said = batikrfm("usage", "show", shop_with(data_dir), "--month", "2026-01", "--lang", "en", "--data-dir", data_dir)
    assert "No AI was used in this month." in said.out


def test_a_quota_is_set_and_given_back(batikrfm: Batikrfm, data_dir: Path) -> None:
    tenant = shop_with(data_dir)
    assert "25 contents a day" in batikrfm("usage", "quota", tenant, "--generations", 25, "--lang", "en", "--data-dir", data_dir).out
    assert "10 konten per hari" in batikrfm("usage", "quota", tenant, "--default", "--data-dir", data_dir).out
    assert batikrfm("usage", "quota", tenant, "--data-dir", data_dir).code == 2
    assert batikrfm("usage", "quota", tenant, "--generations", 5, "--default", "--data-dir", data_dir).code == 2


def test_a_budget_is_set_and_taken_away(batikrfm: Batikrfm, data_dir: Path) -> None:
    tenant = shop_with(data_dir, copy())
    assert "US$1,50" in batikrfm("usage", "budget", tenant, "--usd", "1.5", "--data-dir", data_dir).out
    shown = batikrfm("usage", "show", tenant, "--lang", "en", "--data-dir", data_dir).out
    assert "This month's budget is US$1.50: US$0.00029 spent, US$1.49971 left." in " ".join(shown.split())
    assert batikrfm("usage", "budget", tenant, "--usd", "-1", "--data-dir", data_dir).code == 1
    assert batikrfm("usage", "budget", tenant, "--usd", "nan", "--data-dir", data_dir).code == 1
    assert "no AI budget" in batikrfm("usage", "budget", tenant, "--none", "--lang", "en", "--data-dir", data_dir).out
    assert batikrfm("usage", "budget", tenant, "--data-dir", data_dir).code == 2


def test_the_owners_month_is_estimated_from_what_was_measured(batikrfm: Batikrfm, data_dir: Path) -> None:
    tenant = shop_with(data_dir, copy(), copy(input_tokens=1_000), copy(input_tokens=1_100))
    said = batikrfm("usage", "estimate", "--tenant", tenant, "--lang", "en", "--data-dir", data_dir)
    assert "= 2,000 contents" in said.out
    assert "1,000 tokens in (0 cached) and 400 out: the median of 3 calls" in " ".join(said.out.split())
    assert "US$0.80" in said.out
    assert "as of 22 Nov 2026, from: litellm 1.109.1" in " ".join(said.out.split())
    assert "for a dollar on" in " ".join(said.out.split())
    estimates = json.loads(batikrfm("usage", "estimate", "--tenant", tenant, "--json", "--data-dir", data_dir).out)
    luna = next(one for one in estimates["estimates"] if one["model"] == "gpt-6-luna")
    assert (luna["live"], luna["batch"], estimates["tokens"]["samples"], estimates["assumed"]) == ("600000", "300000", 3, False)


def test_an_estimate_of_given_tokens_needs_no_database(batikrfm: Batikrfm, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    said = batikrfm("usage", "estimate", "--shops", 1, "--segments", 1, "--weeks", 1, "--tokens", 100, 0, 50, "--data-dir", nowhere)
    assert said.code == 0
    assert "seperti yang Anda tulis" in " ".join(said.out.split())
    assert not nowhere.exists()


def test_nothing_measured_is_said_so(batikrfm: Batikrfm, data_dir: Path) -> None:
    said = batikrfm("usage", "estimate", "--tenant", shop_with(data_dir), "--lang", "en", "--data-dir", data_dir)
    assert "No call was recorded yet" in said.out


def test_prices_that_cannot_be_read_are_said_so(batikrfm: Batikrfm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATIKRFM_MODEL_PRICES", "/nowhere/prices.json")
    said = batikrfm("usage", "estimate", "--tokens", 100, 0, 50, "--lang", "en")
    assert said.code == 1
    assert said.err == "BATIKRFM_MODEL_PRICES cannot be read: /nowhere/prices.json. See docs/reference/environment.md.\n"
