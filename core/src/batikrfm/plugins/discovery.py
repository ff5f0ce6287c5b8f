"""Finding plugins: the entry points of the group ``batikrfm``, one distribution at a time.

``importlib.metadata.entry_points()`` parses every distribution in one go, so one damaged ``entry_points.txt`` anywhere would hide
every plugin. Here a damaged one costs only itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, distributions

from batikrfm.sdk.hooks import PROJECT

HOST = "batikrfm"
"""The distribution whose plugins come first, so that nobody can take a built-in's place."""


@dataclass(frozen=True)
class Found:
    """An entry point and where it came from. ``entry_point`` is None where the distribution's list could not be read."""

    name: str
    distribution: str
    version: str
    requires: tuple[str, ...]
    entry_point: EntryPoint | None

    @property
    def order(self) -> tuple[bool, str, str]:
        """Built-ins first, then by name: never by the order on the path."""
        return (self.distribution != HOST, self.name, self.distribution)


def discover(path: Iterable[str] | None = None) -> list[Found]:
    """Every plugin installed (on ``path`` instead of ``sys.path`` if given), in the order in which they load."""
    installed = distributions(path=list(path)) if path is not None else distributions()
    found: dict[tuple[str, str], Found] = {}
    for distribution in installed:
        for one in _plugins_of(distribution):
            found.setdefault((one.distribution, one.name), one)  # as for imports, the first on the path wins
    return sorted(found.values(), key=lambda one: one.order)


def _plugins_of(distribution: Distribution) -> Iterator[Found]:
    try:
        if f"[{PROJECT}]" not in (distribution.read_text("entry_points.txt") or ""):
            return
        points: tuple[EntryPoint | None, ...] = tuple(distribution.entry_points.select(group=PROJECT))
    except Exception:  # noqa: BLE001 - a damaged list may fail in any way, and must cost only itself
        points = (None,)
    name, version = _metadata(distribution, "Name"), _metadata(distribution, "Version")
    requires = tuple(distribution.requires or ())
    for point in points:
        yield Found(point.name if point else name, name, version, requires, point)


def _metadata(distribution: Distribution, field: str) -> str:
    values = distribution.metadata.get_all(field) or ["unknown"]
    return str(values[0])
