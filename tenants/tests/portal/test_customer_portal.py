"""Ringkasan and Pelanggan in the portal: numbers that lead to rows, lists that find and filter, notes and consents."""

from __future__ import annotations

import csv
import io
import re

import pytest

from batikrfm.db.database import Database
from batikrfm.tenancy.permissions import Role
from portal_site import Site, new_member
from shop_work import NASTY, ShopWork, open_shop, sales_file, shared_shop, stocked, words_of

LINK = r'href="({path}/pelanggan/[0-9a-f-]{{36}})"'


@pytest.fixture
async def work(site: Site, database: Database) -> ShopWork:
    return await shared_shop(site, database)


async def customers_of(work: ShopWork, query: str = "") -> list[str]:
    page = await work.open(f"/pelanggan{query}")
    assert page.status_code == 200
    return list(dict.fromkeys(re.findall(LINK.format(path=work.path), page.text)))


async def test_an_empty_shop_is_led_to_its_first_upload(site: Site) -> None:
    shop = await open_shop(site)
    for path, words in (("/ringkasan", "Belum ada yang bisa diringkas"), ("/pelanggan", "Belum ada pelanggan")):
        page = await shop.open(path)
        assert words in words_of(page)
        assert f'href="{shop.path}/unggah"' in page.text


async def test_each_figure_of_the_overview_leads_to_the_rows_that_add_up_to_it(work: ShopWork) -> None:
    page = await work.open("/ringkasan?hari=365")
    figures = re.findall(r'<a class="text-link inline-block py-1" href="([^"]*telusur[^"]*)">([^<]+)</a>', page.text)
    assert len(figures) >= 5
    revenue, purchases = figures[0], figures[1]
    rows = words_of(await work.site.open(revenue[0].replace("&amp;", "&")))
    assert revenue[1].replace("\N{NO-BREAK SPACE}", " ") in rows.replace("\N{NO-BREAK SPACE}", " ")
    counted = await work.site.open(purchases[0].replace("&amp;", "&"))
    assert len(re.findall(r"/telusur/pesanan/[0-9a-f-]{36}", counted.text)) == int(purchases[1].replace(".", ""))


async def test_the_overview_says_what_it_compares_and_offers_other_periods(work: ShopWork) -> None:
    said = words_of(await work.open("/ringkasan"))
    for words in ("Yang perlu Anda tahu", "Segmen dan yang sebaiknya dilakukan", "Peta nilai", "Siapa yang pindah", "hitungan pertama"):
        assert words in said
    assert 'aria-current="true"' in (await work.open("/ringkasan?hari=90")).text
    assert (await work.open("/ringkasan?hari=12")).status_code == 200
    assert (await work.open("/ringkasan?hari=x")).status_code in {400, 404, 422}


async def test_a_list_is_filtered_and_sorted_by_its_address(work: ShopWork) -> None:
    everybody = await customers_of(work)
    assert len(everybody) == len(set(everybody)) > 10
    segments = re.findall(r'<option value="(\w+)">', (await work.open("/pelanggan")).text.split('id="segmen"')[1].split("</select>")[0])
    parts = [await customers_of(work, f"?segmen={key}") for key in segments] + [await customers_of(work, "?segmen=-")]
    assert sorted(one for part in parts for one in part) == sorted(everybody)
    by_score = [await customers_of(work, f"?f={score}") for score in range(1, 6)]
    assert sorted([one for part in by_score for one in part] + parts[-1]) == sorted(everybody)
    assert sorted(await customers_of(work, "?urut=name")) == sorted(everybody)
    assert await customers_of(work, "?segmen=%3Cscript%3E") == []
    assert await customers_of(work, "?r=9&urut=loot&setelah=nonsense") == everybody


async def test_a_search_finds_by_the_beginning_and_stands_in_no_address(work: ShopWork) -> None:
    found = await work.send("/pelanggan", {"cari": "Ibu 3"}, page="/pelanggan")
    assert found.status_code == 200
    assert "Ibu 3" in words_of(found)
    assert len(set(re.findall(LINK.format(path=work.path), found.text))) == 1
    assert "cari=" not in found.text
    nothing = await work.send("/pelanggan", {"cari": "zzz tidak ada"}, page="/pelanggan")
    assert "Tidak ada yang cocok" in words_of(nothing)
    assert len(await customers_of(work, "?cari=Ibu+3")) > 1, "an address cannot search"


async def test_a_name_from_a_file_is_text_and_never_markup(work: ShopWork) -> None:
    page = await work.open("/pelanggan")
    assert NASTY not in page.text
    for address in (await customers_of(work))[:20]:
        assert NASTY not in (await work.site.open(address)).text


