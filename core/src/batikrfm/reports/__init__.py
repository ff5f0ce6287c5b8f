"""What a shop takes away: findings in plain words, a report to read (PDF), workbooks and tables. Heavy parts load when they are called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from batikrfm.reports.writing import write_reports

__all__ = ["write_reports"]


def __getattr__(name: str) -> object:
    if name != "write_reports":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("batikrfm.reports.writing").write_reports
