"""Fills the templates of a kind of plugin and writes them. A template is a file beside this module, with ``$names`` to fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from string import Template
from typing import Final

from batikrfm.cli.new_plugin.errors import BadTitleError, FolderTakenError
from batikrfm.plugins.discovery import HOST
from batikrfm.plugins.kinds import NAME
from batikrfm.plugins.troubles import BadNameError

TEMPLATES: Final = Path(__file__).parent
FILES: Final[Mapping[str, Mapping[str, str]]] = {
    "channel": {
        "pyproject.toml.txt": "pyproject.toml",
        "README.md.txt": "README.md",
        "package.py.txt": "src/batikrfm_{key}/__init__.py",
        "channel.py.txt": "src/batikrfm_{key}/channel.py",
        "webhooks.py.txt": "src/batikrfm_{key}/webhooks.py",
        "vendor.py.txt": "tests/vendor.py",
        "test_channel.py.txt": "tests/test_{key}_channel.py",
    }
}
"""For each kind: a template and the file that it becomes."""
MEDIA: Final[Mapping[str, Mapping[str, str]]] = {
    "email": {
        "address": r"[^\s@,;:<>()]+@([^\s@,;:<>().]+\.)+[^\s@,;:<>().]{2,}",
        "html": "True",
        "max_length": "None",
        "sample": "pelanggan{number}@toko.example",
    },
    "phone": {"address": r"\+[1-9][0-9]{7,14}", "html": "False", "max_length": "4_096", "sample": "+628120000{number:04}"},
}
"""What differs by what a channel's messages go to."""
UNFIT: Final = frozenset("\"'\\{}$\r\n")


@dataclass(frozen=True)
class Plan:
    """What is wanted: ``key`` is the plugin's name and its channel's, ``title`` what people read."""

    key: str
    kind: str
    addresses: str
    title: str | None = None

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.key):
            raise BadNameError(name=self.key)
        if UNFIT & {*self.shown}:
            raise BadTitleError

    @property
    def dashed(self) -> str:
        """The name as distributions and hosts have it."""
        return self.key.replace("_", "-").rstrip("-")

    @property
    def shown(self) -> str:
        """The name that people read."""
        return self.title or self.key.replace("_", " ").title()

    def values(self) -> Mapping[str, str]:
        """What the templates' gaps are filled with."""
        major, minor = version(HOST).split(".")[:2]
        return {
            "key": self.key,
            "dashed": self.dashed,
            "title": self.shown,
            "Class": f"{self.key.replace('_', ' ').title().replace(' ', '')}Channel",
            "addresses": self.addresses,
            "version": f"{major}.{minor}",
            "next_version": f"{major}.{int(minor) + 1}",
            **MEDIA[self.addresses],
        }


def write_plugin(plan: Plan, folder: Path) -> Path:
    """Write what ``plan`` says into ``folder``, which is empty or not there; returns it.

    Raises:
        FolderTakenError: something is in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTakenError(folder=folder)
    values = plan.values()
    for template, target in FILES[plan.kind].items():
        file = folder / target.format(key=plan.key)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = (TEMPLATES / plan.kind / template).read_text(encoding="utf-8")
        file.write_text(Template(text).substitute(values), encoding="utf-8")
    return folder
