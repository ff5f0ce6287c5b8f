"""The README's picture can be read on a telephone and on a desk: its segments are there, and nothing runs over the edge."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser

from batikrfm.builtin.rfm.strategies import Rfm5

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "segments.svg"


@pytest.mark.parametrize("width", [360, 1280])
async def test_the_picture_shows_every_segment(browser: Browser, width: int) -> None:
    page = await browser.new_page(viewport={"width": width, "height": 800})
    # As a page of documentation shows it: no wider than the column it stands in.
    await page.set_content(f"<style>svg {{ max-width: 100%; height: auto }} body {{ margin: 0 }}</style>{PICTURE.read_text(encoding='utf-8')}")
    shown = (await page.locator("svg").inner_text()).replace("\N{NO-BREAK SPACE}", " ")
    assert all(segment.name.say("en") in shown for segment in Rfm5.segments)
    box = await page.locator("svg").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