async def test_a_list_is_saved_as_it_is_filtered_and_no_cell_comes_alive(site: Site, database: Database) -> None:
    shop = await open_shop(site)
    rows = ["05/03/2026,=HYPERLINK(1),081298760000,Kain,1,75000,Selesai,"]
    await stocked(shop, database, sales_file(rows))
    answer = await shop.send("/pelanggan/daftar.csv", {"urut": "name"}, page="/pelanggan")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(lines) - 1 == len(await customers_of(shop))
    assert any(line[1] == "'=HYPERLINK(1)" for line in lines)
    few = await shop.send("/pelanggan/daftar.csv", {"cari": "Ibu 3"}, page="/pelanggan")
    assert len(list(csv.reader(io.StringIO(few.text)))) == 2
    assert "Mengekspor daftar pelanggan" in words_of(await shop.open("/pengaturan/catatan"))


async def test_a_customer_has_orders_scores_notes_and_consents(site: Site, database: Database) -> None:
    shop = await open_shop(site)
    await stocked(shop, database)
    address = (await customers_of(shop))[0].removeprefix(shop.path)
    said = words_of(await shop.open(address))
    for words in ("Yang dibeli", "Boleh dikirimi pesan?", "belum ditanya", "Dari waktu ke waktu", "Belum ada catatan"):
        assert words in said
    assert (await shop.send(f"{address}/catatan", {"note": f"Suka motif {NASTY}"}, page=address)).status_code == 303
    page = await shop.open(address)
    assert NASTY not in page.text
    assert "Suka motif" in words_of(page)
    note = re.search(rf'action="{shop.path}{address}(/catatan/[0-9a-f-]{{36}}/hapus)"', page.text)
    assert note
    assert (await shop.send(f"{address}{note[1]}", page=address)).status_code == 303
    assert "Suka motif" not in words_of(await shop.open(address))
    empty = await shop.send(f"{address}/catatan", {"note": "  "}, page=address)
    assert (empty.status_code, "Catatan tidak boleh kosong" in words_of(empty)) == (422, True)
    unsaid = await shop.send(f"{address}/izin", {"medium": "whatsapp", "state": "granted", "source": ""}, page=address)
    assert (unsaid.status_code, "dari mana Anda tahu" in words_of(unsaid)) == (422, True)
    assert (await shop.send(f"{address}/izin", {"medium": "sms", "state": "granted", "source": "chat"}, page=address)).status_code == 422
    assert (
        await shop.send(f"{address}/izin", {"medium": "whatsapp", "state": "refused", "source": "chat"}, page=address)
    ).status_code == 303
    words = "Saya mau dikabari soal pesanan."
    values = {"medium": "email", "purpose": "service", "state": "granted", "source": "formulir", "words": words}
    assert (await shop.send(f"{address}/izin", values, page=address)).status_code == 303
    said = words_of(await shop.open(address))
    for shown in ("tidak mau dikirimi", "Riwayat dan buktinya", "Email, kabar pesanan: boleh dikirimi", "kalimat versi 1"):
        assert shown in said


async def test_a_customer_who_asks_for_it_is_erased(site: Site, database: Database) -> None:
    """By the shop, when they ask there: gone from the list, their address stopped, and the log says who did it."""
    shop = await open_shop(site)
    await stocked(shop, database)
    address, *others = [one.removeprefix(shop.path) for one in await customers_of(shop)]
    assert (await shop.send(f"{address}/hapus", page=address)).status_code == 303
    assert (await shop.open(address)).status_code == 404
    assert len(await customers_of(shop)) == len(others)
    assert "datanya dihapus" in words_of(await shop.open("/pengaturan/persetujuan"))
    assert "Menghapus data pelanggan" in words_of(await shop.open("/pengaturan/catatan"))


async def test_a_viewer_looks_and_changes_nothing(site: Site, database: Database) -> None:
    shop = await open_shop(site)
    await stocked(shop, database)
    address = (await customers_of(shop))[0].removeprefix(shop.path)
    viewer = await new_member(site.services.office, shop.shop, shop.owner, Role.VIEWER)
    site.sign_in(viewer)
    page = await shop.open(address)
    assert page.status_code == 200
    assert "/catatan" not in page.text.split("<main")[1]
    for path, values in ((f"{address}/catatan", {"note": "x"}), (f"{address}/izin", {}), ("/pelanggan/daftar.csv", {})):
        assert (await shop.send(path, values, page=address)).status_code == 403


async def test_another_shops_customer_is_not_found(site: Site, database: Database, work: ShopWork) -> None:
    theirs = (await customers_of(work))[0].removeprefix(work.path)
    mine = await open_shop(site)
    await stocked(mine, database)
    for path in (theirs, f"{theirs}/pesanan"):
        assert (await mine.open(path)).status_code == 404
    for path in (f"{theirs}/catatan", f"{theirs}/izin"):
        values = {"note": "x", "medium": "email", "state": "granted", "source": "chat"}
        assert (await mine.send(path, values, page="/pelanggan")).status_code == 404
    site.sign_in(work.owner)
    assert "Belum ada catatan" in words_of(await work.open(theirs))
