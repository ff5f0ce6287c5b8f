"""Kampanye: five steps that hold to the server's word, numbers that say why, and presses that do what they say."""

from __future__ import annotations

import pytest

from batikrfm.db.database import Database
from portal_site import Site
from shop_work import ShopWork, open_shop, stocked, words_of


@pytest.fixture
async def work(site: Site, database: Database) -> ShopWork:
    made = await open_shop(site)
    await stocked(made, database)
    return made


async def test_smoke(work: ShopWork) -> None:
    for path in (
        "/kampanye",
        "/kampanye/baru",
        "/kampanye/balasan",
        "/kampanye/kotak-kirim",
        "/pengaturan/saluran",
        "/pengaturan/saluran/outbox_email",
    ):
        page = await work.open(path)
        print(path, page.status_code, words_of(page)[:1500])
