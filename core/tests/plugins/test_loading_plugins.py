"""What the host makes of plugins that are really installed: good ones in a fixed order, broken ones off with a sentence."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from batikrfm.db.keys import uuid7
from batikrfm.plugins import find_strategy, load_plugins, loading
from batikrfm.plugins.errors import NoSuchStrategyError
from batikrfm.plugins.manager import hook_names
from batikrfm.sdk import Credentials, PluginConfig
from batikrfm.testkit.distributions import PluginFolder


@pytest.fixture
def trouble(plugin_folder: PluginFolder) -> Callable[[str], str]:
    """Install a plugin of this source beside one that works; the sentence that says what is wrong with it."""

    def of(source: str) -> str:
        plugin_folder.add("broken", source)
        plugin_folder.add_strategy("zebra")
        broken, zebra = plugin_folder.load().all
        assert zebra.off is None, "a broken plugin took another one down"
        assert broken.off is not None, "nothing was found wrong"
        assert broken.objects == ()
        assert broken.off.say("id") != broken.off.say("en")
        return broken.off.say("en")

    return of


def test_a_good_plugin_is_on_and_known_by_where_it_came_from(plugin_folder: PluginFolder) -> None:
    plugin_folder.add_strategy("batikku")
    plugin = plugin_folder.only()
    assert (plugin.name, plugin.distribution, plugin.version) == ("batikku", "acme-batikku", "1.0")
    assert (plugin.off, plugin.requires, plugin.builtin) == (None, "<0.2,>=0.1", False)
    (registered,) = plugin.objects
    assert (registered.kind, registered.key, registered.address) == (
        "segmentation_strategies",
        "batikku",
        "segmentation_strategies.batikku",
    )
    plugins = plugin_folder.load()
    assert plugins.owner_of(plugins.segmentation_strategies["batikku"]) == "batikku"


def test_plugins_come_in_the_order_of_their_names_and_built_in_ones_first(plugin_folder: PluginFolder) -> None:
    for name in ("melati", "anggrek", "zebra"):
        plugin_folder.add_strategy(name)
    plugin_folder.add_strategy("worked", distribution="batikrfm")
    assert [plugin.name for plugin in plugin_folder.load().all] == ["worked", "anggrek", "melati", "zebra"]


def test_the_built_in_strategies_are_plugins_like_any_other() -> None:
    plugins = load_plugins(only={"builtin"})
    assert list(plugins.segmentation_strategies) == ["rfm5", "rfm11"]
    assert [(plugin.distribution, plugin.builtin) for plugin in plugins.all] == [("batikrfm", True)]
    assert find_strategy("rfm5").key == "rfm5"


def test_a_strategy_that_nobody_offers_is_said_with_those_that_are() -> None:
    with pytest.raises(NoSuchStrategyError, match=r"no strategy rfm7.*rfm5, rfm11"):
        find_strategy("rfm7")


def test_a_built_in_strategy_is_found_without_importing_other_plugins(plugin_folder: PluginFolder) -> None:
    plugin_folder.add("nosy", "from pathlib import Path\nPath(__file__).with_suffix('.imported').touch()")
    assert find_strategy("rfm11").key == "rfm11"
    assert list(plugin_folder.folder.glob("*.imported")) == []
    load_plugins()
    assert len(list(plugin_folder.folder.glob("*.imported"))) == 1


def test_a_strategy_is_looked_for_once_in_what_is_installed(plugin_folder: PluginFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin_folder.add_strategy("zebra")
    zebra, rfm5 = find_strategy("zebra"), find_strategy("rfm5")
    plugin_folder.add_strategy("anggrek")
    assert find_strategy("anggrek").key == "anggrek", "one that was never asked for is not held to be missing"
    with monkeypatch.context() as patched:
        patched.setattr(loading, "discover", lambda _path: pytest.fail("what is installed was read again"))
        assert find_strategy("zebra") is zebra
        assert find_strategy("rfm5") is rfm5
    monkeypatch.setattr(sys, "path", [one for one in sys.path if one != str(plugin_folder.folder)])
    with pytest.raises(NoSuchStrategyError):
        find_strategy("zebra")


def test_the_host_is_light() -> None:
    script = (
        "import sys; from batikrfm.plugins import find_strategy; find_strategy('rfm5');"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'piccolo', 'asyncpg', 'cryptography', 'packaging', 'rich', 'asyncio'}),"
        "'batikrfm.sdk.channels' in sys.modules, 'batikrfm.sdk.llm' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said == "[] False False\n"


BROKEN = {
    "an import that fails": ("import nowhere_to_be_found", "module nowhere_to_be_found is missing. Install acme-broken"),
    "a syntax error": ("def:", "SyntaxError"),
    "raising on import": ("raise RuntimeError('no\\n  luck')", "RuntimeError at acme_broken_broken.py:1 (no luck)"),
    "ending the program": ("import sys; sys.exit(3)", "SystemExit"),
    "no hooks": ("x = 1", "implements no hook"),
    "a hook without its mark": ("def register_channels(): return []", "register_channels is not marked @hookimpl"),
    "a misspelled hook": (
        "from batikrfm.sdk import hookimpl\n@hookimpl\ndef register_segmentation_strategy(): return []",
        "no hook register_segmentation_strategy. Did you mean register_segmentation_strategies?",
    ),
    "a hook that was never": (
        "from batikrfm.sdk import hookimpl\n@hookimpl\ndef on_teapot(): return []",
        "no hook on_teapot. The hooks are",
    ),
    "a hook with arguments": (
        "from batikrfm.sdk import hookimpl\n@hookimpl\ndef register_channels(app, db): return []",
        "register_channels asks for arguments that there are not: app, db",
    ),
    "an async hook": (
        "from batikrfm.sdk import hookimpl\n@hookimpl\nasync def register_channels(): return []",
        "register_channels must be a plain function: not async",
    ),
    "an async generator": (
        "from batikrfm.sdk import hookimpl\n@hookimpl\nasync def register_channels(): yield 1",
        "register_channels must be a plain function",
    ),
    "a hook that returns a coroutine": (
        "from batikrfm.sdk import hookimpl\nasync def work(): return []\n@hookimpl\ndef register_channels(): return work()",
        "register_channels must be a plain function",
    ),
    "a wrapper around others": (
        "from batikrfm.sdk import hookimpl\n@hookimpl(wrapper=True)\ndef register_channels():\n    yield\n    return []",
        "register_channels must be a plain function: not async, no wrapper",
    ),
    "a hook that raises": (
        "from batikrfm.sdk import hookimpl\n@hookimpl\ndef register_channels():\n    return 1 / 0",
        "ZeroDivisionError at acme_broken_broken.py:4",
    ),
    "a list that raises": (
        "from batikrfm.sdk import hookimpl\n@hookimpl\ndef register_channels():\n    yield from ()\n    raise KeyError('x')",
        "KeyError at acme_broken_broken.py:5",
    ),
    "a hook that forgets to return": (
        "from batikrfm.sdk import hookimpl\n@hookimpl\ndef register_channels(): pass",
        "register_channels must return a list of objects, but there is NoneType in it",
    ),
    "a hook that returns text": (
        "from batikrfm.sdk import hookimpl\n@hookimpl\ndef register_channels(): return 'wa'",
        "register_channels must return a list of objects, but there is str in it",
    ),
    "an object of another kind": (
        "from batikrfm.sdk import hookimpl\n@hookimpl\ndef register_segmentation_strategies(): return [object()]",
        "must return a list of SegmentationStrategy, but there is object in it",
    ),
    "a class where an instance belongs": (
        "from batikrfm.sdk import SegmentationStrategy as S, hookimpl\n@hookimpl\ndef register_segmentation_strategies(): return [S]",
        "must return a list of SegmentationStrategy, but there is the class SegmentationStrategy in it",
    ),
    "an instance where a class belongs": (
        "from batikrfm.sdk import hookimpl\n@hookimpl\ndef register_llm_providers(): return [3]",
        "must return a list of type[LLMProvider], but there is int in it",
    ),
    "an abstract class": (
        "from batikrfm.sdk import Channel, hookimpl\nclass Mine(Channel): pass\n@hookimpl\ndef register_channels(): return [Mine]",
        "Mine is not complete. Still missing: check, parse_events, send, key, name, config_model, capabilities.",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_plugin_is_off_with_a_reason_and_harms_nobody(kind: str, trouble: Callable[[str], str]) -> None:
    source, reason = BROKEN[kind]
    assert reason in trouble(source)


CHANNEL = """
from batikrfm.sdk import Capabilities, Channel, Check, PluginConfig, Secret, Text, hookimpl

