"""Which versions of batikrfm a plugin was made for: said by its own requirement on ``batikrfm``, in its distribution's metadata."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import TYPE_CHECKING

from batikrfm.plugins.discovery import HOST, Found
from batikrfm.plugins.troubles import IncompatibleError

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def check_compatible(found: Found, running: str | None = None) -> str | None:
    """The range that ``found`` declares, or None if it declares none. Raises :class:`IncompatibleError` outside of it."""
    if found.distribution == HOST:
        return None
    running = running or version(HOST)
    ranges = [one.specifier for one in _requirements(found.requires) if one.specifier]
    for one in ranges:
        if not one.contains(running, prereleases=True):
            raise IncompatibleError(version=found.version, needs=str(one), running=running)
    return ",".join(str(one) for one in ranges) or None


def _requirements(texts: Iterable[str]) -> Iterable[Requirement]:
    from packaging.requirements import InvalidRequirement, Requirement

    for text in texts:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue  # an odd requirement on somebody else is the installer's business
        if requirement.name.lower() == HOST and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            yield requirement
