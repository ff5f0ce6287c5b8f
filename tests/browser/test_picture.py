"""The README's picture can be read on a telephone and on a desk: its segments are there, and nothing runs over the edge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batikrfm.builtin.rfm.strategies import Rfm5

if TYPE_CHECKING:
    from playwright.async_api import Browser, FloatRect

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "segments.svg"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
COLUMN = "<style>body { margin: 0 } svg { max-width: 100%; height: auto }</style>"
"""As a page shows a picture: no wider than the column that it stands in."""


@pytest.mark.parametrize("width", [360, 1280])
async def test_the_picture_shows_every_segment(browser: Browser, width: int) -> None:
    page = await browser.new_page(viewport={"width": width, "height": 800})
    await page.set_content(COLUMN + PICTURE.read_text(encoding="utf-8"))
    for segment in Rfm5.segments:
        name = page.locator("svg text").filter(has_text=segment.name.say("en").replace(" ", NO_BREAK_SPACE)).first
        assert await name.is_visible()
        assert within(await name.bounding_box(), width)
    assert within(await page.locator("svg").bounding_box(), width)


def within(box: FloatRect | None, width: int) -> bool:
    """Whether something is shown, and all of it inside a page of this width."""
    return box is not None and box["x"] >= 0 and box["width"] > 0 and box["x"] + box["width"] <= width
