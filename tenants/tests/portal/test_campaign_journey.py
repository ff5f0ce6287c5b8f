"""An owner on a phone, in a real browser: from choosing people to a finished campaign and a reply; a colleague may look and not send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from batikrfm.db.database import Database
from batikrfm.delivery.campaigns import list_campaigns
from batikrfm.sdk.channels import EventKind
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Role
from batikrfm_tenants import shops
from batikrfm_tenants.portal.services import Services
from batikrfm_tenants.shops import Shop
from browsing import PHONE, said
from campaign_work import answered
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


@pytest.mark.timeout(400)
async def test_an_owner_from_choosing_people_to_a_reply(browser: Browser, address: tuple[str, Services], database: Database) -> None:
    public, services = address
    owner = await new_person(services.office)
    shop = await shops.create_shop(owner.user, "Batik Sekar")
    viewer = await new_member(services.office, shop, owner, Role.VIEWER)
    await sold(shop, database)
    here = f"{public}/toko/{shop.tenant.slug}"
    page = await phone(browser, public, owner.token)
    await page.goto(f"{here}/ringkasan")
    await page.get_by_role("link", name="Kampanye", exact=True).last.click()
    await choose_people(page)
    await choose_words(page)
    await choose_time(page)
    async with worker(database):
        await send(page)
        await said(page, "Selesai")
    await hear_back(page, shop)
    await fits(page)
    await look_only(await phone(browser, public, viewer.token), here, page.url.rpartition("/")[2])


async def choose_people(page: Page) -> None:
    """A segment that has nobody's name yet is asked for one; the numbers follow the choice without a press."""
    await page.get_by_role("link", name="Buat kampanye").click()
    await page.get_by_label("Segmen tertentu").check()
    await page.get_by_label("Sudah Pergi").check()
    await page.locator("#hitungan", has_text="dari 8 pelanggan").wait_for()
    await page.get_by_role("button", name="Lanjut: apa yang dikirim").click()
    await said(page, "Beri nama")
    await page.get_by_label("Nama kampanye").fill("Sapa yang lama tidak mampir")
    await fits(page)
    await page.get_by_role("button", name="Lanjut: apa yang dikirim").click()
    await page.get_by_role("heading", name="Apa yang dikirim?").wait_for()


async def choose_words(page: Page) -> None:
    """The approved text of that segment, as a bubble."""
    await page.locator("input[name=text]").first.check()
    await fits(page)
    await page.get_by_role("button", name="Lanjut: kapan").click()
    await page.get_by_role("heading", name="Kapan dikirim?").wait_for()


async def choose_time(page: Page) -> None:
    """At any hour, for a test may run at night."""
    await page.get_by_label("Tanggal").wait_for(state="hidden")
    await page.get_by_label("Jangan kirim pada malam hari").uncheck()
    await fits(page)
    await page.get_by_role("button", name="Lanjut: periksa").click()
    await page.get_by_role("heading", name="Sekali lagi, semuanya").wait_for()


async def send(page: Page) -> None:
    """Asked first, and told that it cannot be undone."""
    await fits(page)
    await page.locator("summary", has_text="Kirim").click()
    await said(page, "Tidak bisa dibatalkan")
    await page.get_by_role("button", name="Ya, kirim").click()
    await page.get_by_role("heading", name="Sapa yang lama tidak mampir").wait_for()


async def hear_back(page: Page, shop: Shop) -> None:
    """What became of it, and what somebody wrote back."""
    async with tenant_scope(shop.tenant.id):
        campaign = (await list_campaigns())[0]
    await answered(shop, campaign, EventKind.READ, EventKind.REPLIED, text="Ada warna biru?")
    await page.reload()
    await said(page, "Membalas: 1")
    await said(page, "Simulasi.")
    at = page.url
    await page.goto(f"{at.rpartition('/')[0]}/balasan")
    await said(page, "Ada warna biru?")
    await page.goto(at)


async def look_only(page: Page, here: str, campaign: str) -> None:
    """A viewer reads everything; no page offers a change, and a form made by hand is refused."""
    for path in ("/kampanye", f"/kampanye/{campaign}", "/kampanye/balasan", "/kampanye/kotak-keluar", "/pengaturan/saluran"):
        await page.goto(here + path)
        assert await page.locator("main form[method=post]").count() == 0, path
    token = await page.locator("input[name=csrf]").first.input_value()
    for path in ("/kampanye/baru", f"/kampanye/{campaign}/batal", f"/kampanye/{campaign}/kirim", f"/kampanye/{campaign}/ulang"):
        answer = await page.request.post(here + path, form={"csrf": token}, max_redirects=0)
        assert answer.status == 403, path


async def fits(page: Page) -> None:
    """Nothing sticks out of the phone."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
