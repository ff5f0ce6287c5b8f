"""``batikrfm plugins`` as a user calls it: a process of its own, plugins really installed, a database of its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from batikrfm.plugins import load_plugins
from batikrfm.plugins.activation import active
from batikrfm.settings import Settings
from batikrfm.tenancy import Tenant, create_tenant, open_database, tenant_scope
from batikrfm.testkit.distributions import STRATEGY, PluginFolder


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Run = Callable[..., Said]

WRITER = """
from pydantic import Field
from batikrfm.sdk import Check, LLMCapabilities, LLMProvider, PluginConfig, Secret, Text, hookimpl

class Config(PluginConfig):
    api_key: Secret = Field(json_schema_extra={"environment": "WRITER_KEY"})
    max_tokens: int = Field(default=100, json_schema_extra={"environment": "WRITER_TOKENS"})

class Writer(LLMProvider):
    key = "writer"
    name = Text(id="Penulis", en="Writer")
    config_model = Config
    capabilities = LLMCapabilities()
    def models(self, tier): return ["one"]
    async def check(self): return Check()
    async def complete(self, request): ...

@hookimpl
def register_llm_providers(): return [Writer]
"""


@pytest.fixture
def plugins(plugin_folder: PluginFolder) -> Run:
    """Call ``batikrfm plugins ...`` with the plugins of ``plugin_folder`` installed beside the real ones."""

    def run(*arguments: str, **variables: str) -> Said:
        path = os.pathsep.join([str(plugin_folder.folder), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path, "COLUMNS": "200", "LC_ALL": "C.UTF-8", **variables}
        command = [sys.executable, "-c", "from batikrfm.cli import main; main()", "plugins", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return Said(done.returncode, done.stdout, done.stderr)

    return run


def test_the_list_shows_every_plugin_and_where_it_came_from(plugins: Run, plugin_folder: PluginFolder) -> None:
    plugin_folder.add_strategy("bloom")
    plugin_folder.add("wilted", "raise RuntimeError('[red]no[/red]')")
    said = plugins("list", "--lang", "en")
    assert (said.code, said.err) == (0, "")
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in said.out.splitlines() if line.startswith("│")]
    assert rows[0] == ["builtin", "batikrfm 0.1.0", "works", "channels.outbox_email"]
    assert [row[3] for row in rows[1:3]] == ["channels.outbox_whatsapp", "llm_providers.template"]
    assert ["bloom", "acme-bloom 1.0", "works", "segmentation_strategies.bloom"] in rows
    assert any(row[:3] == ["wilted", "acme-wilted 1.0", "off"] for row in rows)
    assert "[red]no[/red]" in " ".join(row[3] for row in rows)


def test_doctor_says_what_the_environment_sets_up(plugins: Run, plugin_folder: PluginFolder) -> None:
    plugin_folder.add("writer", WRITER)
    none = plugins("doctor", "--lang", "en", WRITER_KEY="")
    good = plugins("doctor", "--lang", "en", WRITER_KEY="sk-rahasia", WRITER_TOKENS="500")
    bad = plugins("doctor", "--lang", "en", WRITER_KEY="sk-rahasia", WRITER_TOKENS="banyak")
    assert none.code == good.code == 0
    assert "writer" not in none.out
    assert "writer (acme-writer 1.0) is set up by this installation (WRITER_KEY, WRITER_TOKENS)" in good.out
    assert bad.code == 1
    assert "WRITER_TOKENS of the installation: it must be a whole number." in bad.out
    assert "sk-rahasia" not in good.out + bad.out


def test_the_json_is_one_object_and_nothing_else(plugins: Run, plugin_folder: PluginFolder) -> None:
    plugin_folder.add_strategy("bloom")
    plugin_folder.add("wilted", "raise RuntimeError('[red]no[/red]')")
    said = plugins("list", "--json", "--lang", "id")
    plugins_by_name = {plugin["name"]: plugin for plugin in json.loads(said.out)["plugins"]}
    builtin, bloom, wilted = (plugins_by_name[name] for name in ("builtin", "bloom", "wilted"))
    assert said.err == ""
    assert (builtin["name"], builtin["builtin"], builtin["works"]) == ("builtin", True, True)
    assert bloom == {
        "name": "bloom",
        "distribution": "acme-bloom",
        "version": "1.0",
        "entry_point": "acme_bloom_bloom",
        "requires": "<0.2,>=0.1",
        "builtin": False,
        "works": True,
        "reason": None,
        "objects": [{"kind": "segmentation_strategies", "key": "bloom"}],
    }
    assert wilted["works"] is False
    assert wilted["reason"] == (
        "acme_wilted_wilted gagal dimuat: RuntimeError di acme_wilted_wilted.py:1 ([red]no[/red]). Laporkan kepada pembuat plugin."
    )


def test_the_doctor_is_content_when_everything_works(plugins: Run, plugin_folder: PluginFolder) -> None:
    plugin_folder.add_strategy("bloom")
    assert plugins("doctor", "--lang", "en") == Said(0, "Every plugin works.\n", "")
    assert plugins("doctor", "--lang", "id").out == "Semua plugin siap dipakai.\n"


def test_the_doctor_says_what_is_wrong_and_what_to_do_and_exits_1(plugins: Run, plugin_folder: PluginFolder) -> None:
    plugin_folder.add_strategy("bloom")
    plugin_folder.add("old", "", requires="batikrfm>=9,<10")
    plugin_folder.add("wilted", "from batikrfm.sdk import hookimpl\n@hookimpl\ndef register_channel(): return []")
    said = plugins("doctor", "--lang", "en")
    assert said.code == 1
    assert said.err == ""
    assert said.out.splitlines() == [
        "old (acme-old 1.0): Version 1.0 needs batikrfm <10,>=9, but 0.1.0 is installed. Update the plugin or batikrfm.",
        "wilted (acme-wilted 1.0): There is no hook register_channel. Did you mean register_channels?",
    ]


def test_the_doctor_mentions_a_plugin_without_a_range(plugins: Run, plugin_folder: PluginFolder) -> None:
    plugin_folder.add("bloom", STRATEGY.format(key="bloom"), requires=None)
    said = plugins("doctor", "--lang", "en")
    assert said.code == 0
    assert "bloom (acme-bloom 1.0) does not say which versions of batikrfm it supports" in said.out


async def active_for(tenant: Tenant) -> list[str]:
    async with tenant_scope(tenant.id):
        return [plugin.name for plugin in (await active(load_plugins())).all]


async def test_a_plugin_is_switched_for_a_tenant(plugins: Run, plugin_folder: PluginFolder, tmp_path: Path) -> None:
    plugin_folder.add_strategy("bloom")
    settings = Settings(data_dir=tmp_path / "data")
    there = ("--tenant", "batik-bu-sri", "--data-dir", str(settings.data_dir), "--lang", "en")
    async with open_database(settings):
        mine, other = await create_tenant("Batik Bu Sri"), await create_tenant("Other")
        assert await active_for(mine) == ["builtin"]
        enabled = await asyncio.to_thread(plugins, "enable", "bloom", *there)
        disabled = await asyncio.to_thread(plugins, "disable", "builtin", *there)
        nobody = await asyncio.to_thread(plugins, "enable", "rose", *there)
        assert await active_for(mine) == ["bloom"]
        assert await active_for(other) == ["builtin"]
    assert enabled == Said(0, "bloom is on for Batik Bu Sri.\n", "")
    assert disabled == Said(0, "builtin is off for Batik Bu Sri.\n", "")
    installed = ", ".join(plugin.name for plugin in load_plugins().all)
    assert {"builtin", "bloom"} <= {*installed.split(", ")}
    assert nobody == Said(1, "", f"There is no plugin rose. Installed: {installed}.\n")


def test_a_tenant_has_to_be_named(plugins: Run) -> None:
    said = plugins("enable", "builtin")
    assert said.code == 2
    assert "--tenant" in said.err
