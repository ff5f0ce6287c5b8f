"""What an owner does with a file, in a real browser on a phone: bring it, put a column right, see the result, follow a number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batikrfm.db.database import Database
from batikrfm_tenants import shops
from batikrfm_tenants.portal.services import Services
from portal_site import new_person
from shop_work import NASTY, sales_file, worker

if TYPE_CHECKING:
    from playwright.async_api import Browser

PHONE = {"width": 360, "height": 740}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_from_a_file_to_the_rows_behind_a_number(
    browser: Browser, address: tuple[str, Services], database: Database, tmp_path: Path, *, scripts: bool
) -> None:
    public, services = address
    owner = await new_person(services.office)
    shop = await shops.create_shop(owner.user, "Batik Sekar")
    here = f"{public}/toko/{shop.tenant.slug}"
    name, data = sales_file()
    path = tmp_path / name
    path.write_bytes(data)
    context = await browser.new_context(viewport=PHONE, locale="id-ID", java_script_enabled=scripts)  # type: ignore[arg-type] # a plain dict
    await context.add_cookies([{"name": "session", "value": owner.token, "url": public}])
    page = await context.new_page()
    page.set_default_timeout(30_000)
    alerts: list[str] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    await page.goto(here)
    await page.get_by_label("Berkas pesanan").set_input_files(path)
    if scripts:
        assert await page.get_by_role("listitem").filter(has_text=name).count() == 1
    await page.get_by_role("button", name="Unggah berkas").click()
    async with worker(database):
        await page.get_by_role("heading", name="Periksa kolomnya").wait_for()
        asking = page.url
        await page.get_by_label("Nama produk").select_option(label="Tidak ada di berkas ini")
        await page.get_by_role("button", name="Masukkan").click()
        await page.get_by_role("alert").get_by_text("Jawab dahulu").first.wait_for()
        assert await page.get_by_label("Nama produk").input_value() == "-"
        await page.get_by_label("Nama produk").select_option(label="Produk")
        await page.get_by_role("radio", name="Hari dulu").check()
        await page.get_by_role("button", name="Masukkan").click()
        await page.goto(asking)
        await page.get_by_role("heading", name="Penjualan sudah masuk").wait_for()
    assert NASTY not in await page.content()
    await page.goto(f"{here}/segmen")
    await page.get_by_role("link", name="Juara").first.click()
    await page.get_by_role("heading", name="Juara", exact=True).wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert alerts == []
    await context.close()
