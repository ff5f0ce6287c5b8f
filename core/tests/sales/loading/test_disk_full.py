from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


def own_mounts_are_allowed() -> bool:
    return shutil.which("unshare") is not None and subprocess.run([*NAMESPACE, "true"], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not own_mounts_are_allowed(), reason="this machine does not let a user mount a small disk of their own")
def test_an_import_that_fills_the_disk_leaves_nothing_and_works_when_there_is_room(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    program = Path(__file__).with_name("full_disk_process.py")
    done = subprocess.run([*NAMESPACE, sys.executable, program, tmp_path / "disk"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told.pop("no room for anything") in {"ServerDiskFullError", "LostConnectionError"}
    assert told == {
        "no room for tables": "ServerDiskFullError",
        "shop afterwards": True,
        "shop after recovery": True,
        "import with room": 20_000,
    }
