"""What the pages state as fact is read off the code: tables of segments, cut-points, limits, variables; and no link leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import pytest

from batikrfm.builtin.rfm.config import RfmConfig
from batikrfm.builtin.rfm.strategies import Rfm5, Rfm11
from batikrfm.sales.reading.limits import Limits

ROOT = Path(__file__).parents[2]
LIMITS = (ROOT / "docs" / "reference" / "limits.md").read_text(encoding="utf-8")
NUMBERS = (ROOT / "docs" / "explanation" / "numbers.md").read_text(encoding="utf-8")
PAGES = sorted({page for pattern in ("*.md", "docs/**/*.md", "*/README.md", "plugins/*/README.md") for page in ROOT.glob(pattern)})


def table(page: str, after: str) -> list[list[str]]:
    """The rows of the first table behind the words ``after``, without its heading."""
    lines = page[page.index(after) :].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = [line for line in lines[start:] if line.startswith("|") or not line.strip()]
    end = rows.index("") if "" in rows else len(rows)
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in rows[2:end]]


@pytest.mark.parametrize("strategy", [Rfm5, Rfm11])
def test_the_tables_of_segments_are_the_ones_used(strategy: type[Rfm5 | Rfm11]) -> None:
    written = {int(row[0].removeprefix("R ")): tuple(row[1:]) for row in table(NUMBERS, f"`{strategy.key}`, ")}
    assert written == dict(strategy.table)


def test_the_cut_points_are_the_ones_used() -> None:
    used = RfmConfig()
    written = table(NUMBERS, "**By fixed cut-points**")
    assert [row[1] for row in written[:4]] == [str(days) for days in used.recency_days]
    assert [row[2] for row in written[3::-1]] == [str(purchases) for purchases in used.frequency]
    assert [row[3] for row in written[3::-1]] == [str(share) for share in used.monetary]


def test_the_limits_are_the_ones_used() -> None:
    written = {
        row[0]: int(row[1].replace(",", ""))
        for row in table((ROOT / "docs" / "reference" / "limits.md").read_text(encoding="utf-8"), "# Limits")
    }
    assert written == {field.name: field.default for field in fields(Limits)}


def links(page: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            yield target.partition("#")[0]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_leads_somewhere(page: Path) -> None:
    missing = [target for target in links(page) if target and not (page.parent / target).exists()]
    assert missing == []


def test_every_decision_is_in_the_index_and_numbered_without_gaps() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\(([0-9][\w.-]+)\)", index) == [decision.name for decision in decisions]
    assert all(int(later.name[:4]) == int(earlier.name[:4]) + 1 for earlier, later in pairwise(decisions))


@pytest.mark.parametrize("decision", sorted((ROOT / "docs" / "adr").glob("0*.md")), ids=lambda path: path.stem)
def test_a_decision_says_what_on_what_evidence_and_what_follows(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, flags=re.MULTILINE) == ["Decision", "Evidence", "Consequences"]
    assert text.startswith(f"# {int(decision.name[:4])}. ")


def test_every_variable_of_the_environment_is_explained() -> None:
    rows = table((ROOT / "docs" / "reference" / "environment.md").read_text(encoding="utf-8"), "# Environment")
    explained = {name for row in rows for name in row[0].split("`, `")}
    files = [*ROOT.glob("core/src/batikrfm/**/*.py"), *ROOT.glob("tenants/src/batikrfm_tenants/**/*.py")]
    sources = "\n".join(source.read_text(encoding="utf-8") for source in files)
    named = re.findall(r"\"(BATIKRFM_[A-Z_]+|DATABASE_URL|REDIS_URL|SENTRY_DSN|OTEL_EXPORTER_OTLP_ENDPOINT|POLARS_MAX_THREADS)\"", sources)
    plugins = "\n".join(source.read_text(encoding="utf-8") for source in ROOT.glob("plugins/*/src/**/*.py"))
    assert explained == {*named, *re.findall(r"\"environment\": \"([A-Z_]+)\"", plugins)}


def test_every_benchmark_is_in_the_list() -> None:
    listed = re.findall(r"python bench/(\w+)\.py", (ROOT / "bench" / "README.md").read_text(encoding="utf-8"))
    assert set(listed) == {script.stem for script in ROOT.glob("bench/*.py")} - {"measuring"}
