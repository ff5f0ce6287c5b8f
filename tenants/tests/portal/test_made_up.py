"""The demonstration's shop says on its pages that its people and orders are made up; no other shop says so, whatever it is called."""

from __future__ import annotations

from batikrfm.cli import demo_shop
from batikrfm.db.database import Database
from batikrfm.tenancy.permissions import Role
from batikrfm_tenants import demonstration
from batikrfm_tenants.operators import open_demo
from portal_site import Site, new_member
from query_counts import Recorder
from shop_work import ShopWork, open_shop, stocked, words_of

SAID = "Ini toko contoh: orang dan pesanannya karangan"
PAGES = ("/ringkasan", "/pelanggan")


async def said(work: ShopWork) -> list[bool]:
    return [SAID in words_of(await work.open(page)) for page in PAGES]


def test_the_shop_is_called_as_the_command_calls_it() -> None:
    assert demonstration.SLUG == demo_shop.SLUG


async def test_the_demonstrations_shop_says_so_to_everybody_and_a_real_one_of_its_name_does_not(site: Site, database: Database) -> None:
    work = await open_shop(site, demo_shop.NAME)
    assert work.shop.tenant.slug == demo_shop.SLUG
    await stocked(work, database)
    assert await said(work) == [False, False]
    await open_demo(site.services.office.passwords, work.shop.tenant.id, "id")
    assert await said(work) == [True, True]
    site.sign_in(await new_member(site.services.office, work.shop, work.owner, Role.VIEWER))
    assert await said(work) == [True, True]


async def test_another_shop_of_the_demonstrations_owner_is_no_demonstration(site: Site, recorder: Recorder) -> None:
    work = await open_shop(site, "Toko Sungguhan")
    await open_demo(site.services.office.passwords, work.shop.tenant.id, "id")
    recorder.forget()
    assert SAID not in words_of(await work.open("/pelanggan"))
    assert not [one for one in recorder.statements if "where email" in one], "it asks nothing for that"
