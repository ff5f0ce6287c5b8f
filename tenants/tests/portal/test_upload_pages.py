"""From a file to customers, through the forms that a person fills in, without JavaScript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from batikrfm.db.database import Database
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Role
from portal_site import Site, csrf_of, new_member
from shop_work import NASTY, ShopWork, open_shop, sales_file, stocked, words_of, worker

if TYPE_CHECKING:
    import httpx


@pytest.fixture
async def work(site: Site) -> ShopWork:
    return await open_shop(site)


def choices_of(page: httpx.Response, like: str) -> str:
    """The name of the first radio button whose name fits."""
    found = re.search(rf'type="radio" name="({like})"', page.text)
    assert found is not None
    return found[1]


async def test_an_empty_shop_is_led_to_its_first_upload(work: ShopWork) -> None:
    assert (await work.open("/")).headers["location"] == f"{work.path}/unggah"
    page = await work.open("/unggah")
    assert page.status_code == 200
    said = words_of(page)
    assert "Mulai dari berkas penjualan Anda" in said
    assert "Paling besar 200 MB" in said
    for place in ("Shopee", "TikTok Shop & Tokopedia"):
        assert place in said
    assert "Unggahan terakhir" not in said


async def test_a_form_without_a_file_comes_back_with_what_to_do(work: ShopWork) -> None:
    answer = await work.bring()
    assert answer.status_code == 422
    assert "Belum ada file yang dipilih" in words_of(answer)
    empty = await work.bring(("kosong.csv", b""))
    assert empty.status_code == 422
    assert "kosong.csv kosong" in words_of(empty)


async def test_a_file_goes_from_upload_over_questions_to_its_result(work: ShopWork, database: Database) -> None:
    brought = await work.bring(sales_file())
    here = brought.headers["location"]
    assert brought.status_code == 303
    waiting = await work.site.open(here)
    assert "Berkas sedang dibaca" in words_of(waiting)
    assert '<noscript><meta http-equiv="refresh"' in waiting.text
    async with worker(database):
        asking = await work.until_settled(here)
        assert "Perlu jawaban Anda" in words_of(asking)
        assert NASTY not in asking.text
        assert "01/01/2026 → 1 Jan 2026" in words_of(asking)
        question = choices_of(asking, r"s0\.q\d+")
        refused = await work.site.client.post(
            here, data={"csrf": csrf_of(asking), "s0.product": "-", "s0.w0": "cancelled"}, follow_redirects=False
        )
        assert refused.status_code == 422
        assert "Jawab dahulu" in words_of(refused)
        assert f'href="#{question}"' in refused.text
        product = refused.text[refused.text.index('id="s0.product"') :]
        assert re.search(r'<option value="-" selected>', product[: product.index("</select>")])
        sent = await work.site.client.post(
            here, data={"csrf": csrf_of(refused), question: "0", "save_mapping": "on"}, follow_redirects=False
        )
        assert sent.status_code == 303
        result = await work.until_settled(here)
    said = words_of(result)
    assert "Penjualan sudah masuk" in said
    assert "1 baris ditolak" in said
    assert "Tanggalnya tidak bisa dibaca" in said
    assert "entahlah" in said.lower()
    assert f'href="{work.path}/ringkasan"' in result.text
    assert NASTY not in result.text


async def test_rejected_rows_are_taken_home_as_a_table_that_cannot_bite(work: ShopWork, database: Database) -> None:
    here = await stocked(work, database)
    answer = await work.site.open(f"{here}/ditolak.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="baris-ditolak.csv"')
    assert answer.headers["x-content-type-options"] == "nosniff"
    header, row, *rest = answer.content.decode("utf-8-sig").splitlines()
    assert header == "Berkas,Baris,Alasan,Isi"
    assert row.startswith("penjualan.csv,")
    assert not rest
    assert not re.search(r'(^|[,"])[=+@]', row)


async def test_the_same_file_again_changes_nothing_and_says_so(work: ShopWork, database: Database) -> None:
    await stocked(work, database)
    here = await stocked(work, database)
    said = words_of(await work.site.open(here))
    assert "Semua pesanan ini sudah ada" in said
    assert "tidak ada yang berubah" in said
    listed = words_of(await work.open("/unggah"))
    assert "Unggahan terakhir" in listed
    assert "Penjualan contoh akan tercampur" in listed


async def test_a_file_that_cannot_be_read_fails_with_a_sentence_and_a_way_on(work: ShopWork, database: Database) -> None:
    here = (await work.bring(("foto.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(200)))).headers["location"]
    async with worker(database):
        page = await work.until_settled(here)
    assert "Berkas belum bisa masuk" in words_of(page)
    assert f'href="{work.path}/unggah"' in page.text


async def test_an_upload_can_be_given_up_until_it_is_imported(work: ShopWork, database: Database) -> None:
    here = (await work.bring(sales_file())).headers["location"]
    async with worker(database):
        await work.until_settled(here)
    given_up = await work.site.send(f"{here}/batal", page=here)
    assert given_up.headers["location"] == f"{work.path}/unggah"
    assert "Unggahan tidak jadi" in words_of(await work.open("/unggah"))
    assert "Unggahan ini tidak jadi" in words_of(await work.site.open(here))
    again = await work.site.send(f"{here}/batal", page=f"{work.path}/unggah")
    assert again.status_code == 303


async def test_an_import_that_runs_can_be_stopped_from_its_page(work: ShopWork, database: Database) -> None:
    here = (await work.send("/unggah/contoh", page="/unggah")).headers["location"]
    async with worker(database):
        await work.until_settled(here)
    assert (await work.site.send(here, page=here)).status_code == 303  # and nobody works: it waits for its turn
    waiting = await work.site.open(here)
    assert "Penjualan sedang dimasukkan" in words_of(waiting)
    assert "Batalkan unggahan ini?" in words_of(waiting)
    assert f'action="{here}/batal"' in waiting.text
    stopped = await work.site.send(f"{here}/batal", page=here)
    assert stopped.headers["location"] == f"{work.path}/unggah"
    async with worker(database):
        assert "tidak ada yang masuk ke toko" in words_of(await work.until_settled(here))
    async with tenant_scope(work.shop.tenant.id) as scope:
        assert await scope.fetchval("select count(*) from orders") == 0


async def test_the_progress_of_an_upload_is_a_piece_that_leads_on_when_it_is_over(work: ShopWork, database: Database) -> None:
    here = (await work.bring(sales_file())).headers["location"]
    piece = await work.site.open(f"{here}/kemajuan", **{"HX-Request": "true"})
    assert 'id="kemajuan"' in piece.text
    assert "<html" not in piece.text
    async with worker(database):
        await work.until_settled(here)
    over = await work.site.open(f"{here}/kemajuan", **{"HX-Request": "true"})
    assert over.headers["hx-redirect"] == here


async def test_a_sample_is_one_press_away(work: ShopWork, database: Database) -> None:
    here = (await work.send("/unggah/contoh", page="/unggah")).headers["location"]
    async with worker(database):
        page = await work.until_settled(here)
    assert "Semua kolom jelas" in words_of(page)
    assert "Kami kenal: ekspor Shopee" in words_of(page)


async def test_an_upload_without_its_pages_token_leaves_nothing(work: ShopWork) -> None:
    answer = await work.site.client.post(f"{work.path}/unggah", files=[("files", ("a.csv", b"a,b\n1,2"))], follow_redirects=False)
    assert answer.status_code == 403
    foreign = await work.site.client.post(
        f"{work.path}/unggah",
        data={"csrf": csrf_of(await work.open("/unggah"))},
        files=[("files", ("a.csv", b"a,b\n1,2"))],
        headers={"Sec-Fetch-Site": "cross-site"},
        follow_redirects=False,
    )
    assert foreign.status_code == 403
    assert "a.csv" not in (await work.open("/unggah")).text


async def test_a_viewer_sees_uploads_and_changes_none(work: ShopWork, database: Database) -> None:
    here = (await work.bring(sales_file())).headers["location"]
    async with worker(database):
        await work.until_settled(here)
    viewer = await new_member(work.site.services.office, work.shop, work.owner, Role.VIEWER)
    work.site.sign_in(viewer)
    page = await work.site.open(here)
    assert page.status_code == 200
    assert "Peran Anda hanya bisa melihat" in words_of(page)
    for path in (here, f"{here}/batal", f"{work.path}/unggah", f"{work.path}/unggah/contoh"):
        token = csrf_of(await work.open("/unggah"))
        assert (await work.site.client.post(path, data={"csrf": token}, follow_redirects=False)).status_code == 403


async def test_another_shops_upload_is_not_found(work: ShopWork) -> None:
    here = (await work.bring(sales_file())).headers["location"]
    other = await open_shop(work.site, "Toko Lain")
    assert (await work.site.open(here)).status_code == 404
    foreign = here.replace(work.path, other.path)
    for path in (foreign, f"{foreign}/kemajuan", f"{foreign}/ditolak.csv"):
        assert (await work.site.open(path)).status_code == 404
    assert (await work.site.send(f"{foreign}/batal", page=f"{other.path}/unggah")).status_code == 404
