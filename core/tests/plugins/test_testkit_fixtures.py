"""The fixtures that every plugin author gets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from batikrfm.sdk import PluginContext, RateLimitedError
from batikrfm.testkit.distributions import PluginFolder
from batikrfm.testkit.fakes import ScriptedHttp, StillClock


def test_the_clock_stands_still_until_it_is_moved(plugin_context: PluginContext, still_clock: StillClock) -> None:
    assert plugin_context.clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    still_clock.move(90)
    assert plugin_context.clock.now() == datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC)


async def test_http_answers_from_its_script_and_remembers(plugin_context: PluginContext, scripted_http: ScriptedHttp) -> None:
    scripted_http.will_answer(data={"id": "1"}, headers={"retry-after": "3"})
    scripted_http.will_answer(status=502, data=b"<html>")
    scripted_http.will_fail([RateLimitedError(wait=3)])
    async with plugin_context.http(base_url="https://api.example.com", headers={"authorization": "t"}) as http:
        first = await http.request("POST", "/send", headers={"x": "y"}, body=b"halo")
        second = await http.request("GET", "/status", seconds=5)
        with pytest.raises(RateLimitedError):
            await http.request("GET", "/status")
        with pytest.raises(AssertionError, match=r"no answer is scripted for GET https://api\.example\.com/more"):
            await http.request("GET", "/more")
    assert (first.status, first.json(), first.headers) == (200, {"id": "1"}, {"retry-after": "3"})
    assert (second.status, second.body) == (502, b"<html>")
    asked = scripted_http.asked[0]
    assert (asked.method, asked.url, asked.headers, asked.body) == (
        "POST",
        "https://api.example.com/send",
        {"authorization": "t", "x": "y"},
        b"halo",
    )
    assert len(scripted_http.asked) == 4


def test_a_plugin_folder_is_like_an_installation(plugin_folder: PluginFolder, tmp_path: Path) -> None:
    plugin_folder.add_strategy("bloom")
    assert plugin_folder.only().off is None
    assert plugin_folder.folder.parent == tmp_path
