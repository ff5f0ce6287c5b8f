"""Segments in the portal: what they are, where their numbers come from, and changing the rules without surprises."""

from __future__ import annotations

import re

import pytest

from batikrfm.db.database import Database
from batikrfm.segmentation import whatif
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Role
from portal_site import Site, csrf_of, new_member
from shop_work import NASTY, ShopWork, open_shop, shared_shop, stocked, words_of, worker


@pytest.fixture
async def work(site: Site, database: Database) -> ShopWork:
    return await shared_shop(site, database)


def number_in(text: str) -> int:
    return int(re.sub(r"\D", "", text))


async def test_before_the_first_count_segments_point_to_the_upload(site: Site) -> None:
    shop = await open_shop(site)
    page = await shop.open("/segmen")
    assert "Belum ada segmen" in words_of(page)
    assert f'href="{shop.path}/unggah"' in page.text
    assert "Belum ada segmen" in words_of(await shop.open("/segmen/champions"))
    assert "Belum ada yang bisa dilaporkan" in words_of(await shop.open("/laporan"))


async def test_segments_say_what_they_are_and_how_their_numbers_come_about(work: ShopWork) -> None:
    said = words_of(await work.open("/segmen"))
    for words in ("Lima kelompok", "Juara", "Hampir Pergi", "Dari mana angkanya", "batas tetap", "paling lama 30 hari lalu", "Peta nilai"):
        assert words in said
    await work.site.send("/bahasa", {"language": "en", "next": f"{work.path}/segmen"}, page=f"{work.path}/segmen")
    english = words_of(await work.open("/segmen"))
    await work.site.send("/bahasa", {"language": "id", "next": f"{work.path}/segmen"}, page=f"{work.path}/segmen")
    assert "Five segments" in english
    assert "Lima kelompok" not in english


async def test_one_segment_lists_its_customers_and_an_unknown_one_is_not_found(work: ShopWork) -> None:
    overview = await work.open("/segmen")
    counts = dict(re.findall(r'href="[^"]*/segmen/(\w+)">[^<]*</a>.*?telusur\?[^"]*">([\d.]+)</a>', overview.text, re.DOTALL))
    key = max(counts, key=lambda one: number_in(counts[one]))
    page = await work.open(f"/segmen/{key}")
    assert page.status_code == 200
    assert len(re.findall(rf'href="{work.path}/pelanggan/[0-9a-f-]{{36}}"', page.text)) == number_in(counts[key])
    assert f"/pelanggan?segmen={key}" in page.text
    assert NASTY not in page.text
    assert (await work.open("/segmen/tidak-ada")).status_code == 404
    assert (await work.open("/segmen/%3Cscript%3E")).status_code == 404


async def test_every_number_of_the_grid_is_the_sum_of_its_rows(work: ShopWork) -> None:
    grid = (await work.open("/segmen")).text
    cells = re.findall(r'<a href="([^"]*/telusur[^"]*)"><span class="block font-bold">([\d.]+)</span>', grid)
    assert sum(number_in(number) for _, number in cells) == 13
    for href, number in [cell for cell in cells if number_in(cell[1])]:
        page = await work.site.open(href.replace("&amp;", "&"))
        assert words_of(page).count("Lihat pesanan") - 1 == number_in(number)


async def test_a_number_leads_down_to_the_line_of_the_file(work: ShopWork) -> None:
    rows = re.search(r'href="([^"]*/telusur[^"]*)">[1-9]', (await work.open("/segmen")).text)
    assert rows
    customers = await work.site.open(rows[1].replace("&amp;", "&"))
    orders = re.search(r'href="([^"]*/telusur[^"]*customer_id[^"]*)"', customers.text)
    assert orders
    listed = await work.site.open(orders[1].replace("&amp;", "&"))
    assert "Pesanan seorang pelanggan" in words_of(listed)
    money = [number_in(one) for one in re.findall(r'data-label="Uang">Rp\s*([\d.]+)', listed.text)]
    total = re.search(r"Jumlah uang</dt><dd>Rp\s*([\d.]+)", listed.text)
    assert total
    assert sum(money) == number_in(total[1])
    order = re.search(r'href="([^"]*/telusur/pesanan/[0-9a-f-]{36})"', listed.text)
    assert order
    page = await work.site.open(order[1])
    assert re.search(r"penjualan\.csv\s*baris \d+", words_of(page))
    upload = re.search(rf'href="({work.path}/unggah/[0-9a-f-]{{36}})"', page.text)
    assert upload is not None, "no way to the upload that brought it"
    assert "Penjualan sudah masuk" in words_of(await work.site.open(upload[1]))


