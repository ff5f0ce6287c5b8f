"""Each page in a real browser, on a phone and on a desk, light and dark: nothing that WCAG 2.2 AA forbids, nothing that the policy blocks.

``BATIK_SCREENSHOTS=folder`` keeps a picture of each, to be looked at.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from batikrfm.db.database import Database
from batikrfm_tenants import sessions
from batikrfm_tenants.portal.services import Services
from portal_site import Site
from query_counts import Recorder
from scenes import SCENES, Stage
from visits import PAGES, Furnished, Visit, furnished

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"phone": (360, 740), "desk": (1280, 800)}
STILL = "document.getAnimations().forEach((one) => one.effect.getComputedTiming().endTime === Infinity ? one.cancel() : one.finish())"
"""Ends what moves, so that colours are those that stay."""
Light = Literal["light", "dark"]


@pytest.fixture
async def place(address: tuple[str, Services], database: Database) -> tuple[str, Furnished]:
    public, services = address
    return public, await furnished(services.office, database)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_page_is_for_everybody(browser: Browser, place: tuple[str, Furnished], size: str, light: Light) -> None:
    wrong: list[str] = []
    width, height = SIZES[size]
    for visit in PAGES:
        context = await browser.new_context(viewport={"width": width, "height": height}, color_scheme=light, locale="id-ID")
        page = await context.new_page()
        _listen(page, wrong)
        wrong += [f"{visit.name}: {one}" async for one in _looked_at(page, visit, place, width)]
        await _photographed(page, f"{visit.name}-{size}-{light}")
        await context.close()
    assert wrong == []


@pytest.mark.timeout(900)
@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.usefixtures("broken")
async def test_what_follows_a_form_is_for_everybody(
    browser: Browser, place: tuple[str, Furnished], address: tuple[str, Services], size: str, light: Light
) -> None:
    wrong: list[str] = []
    width, height = SIZES[size]
    for scene in SCENES:
        context = await browser.new_context(viewport={"width": width, "height": height}, color_scheme=light, locale="id-ID")
        page = await context.new_page()
        page.set_default_timeout(30_000)
        _listen(page, wrong)
        async for name in scene(Stage(page, *place, address[1])):
            wrong += [f"{name}: {one}" async for one in _faults(page, width)]
            await _photographed(page, f"{name}-{size}-{light}")
        await context.close()
    assert wrong == []


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours: the page of one's sessions cannot be made by the newcomer."""
    real = sessions.list_sessions

    async def mistaken(session: sessions.Session) -> list[sessions.Session]:
        if session.user.name == "Dewi":
            raise ZeroDivisionError
        return await real(session)

    monkeypatch.setattr(sessions, "list_sessions", mistaken)


async def _looked_at(page: Page, visit: Visit, place: tuple[str, Furnished], width: int) -> AsyncIterator[str]:
    public, there = place
    if visit.who != "nobody":
        await page.context.add_cookies([{"name": "session", "value": there.people[visit.who].token, "url": public}])
    answer = await page.goto(public + there.address(visit))
    assert answer is not None
    if answer.status != visit.status:
        yield f"answers {answer.status}"
    async for fault in _faults(page, width):
        yield fault


async def _faults(page: Page, width: int) -> AsyncIterator[str]:
    if await page.evaluate("document.documentElement.scrollWidth") > width:
        yield "is wider than the screen"
    await page.evaluate(STILL)
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = await page.evaluate("(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES)
    for violation in found["violations"]:
        yield f"{violation['id']}: {[node['html'] for node in violation['nodes']][:3]}"


def _listen(page: Page, said: list[str]) -> None:
    """Write down what the policy blocks, and scripts that fail."""
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("pageerror", lambda error: said.append(f"script: {error}"))


async def _photographed(page: Page, name: str) -> None:
    if folder := os.environ.get("BATIK_SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def test_axe_finds_what_is_wrong(browser: Browser, address: tuple[str, Services]) -> None:
    page = await browser.new_page()
    await page.goto(f"{address[0]}/masuk")
    await page.evaluate("document.querySelector('label[for=email]').remove()")
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES)
    assert "label" in {violation["id"] for violation in found["violations"]}
    await page.close()


async def test_the_policy_blocks_what_a_page_did_not_bring(browser: Browser, address: tuple[str, Services]) -> None:
    page = await browser.new_page()
    blocked: list[str] = []
    _listen(page, blocked)
    await page.goto(f"{address[0]}/masuk")
    assert blocked == []
    await page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))")
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\" onclick=\"window.ran = 1\">x</p>')")
    await page.locator("p", has_text="x").last.click()
    assert await page.evaluate("window.ran") is None
    assert len(blocked) >= 2
    await page.close()


async def test_pages_need_no_more_statements_than_they_did(
    site: Site, database: Database, recorder: Recorder, baseline: dict[str, int]
) -> None:
    there = await furnished(site.services.office, database)
    counts = {}
    for visit in PAGES:
        site.sign_in(there.people.get(visit.who))
        recorder.forget()
        answer = await site.open(there.address(visit))
        assert answer.status_code == visit.status, visit.name
        counts[visit.name] = len(recorder.statements)
    recorder.keep(counts)
    assert counts == baseline, "a page asks more or less than it did: look why; BATIK_COUNT_QUERIES=1 keeps the new counts"
