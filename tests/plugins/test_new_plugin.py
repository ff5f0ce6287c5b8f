"""``batikrfm plugins new``: what it writes loads, keeps the contract from the first minute, and is red when somebody breaks it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from batikrfm.cli.new_plugin import new
from batikrfm.cli.new_plugin.errors import BadTitleError, FolderTakenError
from batikrfm.cli.new_plugin.writing import FILES, TEMPLATES, Plan, write_plugin
from batikrfm.plugins import load_plugins
from batikrfm.plugins.troubles import BadNameError
from batikrfm.testkit.distributions import METADATA

MEDIA = ("email", "phone")


def suite(folder: Path, *chosen: str) -> tuple[int, str]:
    """Exit code and words of the plugin's own tests, run as its author runs them."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen]
    environment = {"HOME": str(folder), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def installed(folder: Path) -> Path:
    """The folder to put onto the path, where a new plugin is installed as its ``pyproject.toml`` says."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = folder / "src" / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    needs = "".join(f"Requires-Dist: {one}\n" for one in project["dependencies"])
    (info / "METADATA").write_text(METADATA.format(name=project["name"], version=project["version"]) + needs, encoding="utf-8")
    points = "".join(f"{name} = {value}\n" for name, value in project["entry-points"]["batikrfm"].items())
    (info / "entry_points.txt").write_text(f"[batikrfm]\n{points}", encoding="utf-8")
    return folder / "src"


@pytest.mark.parametrize("addresses", MEDIA)
def test_a_new_channel_is_green_from_the_first_minute(tmp_path: Path, addresses: str) -> None:
    folder = write_plugin(Plan("kurir", "channel", addresses), tmp_path / "new")
    code, said = suite(folder)
    assert code == 0, said
    assert " passed" in said


@pytest.mark.parametrize("addresses", MEDIA)
def test_the_host_lets_a_new_channel_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, addresses: str) -> None:
    source = installed(write_plugin(Plan(f"pos_{addresses}", "channel", addresses), tmp_path / "new"))
    monkeypatch.syspath_prepend(source)
    loaded = load_plugins(path=[str(source)])
    (plugin,) = loaded.all
    assert plugin.off is None
    assert loaded.channels[f"pos_{addresses}"].capabilities.addresses == addresses


ONCE = "        answer = await self.http.request(method, path, headers=headers, body=body)"
BROKEN = {
    "believes any webhook": ("src/batikrfm_kurir/webhooks.py", "        raise ForgedRequestError", "        pass", "forged"),
    "takes a wait for an error": ("src/batikrfm_kurir/channel.py", "answer.status == 429", "answer.status == 420", "wait_is_passed_on"),
    "tries again by itself": ("src/batikrfm_kurir/channel.py", ONCE, f"{ONCE}\n        {ONCE.lstrip()}", "one_attempt"),
    "takes any address": ("src/batikrfm_kurir/channel.py", "if not ADDRESS.fullmatch(message.to):", "if not message.to:", "none_or_a_list"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_new_channel_that_is_broken_is_red(tmp_path: Path, how: str) -> None:
    file, before, after, chosen = BROKEN[how]
    folder = write_plugin(Plan("kurir", "channel", "email"), tmp_path / "new")
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after), encoding="utf-8")
    code, said = suite(folder, "-k", chosen)
    assert code == 1, said
    assert " failed" in said


@pytest.mark.parametrize("key", ["message", "channel", "class", "x", "toko_2", "a" * 63, "plugin_config"])
def test_whatever_it_is_called_it_is_a_program(tmp_path: Path, key: str) -> None:
    folder = write_plugin(Plan(key, "channel", "phone", title="Pesan & Kabar <b>"), tmp_path / "new")
    for file in folder.rglob("*.py"):
        compile(file.read_text(encoding="utf-8"), file, "exec")
    assert tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]["batikrfm"] == {
        key: f"batikrfm_{key}"
    }


@pytest.mark.parametrize("key", ["", "Kurir", "2kurir", "ku-rir", "../kurir", "kurir.", "k" * 64, "kurir;x"])
def test_a_name_that_no_plugin_can_have_is_refused(key: str) -> None:
    with pytest.raises(BadNameError):
        Plan(key, "channel", "email")


@pytest.mark.parametrize("title", ['Kurir"', "Kurir'", "Kurir\\", "{Kurir}", "$Kurir", "Kurir\nimport os"])
def test_a_title_that_would_end_a_string_is_refused(title: str) -> None:
    with pytest.raises(BadTitleError):
        Plan("kurir", "channel", "email", title)


def test_what_is_there_stays_there(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    for taken in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(FolderTakenError):
            write_plugin(Plan("kurir", "channel", "email"), taken)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_says_what_to_do_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(new, ["kurir_kita", "--addresses", "phone", "--lang", "en"])
    assert said.output == "Kurir Kita is in batikrfm-kurir-kita. Run its tests: cd batikrfm-kurir-kita && python -m pytest -q\n"
    assert (tmp_path / "batikrfm-kurir-kita" / "src" / "batikrfm_kurir_kita" / "channel.py").exists()


def test_every_template_is_written_and_every_file_has_one() -> None:
    for kind, files in FILES.items():
        assert {file.name for file in (TEMPLATES / kind).iterdir()} == {*files}
