"""Reports in the portal: ordered with one press, taken home under a safe name, gone for good when deleted."""

from __future__ import annotations

import re

from batikrfm.db.database import Database
from batikrfm.tenancy.permissions import Role
from portal_site import Site, csrf_of, new_member
from shop_work import open_shop, shared_shop, stocked, words_of, worker


async def test_a_report_is_ordered_made_taken_home_and_deleted(site: Site, database: Database) -> None:
    work = await open_shop(site)
    await stocked(work, database)
    page = await work.open("/laporan")
    assert "Belum ada laporan" in words_of(page)
    for kind, language in (("pdf", "id"), ("xlsx", "en")):
        ordered = await work.send("/laporan", {"kind": kind, "language": language})
        assert ordered.headers["location"] == f"{work.path}/laporan"
    again = await work.send("/laporan", {"kind": "pdf", "language": "id"})
    assert again.status_code == 303
    making = await work.open("/laporan")
    assert words_of(making).count("Sedang dibuat") == 2
    assert '<noscript><meta http-equiv="refresh"' in making.text
    piece = await work.open("/laporan", **{"HX-Request": "true"})
    assert "<html" not in piece.text
    assert 'hx-trigger="every 2s"' in piece.text
    async with worker(database):
        ready = await work.until_settled(f"{work.path}/laporan")
    links = re.findall(r'href="([^"]*/laporan/[0-9a-f-]{36}/unduh)"', ready.text)
    assert len(links) == 2
    files = [await work.site.open(link) for link in links]
    for file in files:
        assert file.headers["x-content-type-options"] == "nosniff"
        assert file.headers["cache-control"] == "no-store"
        assert re.match(
            r'attachment; filename="batik-sekar[\w-]*-(laporan-pelanggan|customer-report)-\d{4}-\d\d-\d\d\.(pdf|xlsx)"',
            file.headers["content-disposition"],
        )
    assert {file.headers["content-type"] for file in files} == {
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    assert {file.content[:4] for file in files} == {b"%PDF", b"PK\x03\x04"}
    assert "Tidak bisa dibatalkan" in words_of(ready)
    deleted = await work.site.send(links[0].replace("unduh", "hapus"), page=f"{work.path}/laporan")
    assert deleted.status_code == 303
    assert (await work.site.open(links[0])).status_code == 404


async def test_what_is_no_kind_of_report_is_not_ordered(site: Site, database: Database) -> None:
    work = await shared_shop(site, database)
    assert (await work.send("/laporan", {"kind": "exe", "language": "id"})).status_code == 404
    assert "Belum ada laporan" in words_of(await work.open("/laporan"))


async def test_a_viewer_orders_and_deletes_nothing(site: Site, database: Database) -> None:
    work = await shared_shop(site, database)
    viewer = await new_member(work.site.services.office, work.shop, work.owner, Role.VIEWER)
    work.site.sign_in(viewer)
    page = await work.open("/laporan")
    assert "Buat laporan baru" not in words_of(page)
    answer = await work.site.client.post(f"{work.path}/laporan", data={"csrf": csrf_of(page), "kind": "pdf"}, follow_redirects=False)
    assert answer.status_code == 403


async def test_another_shops_report_is_not_found(site: Site, database: Database) -> None:
    work = await shared_shop(site, database)
    await work.send("/laporan", {"kind": "xlsx", "language": "id"})
    async with worker(database):
        ready = await work.until_settled(f"{work.path}/laporan")
    link = re.search(r'href="([^"]*/unduh)"', ready.text)
    assert link
    other = await open_shop(work.site, "Toko Lain")
    assert (await work.site.open(link[1])).status_code == 404
    assert (await work.site.open(link[1].replace(work.path, other.path))).status_code == 404
    answer = await work.site.send(link[1].replace(work.path, other.path).replace("unduh", "hapus"), page=f"{other.path}/unggah")
    assert answer.status_code == 404
