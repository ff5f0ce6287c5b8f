"""What a person does, in a real browser: an account, a shop, a colleague who may look and change nothing; also without JavaScript."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from batikrfm_tenants.portal.services import Services
from browsing import PHONE, join, said, sign_up, speak_english
from persons import new_email

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page


@pytest.fixture(params=["with scripts", "without"])
async def tabs(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[tuple[Page, Page]]:
    """Two people's browsers, on phones."""
    contexts = [
        await browser.new_context(viewport=PHONE, locale="id-ID", java_script_enabled=request.param == "with scripts") for _ in range(2)
    ]
    pages = [await context.new_page() for context in contexts]
    for page in pages:
        page.set_default_timeout(20_000)
    yield pages[0], pages[1]
    for context in contexts:
        await context.close()


@pytest.mark.timeout(300)
async def test_an_owner_and_a_colleague(tabs: tuple[Page, Page], address: tuple[str, Services]) -> None:
    (owner, colleague), public = tabs, address[0]
    theirs = new_email()
    await sign_up(owner, public, new_email())
    await owner.get_by_label("Nama toko").fill("Batik Sekar Jagad")
    await owner.get_by_role("button", name="Buka toko", exact=True).click()
    await owner.wait_for_url("**/toko/batik-sekar-jagad*/unggah")
    shop = owner.url.removesuffix("/unggah")
    await owner.goto(f"{shop}/pengaturan/tim")
    await owner.get_by_label("Email").fill("bukan alamat")
    await owner.get_by_role("button", name="Kirim undangan").click()
    await said(owner, "Alamat emailnya belum benar")
    await owner.get_by_label("Email").fill(theirs)
    await owner.get_by_role("button", name="Kirim undangan").click()
    await said(owner, "Undangan sudah dikirim")
    await join(colleague, public, theirs)
    await colleague.wait_for_url(f"{shop}/unggah")
    await colleague.goto(f"{shop}/pengaturan")
    assert await colleague.get_by_role("button", name="Simpan").count() == 0
    refused = await colleague.goto(f"{shop}/pengaturan/kunci-api")
    assert refused is not None
    assert refused.status == 403
    await speak_english(colleague, shop)


@pytest.mark.timeout(300)
async def test_dangerous_work_asks_first_and_the_keyboard_reaches_everything(browser: Browser, address: tuple[str, Services]) -> None:
    page = await browser.new_page(viewport=PHONE, locale="id-ID")
    page.set_default_timeout(20_000)
    await sign_up(page, address[0], new_email())
    await page.get_by_label("Nama toko").fill("Batik Papan Ketik")
    await page.get_by_role("button", name="Buka toko", exact=True).click()
    await page.wait_for_url("**/toko/batik-papan-ketik*/unggah")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Langsung ke isi halaman"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "isi"
    await page.goto(f"{page.url.partition('/unggah')[0]}/pengaturan/tim")
    leave = page.locator("summary", has_text="Keluar dari toko ini")
    await leave.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await dialog.wait_for()
    assert "Tidak bisa dibatalkan" in await dialog.inner_text()
    await page.keyboard.press("Escape")
    assert await page.get_by_role("dialog").count() == 0
    assert await page.evaluate("document.activeElement.textContent.trim()") == "Keluar dari toko ini"
    await page.keyboard.press("Enter")
    await dialog.get_by_role("button", name="Keluar dari toko ini").click()
    await said(page, "Toko harus punya pemilik")
    await page.close()


@pytest.mark.timeout(300)
async def test_light_and_dark_are_chosen_and_kept(browser: Browser, address: tuple[str, Services]) -> None:
    page = await browser.new_page(viewport=PHONE, locale="id-ID", color_scheme="light")
    await page.goto(f"{address[0]}/masuk")
    before = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await page.get_by_role("button", name="Gelap").click()
    await page.wait_for_function("document.documentElement.dataset.theme === 'malam'")
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    await page.reload()
    assert await page.locator("html").get_attribute("data-theme") == "malam"
    await page.close()
