"""The whole way of an owner on a phone, in a real browser: from no account to reports on the disk and a colleague who may look."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batikrfm.db.database import Database
from batikrfm.sales.sample import write_sample
from batikrfm_tenants.portal.services import Services
from browsing import PHONE, join, said, sign_up, speak_english
from persons import new_email
from shop_work import worker

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

PATIENT = 60_000  # milliseconds; a busy machine is slow and not broken
MAGIC = {"PDF": b"%PDF-", "Excel": b"PK\x03\x04"}


@contextlib.asynccontextmanager
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A phone of somebody's own, on which nothing may go wrong unseen."""
    context = await browser.new_context(viewport=PHONE, locale="id-ID", accept_downloads=True)
    page = await context.new_page()
    page.set_default_timeout(PATIENT)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    await context.close()
    assert wrong == []


@pytest.mark.timeout(600)
async def test_an_owner_from_signing_up_to_a_team(
    browser: Browser, address: tuple[str, Services], database: Database, tmp_path: Path
) -> None:
    public = address[0]
    theirs, yesterday = new_email(), dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    async with phone(browser) as owner, phone(browser) as colleague, worker(database):
        shop = await open_a_shop(owner, public)
        await bring_an_export(owner, write_sample(tmp_path, customers=40, months=6, last_day=yesterday))
        await see_the_figures(owner, shop)
        customer = await open_a_customer(owner, shop)
        for kind in MAGIC:
            await take_home(owner, shop, kind)
        await invite(owner, shop, theirs)
        await join(colleague, public, theirs)
        await colleague.wait_for_url(f"{shop}/ringkasan")
        await change_nothing(colleague, shop, customer)
        await speak_english(colleague, shop)
        await colleague.goto(f"{shop}/ringkasan")
        await colleague.get_by_role("heading", name="Overview").wait_for()


async def open_a_shop(page: Page, public: str) -> str:
    """Sign up, confirm, open a shop; its address."""
    await sign_up(page, public, new_email())
    await page.get_by_label("Nama toko").fill("Batik Sekar Jagad")
    await page.get_by_role("button", name="Buka toko", exact=True).click()
    await page.wait_for_url("**/toko/batik-sekar-jagad*/unggah")
    return page.url.removesuffix("/unggah")


async def bring_an_export(page: Page, export: Path) -> None:
    """Upload it, take another column for the products than was guessed, see that all of it came in."""
    await page.get_by_label("Berkas pesanan").set_input_files(export)
    await page.get_by_role("button", name="Unggah berkas").click()
    await page.get_by_role("heading", name="Periksa kolomnya").wait_for()
    await said(page, "Kami kenal: ekspor Shopee")
    await page.get_by_text("Semua kolom jelas").click()
    product = page.get_by_label("Nama produk")
    assert await product.locator("option:checked").inner_text() == "Nama Produk"
    await product.select_option(label="Nama Variasi")
    await page.get_by_role("button", name="Masukkan").click()
    await page.get_by_role("heading", name="Penjualan sudah masuk").wait_for()
    await fits(page)


async def see_the_figures(page: Page, shop: str) -> None:
    """Ringkasan, by the bar at the bottom, says money, customers and segments."""
    await page.get_by_role("link", name="Ringkasan").last.click()
    await page.wait_for_url(f"{shop}/ringkasan")
    figures = await page.locator("dl.figures").first.inner_text()
    assert re.search(r"Rp\s*[1-9]", figures)
    await said(page, "Juara")
    await fits(page)


async def open_a_customer(page: Page, shop: str) -> str:
    """From the list, the first one, with what they bought: by the column that was chosen. The customer's address."""
    await page.get_by_role("link", name="Pelanggan", exact=True).last.click()
    await page.wait_for_url(f"{shop}/pelanggan")
    row = page.locator("tbody th[scope=row] a").first
    name = await row.inner_text()
    await row.click()
    await page.get_by_role("heading", name=name, exact=True).wait_for()
    bought = await page.locator("section[aria-labelledby=riwayat]").inner_text()
    assert "Rp" in bought
    assert "Kain Batik" not in bought
    await fits(page)
    return page.url


async def take_home(page: Page, shop: str, kind: str) -> None:
    """Order a report, wait until it is made without touching anything, save it, look whether it is what it says."""
    await page.goto(f"{shop}/laporan")
    made = page.get_by_role("link", name=re.compile(rf"Unduh\b.*{kind}"))
    await page.get_by_role("button", name=kind).click()
    await made.wait_for()
    async with page.expect_download() as saving:
        await made.click()
    saved = await (await saving.value).path()
    assert Path(saved).read_bytes().startswith(MAGIC[kind])  # noqa: ASYNC240 - a small file of a test


async def invite(page: Page, shop: str, email: str) -> None:
    """As a viewer, which is what the form proposes."""
    await page.goto(f"{shop}/pengaturan/tim")
    await page.get_by_label("Email").fill(email)
    await page.get_by_role("button", name="Kirim undangan").click()
    await said(page, "Undangan sudah dikirim")


async def change_nothing(page: Page, shop: str, customer: str) -> None:
    """No page offers a change, and a form made by hand is refused."""
    for path in (f"{shop}/unggah", f"{shop}/laporan", f"{shop}/segmen", customer, f"{shop}/pengaturan", f"{shop}/pengaturan/tim"):
        await page.goto(path)
        offered = await page.locator("main form[method=post]").evaluate_all("forms => forms.map(form => new URL(form.action).pathname)")
        assert [one for one in offered if not one.endswith("/keluar")] == [], path
    token = await page.locator("input[name=csrf]").first.input_value()
    for path, form in (
        (f"{customer}/catatan", {"note": "diubah"}),
        (f"{shop}/laporan", {"kind": "pdf", "language": "id"}),
        (f"{shop}/pengaturan", {"name": "Toko Orang Lain"}),
    ):
        refused = await page.request.post(path, form={"csrf": token, **form}, max_redirects=0)
        assert refused.status == 403, path
    await page.goto(customer)
    assert "diubah" not in await page.content()


async def fits(page: Page) -> None:
    """Nothing sticks out of the phone."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