class Config(PluginConfig):
    {field}

class Mine(Channel):
    key = "{key}"
    name = Text(id="kanal", en="channel")
    config_model = Config
    capabilities = Capabilities(addresses="email", batch_size=1, per_second=1, address_check={address_check})

    async def check(self): return Check()
    async def send(self, batch): return []
    def parse_events(self, request): ...
    {more}

@hookimpl
def register_channels(): return [Mine]
"""


def channel(*, key: str = "mine", field: str = "token: Secret", address_check: bool = False, more: str = "") -> str:
    return CHANNEL.format(key=key, field=field, address_check=address_check, more=more)


def test_a_whole_channel_is_let_in(plugin_folder: PluginFolder) -> None:
    plugin_folder.add("mine", channel())
    assert plugin_folder.only().off is None
    assert list(plugin_folder.load().channels) == ["mine"]


EXTENSION = """
from batikrfm.sdk import Extension, Text, hookimpl

class Desk(Extension):
    key = {key!r}
    name = Text(id="meja", en="desk")

@hookimpl
def register_extensions(): return [Desk()]
"""


async def test_an_extension_needs_a_key_and_a_name_and_has_nothing_to_set(plugin_folder: PluginFolder) -> None:
    plugin_folder.add("desk", EXTENSION.format(key="desk"))
    plugins = plugin_folder.load()
    assert plugins.all[0].off is None
    desk = plugins.extensions["desk"]
    assert plugins.objects[0].config_model is PluginConfig
    assert (list(desk.routes()), list(desk.commands())) == ([], [])
    assert await plugins.call(desk.authenticate, Credentials("bearer", "anything"), timeout=5) is None
    assert await plugins.call(desk.open_demo, uuid7(), "en", timeout=5) is None
    await plugins.call(desk.serve, asyncio.Event(), timeout=5)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (EXTENSION.format(key="Not A Key"), "name Not A Key cannot be used"),
        (EXTENSION.format(key=None), "Desk is not complete. Still missing: key."),
        (EXTENSION.format(key="desk").replace("[Desk()]", "[Desk]"), "must return a list of Extension, but there is the class Desk in it"),
        (channel(key="Not A Key"), "name Not A Key cannot be used"),
        (channel(address_check=True), "capability address_check must be declared if, and only if, there is reachable"),
        (channel(more="async def reachable(self, addresses): return []"), "capability address_check must be declared"),
        (channel(field="tokens: list[Secret]"), "a Secret inside a list cannot be kept safely (tokens)"),
        (
            channel(field="tokens: dict[str, tuple[Secret | None, ...]] | None = None"),
            "a Secret inside a list cannot be kept safely (tokens)",
        ),
    ],
)
def test_an_object_that_contradicts_itself_is_refused(source: str, reason: str, trouble: Callable[[str], str]) -> None:
    assert reason in trouble(source)


def test_an_entry_point_that_names_nothing(plugin_folder: PluginFolder) -> None:
    plugin_folder.add("gone", None)
    plugin_folder.add("wrong", "x = 1", entry_points="[batikrfm]\nwrong = acme_wrong_wrong:missing\n")
    plugin_folder.add("text", "x = 'I am no plugin'", entry_points="[batikrfm]\ntext = acme_text_text:x\n")
    gone, text, wrong = plugin_folder.load().all
    assert "module acme_gone_gone is missing" in str(gone.off)
    assert "implements no hook" in str(text.off)
    assert "AttributeError" in str(wrong.off)


def test_a_damaged_list_of_entry_points_costs_only_itself(plugin_folder: PluginFolder) -> None:
    plugin_folder.add("broken", "", entry_points="[batikrfm]\nthis is no entry point\n")
    plugin_folder.add_strategy("zebra")
    broken, zebra = plugin_folder.load().all
    assert str(broken.off) == "The list of entry points of acme-broken is damaged. Install it again."
    assert zebra.off is None


def test_a_list_in_another_encoding_costs_only_itself(plugin_folder: PluginFolder) -> None:
    plugin_folder.add("broken", "")
    next(plugin_folder.folder.glob("acme_broken*/entry_points.txt")).write_bytes(b"[batikrfm]\nx = caf\xe9\n")
    plugin_folder.add_strategy("zebra")
    broken, zebra = plugin_folder.load().all
    assert "damaged" in str(broken.off)
    assert zebra.off is None


def test_a_distribution_without_metadata_is_no_reason_to_stop(plugin_folder: PluginFolder) -> None:
    plugin_folder.add_strategy("batikku")
    next(plugin_folder.folder.glob("*/METADATA")).unlink()
    assert plugin_folder.only().name == "batikku"


@pytest.mark.parametrize(("running", "fits"), [("0.1.0", True), ("0.1.9", True), ("0.1.1.dev3", True), ("0.2.0", False), ("0.0.9", False)])
def test_a_plugin_for_other_versions_is_off_and_both_versions_are_said(running: str, fits: bool, plugin_folder: PluginFolder) -> None:  # noqa: FBT001 - a parameter of the test
    plugin_folder.add("old", "raise RuntimeError('imported')", version="3.1", requires="batikrfm>=0.1,<0.2")
    (plugin,) = plugin_folder.load(running).all
    if fits:
        assert "RuntimeError" in str(plugin.off)
    else:
        assert str(plugin.off) == f"Version 3.1 needs batikrfm <0.2,>=0.1, but {running} is installed. Update the plugin or batikrfm."


@pytest.mark.parametrize("requires", [None, "batikrfm", "other>=1", "what is <this>?", "batikrfm>=9; extra == 'later'"])
def test_a_plugin_that_declares_no_range_is_on(requires: str | None, plugin_folder: PluginFolder) -> None:
    plugin_folder.add_strategy("batikku")
    lines = "Metadata-Version: 2.4\nName: acme-batikku\nVersion: 1\n" + (f"Requires-Dist: {requires}\n" if requires else "")
    next(plugin_folder.folder.glob("*/METADATA")).write_text(lines)
    plugin = plugin_folder.only()
    assert (plugin.off, plugin.requires) == (None, None)


def test_two_plugins_with_one_key_are_told_apart_by_name(plugin_folder: PluginFolder) -> None:
    plugin_folder.add_strategy("anggrek", key="bunga")
    plugin_folder.add_strategy("melati", key="bunga")
    anggrek, melati = plugin_folder.load().all
    assert anggrek.off is None
    assert str(melati.off) == (
        "melati and anggrek both register bunga (segmentation_strategies); anggrek keeps it. Uninstall one of the two."
    )
    assert [one.plugin for one in plugin_folder.load().objects] == ["anggrek"]


def test_nobody_takes_a_built_in_strategys_place(plugin_folder: PluginFolder) -> None:
    plugin_folder.add_strategy("aaa", key="rfm5")
    plugins = load_plugins(running="0.1.0")
    assert "aaa and builtin both register rfm5" in str(next(plugin.off for plugin in plugins.all if plugin.name == "aaa"))
    assert plugins.owner_of(plugins.segmentation_strategies["rfm5"]) == "builtin"


def test_the_keys_of_a_refused_plugin_stay_free(plugin_folder: PluginFolder) -> None:
    from batikrfm.testkit.distributions import STRATEGY

    plugin_folder.add("anggrek", STRATEGY.format(key="bunga").replace("[OneGroup()]", "[OneGroup(), 3]"))
    plugin_folder.add_strategy("melati", key="bunga")
    anggrek, melati = plugin_folder.load().all
    assert anggrek.off is not None
    assert melati.off is None


def test_two_plugins_with_one_name(plugin_folder: PluginFolder) -> None:
    plugin_folder.add_strategy("batikku", distribution="acme-one")
    plugin_folder.add_strategy("batikku", key="other", distribution="acme-two")
    one, two = plugin_folder.load().all
    assert one.off is None
    assert str(two.off) == "The plugin name batikku is already taken by acme-one. Uninstall one of the two."
    named = plugin_folder.load().named("batikku")
    assert named is not None
    assert named.distribution == "acme-one"


def test_a_name_that_cannot_be_a_namespace_is_refused(plugin_folder: PluginFolder) -> None:
    plugin_folder.add("x", "", entry_points="[batikrfm]\nBad Name = acme_x_x\n")
    assert "name Bad Name cannot be used" in str(plugin_folder.only().off)


@pytest.mark.parametrize("hook", hook_names())
def test_every_hook_is_called_once_by_the_host(hook: str, plugin_folder: PluginFolder) -> None:
    plugin_folder.add(
        "recorder", f"from batikrfm.sdk import hookimpl\ncalls = []\n@hookimpl\ndef {hook}():\n    calls.append('{hook}')\n    return []"
    )
    assert plugin_folder.only().off is None
    assert sys.modules["acme_recorder_recorder"].calls == [hook]


def test_an_object_can_be_a_plugin_too(plugin_folder: PluginFolder) -> None:
    source = "from batikrfm.sdk import hookimpl\nclass P:\n    @hookimpl\n    def register_channels(self): return []\nplugin = P()"
    plugin_folder.add("thing", source, entry_points="[batikrfm]\nthing = acme_thing_thing:plugin\n")
    assert plugin_folder.only().off is None


def test_the_first_distribution_on_the_path_counts(plugin_folder: PluginFolder, tmp_path: Path) -> None:
    plugin_folder.add_strategy("batikku")
    second = PluginFolder(tmp_path / "second")
    second.folder.mkdir()
    second.add("batikku", None, version="2.0")
    plugins = load_plugins(path=[str(plugin_folder.folder), str(second.folder)], running="0.1.0")
    assert [plugin.version for plugin in plugins.all] == ["1.0"]
