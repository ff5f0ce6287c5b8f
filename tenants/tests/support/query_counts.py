"""Counts the statements that a page needs. Its own work only: what a transaction begins and ends with is not counted."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from batikrfm.db.scopes import Scope

if TYPE_CHECKING:
    import pytest

BASELINE = Path(__file__).parents[1] / "portal" / "query_counts.json"


@dataclass
class Recorder:
    """Every statement sent since :meth:`forget`."""

    statements: list[str] = field(default_factory=list)

    @classmethod
    def listening(cls, monkeypatch: pytest.MonkeyPatch) -> Recorder:
        """One that hears every scope."""
        recorder = cls()
        for name in ("fetch", "fetchval", "execute"):
            _listen(monkeypatch, name, recorder)
        return recorder

    def forget(self) -> None:
        """Begin again."""
        self.statements.clear()

    @staticmethod
    def keep(counts: dict[str, int]) -> None:
        """Write ``counts`` down as the new baseline, where ``BATIK_COUNT_QUERIES`` says so."""
        if os.environ.get("BATIK_COUNT_QUERIES"):
            BASELINE.write_text(json.dumps(counts, indent=2) + "\n", encoding="utf-8")


def _listen(monkeypatch: pytest.MonkeyPatch, name: str, recorder: Recorder) -> None:
    real = getattr(Scope, name)

    async def listening(scope: Scope, sql: str, *args: object) -> object:
        recorder.statements.append(sql)
        return await real(scope, sql, *args)

    monkeypatch.setattr(Scope, name, listening)
