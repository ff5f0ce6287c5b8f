"""Plugins as they are really installed: distributions in a folder, with metadata, an entry point and a module."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from batikrfm.plugins import Plugin, Plugins, load_plugins

METADATA = "Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n"

STRATEGY = """
from batikrfm.sdk import PluginConfig, Segment, Segmentation, SegmentationStrategy, Text, hookimpl

WORDS = Text(id="kata", en="words")


class OneGroup(SegmentationStrategy[PluginConfig]):
    key = "{key}"
    name = WORDS
    segments = (Segment("all", WORDS, WORDS, WORDS),)
    config_model = PluginConfig

    def segment(self, customers, config):
        import polars as pl

        return Segmentation(customers.with_columns(segment=pl.lit("all")), "one", {{}}, WORDS)


@hookimpl
def register_segmentation_strategies():
    return [OneGroup()]
"""


@dataclass
class PluginFolder:
    """A folder of distributions, and what the host makes of them."""

    folder: Path

    def add(  # noqa: PLR0913 - what a distribution says of itself
        self,
        name: str,
        source: str | None,
        *,
        version: str = "1.0",
        requires: str | None = "batikrfm>=0.1,<0.2",
        entry_points: str | None = None,
        distribution: str | None = None,
    ) -> None:
        """Install the plugin ``name`` with ``source`` as its module; None leaves the module out."""
        distribution = distribution or f"acme-{name}"
        module = f"{distribution}_{name}".replace("-", "_")
        info = self.folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir(exist_ok=True)
        needs = f"Requires-Dist: {requires}\n" if requires else ""
        (info / "METADATA").write_text(METADATA.format(name=distribution, version=version) + needs, encoding="utf-8")
        (info / "entry_points.txt").write_text(entry_points or f"[batikrfm]\n{name} = {module}\n", encoding="utf-8")
        if source is not None:
            (self.folder / f"{module}.py").write_text(dedent(source), encoding="utf-8")

    def add_strategy(self, name: str, *, key: str | None = None, distribution: str | None = None) -> None:
        """Install a plugin that works: one strategy, under the plugin's name unless ``key`` says another."""
        self.add(name, STRATEGY.format(key=key or name), distribution=distribution)

    def load(self, running: str = "0.1.0") -> Plugins:
        """What the host loads from this folder alone."""
        return load_plugins(path=[str(self.folder)], running=running)

    def only(self) -> Plugin:
        """The one plugin in this folder."""
        (plugin,) = self.load().all
        return plugin