async def test_a_trace_that_cannot_be_is_refused_in_words(work: ShopWork) -> None:
    for query in ("", "?of=rahasia", "?of=customers&r=9", "?of=orders&after=palsu"):
        assert (await work.open(f"/telusur{query}")).status_code == 422
    hostile = await work.open("/telusur?of=customers&segment=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert(1)" not in hostile.text
    assert (await work.open("/telusur/pesanan/00000000-0000-0000-0000-000000000000")).status_code == 404


RULES = {
    "strategy": "rfm5",
    "mode": "rules",
    "returns": "net",
    "since_days": "",
    **{f"recency_days.{place}": value for place, value in enumerate(("10", "20", "30", "40"))},
    **{f"frequency.{place}": value for place, value in enumerate(("2", "3", "4", "5"))},
    **{f"monetary.{place}": value for place, value in enumerate(("0,5", "1", "1,5", "2"))},
}


async def test_rules_are_shown_tried_and_only_then_saved(site: Site, database: Database) -> None:
    work = await open_shop(site)
    await stocked(work, database)
    form = await work.open("/segmen/aturan")
    assert 'name="monetary.0" value="0,5"' in form.text
    tried = await work.send("/segmen/aturan", {**RULES, "do": "preview"})
    said = words_of(tried)
    assert tried.status_code == 200
    assert "Belum ada yang disimpan" in said
    assert 'name="recency_days.0" value="10"' in tried.text
    assert 'name="recency_days.0" value="30"' in (await work.open("/segmen/aturan")).text
    edited = await work.send("/segmen/aturan", {**RULES, "do": "edit"})
    assert 'name="recency_days.0" value="10"' in edited.text
    saved = await work.send("/segmen/aturan", {**RULES, "do": "save"})
    watched = saved.headers["location"]
    assert "Segmen sedang dihitung ulang" in words_of(await work.site.open(watched))
    async with worker(database):
        done = await work.until_settled(watched)
    assert "Segmen sudah dihitung ulang" in words_of(done)
    assert "paling lama 10 hari lalu" in words_of(done)
    assert words_of(await work.open("/segmen/riwayat")).count("Lima kelompok") == 2


async def test_a_large_shop_tries_its_rules_in_the_background(site: Site, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    work = await open_shop(site)
    await stocked(work, database)
    inline = await work.send("/segmen/aturan", {**RULES, "do": "preview"})
    monkeypatch.setattr(whatif, "MANY", 1)
    watched = (await work.send("/segmen/aturan", {**RULES, "do": "preview"})).headers["location"]
    assert "Halaman ini boleh ditutup" in words_of(await work.site.open(watched))
    async with worker(database):
        tried = await work.until_settled(watched)
    assert words_of(tried) == words_of(inline)
    assert 'name="recency_days.0" value="10"' in tried.text
    assert 'name="recency_days.0" value="30"' in (await work.open("/segmen/aturan")).text, "nothing is saved"
    async with tenant_scope(work.shop.tenant.id) as scope:
        (row,) = await scope.fetch("select result::text as result from jobs where task = 'segmentation.try'")
        for known in await scope.fetch("select name, key from customers"):
            assert (known["name"] or known["key"]) not in row["result"], "a job's row holds nothing of anybody"
    other = await open_shop(work.site, "Toko Lain")
    assert (await other.site.open(watched)).status_code == 404
    assert (await other.site.open(watched.replace(work.path, other.path))).status_code == 404


async def test_another_strategy_is_tried_before_it_is_taken(work: ShopWork) -> None:
    page = await work.open("/segmen/aturan?strategi=rfm11")
    assert 'name="strategy" value="rfm11"' in page.text
    tried = await work.send("/segmen/aturan", {**RULES, "strategy": "rfm11", "do": "preview"})
    assert "Sebelas kelompok" in words_of(tried)
    assert "Calon Setia" in words_of(tried)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"recency_days.1": "10"}, "Setiap batas harus lebih besar"),
        ({"recency_days.1": "sepuluh"}, "Batas R: isi dengan bilangan bulat"),
        ({"monetary.0": "NaN"}, "Batas M: isi dengan angka"),
        ({"since_days": "-1"}, "bilangan bulat mulai dari 1"),
        ({"since_days": "99999999"}, "hari"),
    ],
)
async def test_rules_that_cannot_be_come_back_as_they_were_sent(site: Site, wrong: dict[str, str], words: str) -> None:
    shop = await open_shop(site)
    answer = await shop.send("/segmen/aturan", {**RULES, **wrong, "do": "save"})
    assert answer.status_code == 422
    assert words in words_of(answer)
    for name, value in wrong.items():
        assert f'name="{name}" value="{value}"' in answer.text or f'value="{value}"' in answer.text


async def test_a_strategy_that_is_not_there_is_refused(site: Site) -> None:
    shop = await open_shop(site)
    answer = await shop.send("/segmen/aturan", {**RULES, "strategy": "karangan", "do": "save"})
    assert answer.status_code == 404


async def test_a_viewer_reads_segments_and_changes_no_rules(work: ShopWork) -> None:
    viewer = await new_member(work.site.services.office, work.shop, work.owner, Role.VIEWER)
    work.site.sign_in(viewer)
    page = await work.open("/segmen")
    assert page.status_code == 200
    assert "/segmen/aturan" not in page.text
    assert (await work.open("/segmen/aturan")).status_code == 403
    for path in ("/segmen/aturan", "/segmen/hitung"):
        answer = await work.site.client.post(work.path + path, data={"csrf": csrf_of(page)}, follow_redirects=False)
        assert answer.status_code == 403


async def test_other_jobs_and_other_shops_runs_are_not_watched_here(work: ShopWork) -> None:
    async with tenant_scope(work.shop.tenant.id) as scope:
        job = await scope.fetchval("select id from jobs where task <> 'segmentation.run' limit 1")
    assert (await work.open(f"/segmen/hitung/{job}")).status_code == 404
    other = await open_shop(work.site, "Toko Lain")
    started = (await other.send("/segmen/hitung", page="/segmen/riwayat")).headers["location"]
    work.site.sign_in(work.owner)
    assert (await work.site.open(started)).status_code == 404
    assert (await work.site.open(started.replace(other.path, work.path))).status_code == 404
