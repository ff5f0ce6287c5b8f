"""Each page in a real browser, on a phone and on a desk, light and dark: nothing that WCAG 2.2 AA forbids, nothing that the policy blocks.

``BATIK_SCREENSHOTS=folder`` keeps a picture of each, to be looked at.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
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
    from playwright.async_api import Browser, Page, ViewportSize

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = "async (tags) => (await axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: tags}})).violations"
STILL = "document.getAnimations().forEach((one) => one.effect.getComputedTiming().endTime === Infinity ? one.cancel() : one.finish())"
"""Ends what moves, so that colours are those that stay."""
HALVES = [0, 1]
"""Each a test, which workers share more evenly than one that is long."""
Light = Literal["light", "dark"]


@dataclass(frozen=True)
class Screen:
    """A size, and the order in which its pages are looked at: they are opened in the first, and change to the second before one's eyes."""

    name: str
    width: int
    height: int
    lights: tuple[Light, Light]

    async def entered(self, browser: Browser, wrong: list[str]) -> Page:
        """A page on this screen, each document of which can be asked for its faults; what it says of itself comes to ``wrong``."""
        size: ViewportSize = {"width": self.width, "height": self.height}
        context = await browser.new_context(viewport=size, color_scheme=self.lights[0], locale="id-ID")
        await context.add_init_script(AXE.read_text(encoding="utf-8"))
        page = await context.new_page()
        page.set_default_timeout(30_000)
        _listen(page, wrong)
        return page


SCREENS = [Screen("phone", 360, 740, ("dark", "light")), Screen("desk", 1280, 800, ("light", "dark"))]


@pytest.fixture
async def place(address: tuple[str, Services], database: Database) -> tuple[str, Furnished]:
    public, services = address
    return public, await furnished(services.office, database)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
async def test_every_page_is_for_everybody(browser: Browser, place: tuple[str, Furnished], screen: Screen, half: int) -> None:
    wrong: list[str] = []
    page = await screen.entered(browser, wrong)
    for visit in PAGES[half::2]:
        await page.emulate_media(color_scheme=screen.lights[0])
        status = await _opened(page, visit, place)
        if status != visit.status:
            wrong.append(f"{visit.name}: answers {status}")
        wrong += await _looked_at(page, visit.name, screen)
    assert wrong == []


@pytest.mark.timeout(900)
@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
@pytest.mark.usefixtures("broken")
async def test_what_follows_a_form_is_for_everybody(
    browser: Browser, place: tuple[str, Furnished], address: tuple[str, Services], screen: Screen, half: int
) -> None:
    wrong: list[str] = []
    page = await screen.entered(browser, wrong)
    for scene in SCENES[half::2]:
        await _left(page)
        async for name in scene(Stage(page, *place, address[1])):
            wrong += await _looked_at(page, name, screen)
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


async def _opened(page: Page, visit: Visit, place: tuple[str, Furnished]) -> int:
    """What the server answers to ``visit``, which ``page`` then shows."""
    public, there = place
    await _left(page)
    if visit.who != "nobody":
        await page.context.add_cookies([{"name": "session", "value": there.people[visit.who].token, "url": public}])
    answer = await page.goto(public + there.address(visit))
    assert answer is not None
    return answer.status


async def _left(page: Page) -> None:
    """Nobody is there any more, on no page: one that asks again by itself would go to the sign-in page meanwhile, across the next."""
    await page.goto("about:blank")
    await page.context.clear_cookies()


async def _looked_at(page: Page, name: str, screen: Screen) -> list[str]:
    """What is wrong with what ``page`` shows, in one light and in the other."""
    wrong: list[str] = []
    for light in screen.lights:
        await page.emulate_media(color_scheme=light)
        wrong += [f"{name}, {light}: {one}" for one in await _faults(page, screen.width)]
        await _photographed(page, f"{name}-{screen.name}-{light}")
    return wrong


async def _faults(page: Page, width: int) -> list[str]:
    wide = await page.evaluate("document.documentElement.scrollWidth") > width
    await page.evaluate(STILL)
    found: list[dict[str, Any]] = await page.evaluate(RUN, RULES)
    faults = [f"{violation['id']}: {[node['html'] for node in violation['nodes']][:3]}" for violation in found]
    return ["is wider than the screen", *faults] if wide else faults


def _listen(page: Page, said: list[str]) -> None:
    """Write down what the policy blocks, and scripts that fail."""
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("pageerror", lambda error: said.append(f"script: {error}"))


async def _photographed(page: Page, name: str) -> None:
    if folder := os.environ.get("BATIK_SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
@pytest.mark.parametrize(
    ("sabotage", "fault"),
    [("document.querySelector('label[for=email]').remove()", "label"), ("document.body.style.minWidth = '9999px'", "is wider than")],
)
async def test_what_is_wrong_is_found(browser: Browser, address: tuple[str, Services], screen: Screen, sabotage: str, fault: str) -> None:
    page = await screen.entered(browser, [])
    await page.goto(f"{address[0]}/masuk")
    assert await _looked_at(page, "spoilt", screen) == []
    await page.evaluate(sabotage)
    found = await _looked_at(page, "spoilt", screen)
    assert [one.startswith(f"spoilt, {light}: {fault}") for one, light in zip(found, screen.lights, strict=True)] == [True, True]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
@pytest.mark.parametrize("light", ["light", "dark"])
async def test_what_is_wrong_in_one_light_is_found(browser: Browser, address: tuple[str, Services], screen: Screen, light: Light) -> None:
    page = await screen.entered(browser, [])
    await page.goto(f"{address[0]}/masuk")
    await page.evaluate(
        """(light) => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`@media (prefers-color-scheme: ${light}) { label { color: #777; background: #888 } }`);
            document.adoptedStyleSheets.push(sheet);
        }""",
        light,
    )
    found = await _looked_at(page, "spoilt", screen)
    assert [one.partition(": [")[0] for one in found] == [f"spoilt, {light}: color-contrast"]


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
