"""Reports are there whole or not at all, and a disk that says no is one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batikrfm.reports import write_reports
from batikrfm.reports.errors import ReportNotWrittenError
from batikrfm.reports.files import replacing
from batikrfm.segmentation import Analysis

if TYPE_CHECKING:
    import polars as pl

needs_permissions = pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")


def test_three_files_and_nothing_else(analysis: Analysis, rejected: pl.DataFrame, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    written = write_reports(folder, analysis, rejected, "id")
    assert [path.name for path in written] == ["segments.xlsx", "customers.csv", "rejected.csv"]
    assert sorted(folder.iterdir()) == sorted(written)


def test_writing_again_replaces(analysis: Analysis, rejected: pl.DataFrame, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_reports(tmp_path, analysis, rejected, "id")[1:]]
    (tmp_path / "customers.csv").write_text("old")
    assert [path.read_bytes() for path in write_reports(tmp_path, analysis, rejected, "id")[1:]] == first


def test_a_writer_that_fails_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError), replacing(path) as temporary:
        temporary.write_text("half \udcff", encoding="utf-8")
    assert [file.name for file in tmp_path.iterdir()] == ["report.csv"]
    assert path.read_text() == "old"


def test_a_folder_that_is_a_file(analysis: Analysis, rejected: pl.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(ReportNotWrittenError) as refused:
        write_reports(tmp_path / "out", analysis, rejected)
    assert "berkas, bukan folder" in refused.value.say("id")
    assert "a file, not a folder" in refused.value.say("en")


def test_a_folder_in_the_place_of_a_report(analysis: Analysis, rejected: pl.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").mkdir()
    with pytest.raises(ReportNotWrittenError, match=r"customers\.csv could not be written: there is a folder of that name"):
        write_reports(tmp_path, analysis, rejected)


@needs_permissions
def test_a_folder_without_permission(analysis: Analysis, rejected: pl.DataFrame, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ReportNotWrittenError, match="no permission"):
        write_reports(tmp_path, analysis, rejected)


FULL_DISK = """
import resource, sys
from pathlib import Path
import polars as pl
from batikrfm.builtin.rfm.strategies import Rfm5
from batikrfm.reports import write_reports
from batikrfm.reports.errors import ReportNotWrittenError
from batikrfm.sales.parsing import REJECTED
from batikrfm.sales.totals import TOTALS
from batikrfm.segmentation import Analysis, score
import datetime as dt
at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
totals = pl.DataFrame([(f"customer {i}", at, at, 1, 5, at, at, 1, 5) for i in range(1000)], schema=TOTALS, orient="row")
scored = score(totals, Rfm5(), as_of=dt.date(2026, 1, 10), timezone="Asia/Jakarta")
analysis = Analysis(scored, 1000, {}, 1000, 5000, 0, "IDR", "Asia/Jakarta")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), -1))
try:
    write_reports(Path(sys.argv[1]), analysis, REJECTED.to_frame())
except ReportNotWrittenError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file size are POSIX")
@pytest.mark.parametrize(("limit", "name"), [(6_000, "segments.xlsx"), (20_000, "customers.csv")])
def test_a_disk_that_takes_no_more_is_one_sentence_and_leaves_the_old_report(tmp_path: Path, limit: int, name: str) -> None:
    """A real write that the operating system cuts off, in a process of its own with a limit on file size."""
    path = tmp_path / name
    path.write_text("old")
    run = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path), str(limit)], capture_output=True, text=True, check=True)
    assert f"{name} could not be written: the file is too large for this disk" in run.stdout
    assert run.stderr == ""
    assert path.read_text() == "old"
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]
