"""What an owner does about words, in a real browser on a phone: order, change, approve, reject, see the cost; a viewer may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from batikrfm.db.database import Database
from batikrfm.tenancy.permissions import Role
from batikrfm_tenants import shops
from batikrfm_tenants.portal.services import Services
from browsing import PHONE, said
from portal_site import new_member, new_person
from shop_work import worker
from visits import sold

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

PATIENT = 60_000  # milliseconds; a busy machine is slow and not broken


async def phone(browser: Browser, public: str, token: str) -> Page:
    """A phone on which somebody is signed in."""
    context = await browser.new_context(viewport=PHONE, locale="id-ID")
    await context.add_cookies([{"name": "session", "value": token, "url": public}])
    page = await context.new_page()
    page.set_default_timeout(PATIENT)
    return page


@pytest.mark.timeout(300)
async def test_an_owner_from_an_order_to_the_bill(browser: Browser, address: tuple[str, Services], database: Database) -> None:
    public, services = address
    owner = await new_person(services.office)
    shop = await shops.create_shop(owner.user, "Batik Sekar")
    viewer = await new_member(services.office, shop, owner, Role.VIEWER)
    made = await sold(shop, database)
    here = f"{public}/toko/{shop.tenant.slug}"
    page = await phone(browser, public, owner.token)
    await page.goto(f"{here}/konten/segmen/{made['segment']}")
    async with worker(database):
        await order(page)
    await change_and_approve(page)
    await change_again(page)
    await reject_another(page)
    await page.goto(f"{here}/pemakaian")
    await said(page, "Sisa 7 dari 10 konten")
    await page.locator("[data-drawn] svg").first.wait_for()
    await look_only(await phone(browser, public, viewer.token), here, made)


async def order(page: Page) -> None:
    """In English, without an offer; the page that waits leads on to the drafts."""
    await page.get_by_label("Bahasa pesan").select_option("en")
    await page.get_by_role("button", name="Tulis pesan").click()
    await said(page, "Pesan baru sudah siap dibaca")
    await said(page, "Template, bukan AI")
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def change_and_approve(page: Page) -> None:
    """The first draft gets another subject, and is approved as it is then."""
    await page.locator("article h3 a").first.click()
    await page.get_by_role("link", name="Ubah", exact=True).click()
    await page.get_by_label("Judul e-mail").fill("A hello from us, {nama}")
    await page.get_by_role("button", name="Simpan").click()
    await said(page, "Perubahan tersimpan sebagai versi baru")
    await page.get_by_role("button", name="Setujui").click()
    await said(page, "Teks ini boleh dikirim")


async def change_again(page: Page) -> None:
    """An approval is for one text."""
    await page.get_by_role("link", name="Ubah", exact=True).click()
    await said(page, "persetujuannya gugur")
    await page.get_by_label("Pesan WhatsApp").fill("Hello {nama}, it is good to have you with us.")
    await page.get_by_role("button", name="Simpan").click()
    await said(page, "Persetujuannya gugur")
    await said(page, "Menunggu persetujuan")


async def reject_another(page: Page) -> None:
    """The other variant, first without a reason, which is asked for."""
    await page.locator("section[aria-labelledby=saudara] a").first.click()
    await page.get_by_role("button", name="Tolak").click()
    await said(page, "Tulis alasannya")
    await page.get_by_label("Alasan menolak").fill("Terlalu panjang untuk pelanggan ini.")
    await page.get_by_role("button", name="Tolak").click()
    await said(page, "Ditolak, dan alasannya tercatat")


async def look_only(page: Page, here: str, made: dict[str, str]) -> None:
    """A viewer reads everything; no page offers a change, and a form made by hand is refused."""
    for path in ("/konten", f"/konten/segmen/{made['segment']}", f"/konten/{made['content']}", "/konten/prompt/semua", "/pemakaian"):
        await page.goto(here + path)
        offered = await page.locator("main form[method=post]").count()
        assert offered == 0, path
    token = await page.locator("input[name=csrf]").first.input_value()
    for path in (f"/konten/{made['content']}/setujui", f"/konten/segmen/{made['segment']}", "/konten/setujui", "/konten/mingguan"):
        answer = await page.request.post(here + path, form={"csrf": token}, max_redirects=0)
        assert answer.status == 403, path
