"""Counts the statements that a page needs. Its own work only: what a transaction begins and ends with is not counted."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from batikrfm.db.scopes import Scope


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


def _listen(monkeypatch: pytest.MonkeyPatch, name: str, recorder: Recorder) -> None:
    real = getattr(Scope, name)

    async def listening(scope: Scope, sql: str, *args: object) -> object:
        recorder.statements.append(sql)
        return await real(scope, sql, *args)

    monkeypatch.setattr(Scope, name, listening)
