"""Fixtures for tests of plugins. Installed with batikrfm, so every plugin's tests have them (entry point group ``pytest11``).

What they need is imported when they are asked for: tests of anything else pay nothing.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from batikrfm.sdk import PluginContext
    from batikrfm.testkit.distributions import PluginFolder
    from batikrfm.testkit.fakes import ScriptedHttp, StillClock


@pytest.fixture
def still_clock() -> StillClock:
    """A clock that stands still until it is moved."""
    from batikrfm.testkit.fakes import StillClock

    return StillClock()


@pytest.fixture
def scripted_http() -> ScriptedHttp:
    """HTTP that answers from a script and remembers what was asked."""
    from batikrfm.testkit.fakes import ScriptedHttp

    return ScriptedHttp()


@pytest.fixture
def plugin_context(still_clock: StillClock, scripted_http: ScriptedHttp) -> PluginContext:
    """What the host hands to a plugin, with a still clock and scripted HTTP."""
    from batikrfm.sdk import PluginContext

    return PluginContext(language="id", log=logging.getLogger("plugin"), http=scripted_http, clock=still_clock)


@pytest.fixture
def plugin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PluginFolder]:
    """A folder on ``sys.path`` to install plugins into; what was imported from it is forgotten afterwards."""
    from batikrfm.testkit.distributions import PluginFolder

    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield PluginFolder(folder)
    for name in set(sys.modules) - before:
        if str(folder) in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]
