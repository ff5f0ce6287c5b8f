"""What the host counts of plugins. Labels name plugins and methods, never tenants or customers."""

from __future__ import annotations

from typing import Protocol


class Metrics(Protocol):
    """Takes one figure per call of a plugin."""

    def plugin_called(self, *, plugin: str, method: str, outcome: str, seconds: float) -> None:
        """``outcome`` is ``ok``, ``cancelled`` or the name of the error's class."""


class NoMetrics:
    """Counts nothing."""

    def plugin_called(self, *, plugin: str, method: str, outcome: str, seconds: float) -> None:
        """Nobody asked."""
