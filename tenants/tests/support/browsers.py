"""A headless Chromium, by the launcher that ``make browser`` wrote. Where no browser could be had, the tests say so and are skipped."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser

LAUNCHER = Path(__file__).parents[3] / ".tools" / "chromium"
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser that talks to nobody but the pages it is given."""
    if not LAUNCHER.exists():
        if os.environ.get("BATIK_NEED_BROWSER"):
            pytest.fail("BATIK_NEED_BROWSER is set and there is no browser: run make browser")
        pytest.skip("no browser here: run make browser, or install chromium")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=LAUNCHER, args=QUIET)
        yield browser
        await browser.close()
