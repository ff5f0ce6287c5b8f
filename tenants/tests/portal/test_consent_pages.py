"""What an owner sees and does about consent: who stopped, which words stop, what people agreed to, and what is declared of a file."""

from __future__ import annotations

import asyncio
import contextvars
import re
from uuid import UUID

import pytest

from batikrfm.db.database import Database
from batikrfm.delivery.consent import Means, Recipient, Said, opt_out
from batikrfm.delivery.consent import declaring as declarations
from batikrfm.delivery.model import Medium
from batikrfm.jobs import Job, find_job
from batikrfm.tenancy import tenant_scope
from portal_site import Site
from shop_work import ShopWork, open_shop, stocked, words_of, worker

HERE = "/pengaturan/persetujuan"
LOGGED = "select action, count(*) as times from audit_entries where action like 'consents.%' group by 1 order by 1"
DECLARATION = {"medium": "whatsapp", "purpose": "marketing", "source": "formulir anggota", "since": "2026-01-05", "words": ""}
CLICK = Said("link", "BatikRFM", Means.RECIPIENT)


@pytest.fixture
async def shop(site: Site) -> ShopWork:
    return await open_shop(site)


async def test_an_address_is_stopped_and_opened_again_by_hand_with_a_trace(shop: ShopWork) -> None:
    assert (await shop.send(f"{HERE}/alamat", {"medium": "email", "address": "sari@contoh.id"}, page=HERE)).status_code == 303
    page = await shop.open(HERE)
    assert "dihentikan toko" in words_of(page)
    assert "sari@contoh.id" not in page.text
    removal = re.search(rf"{HERE}/alamat/[0-9a-f-]{{36}}/hapus", page.text)
    assert removal
    assert (await shop.send(removal[0], page=HERE)).status_code == 303
    assert "dihentikan toko" not in words_of(await shop.open(HERE))
    log = words_of(await shop.open("/pengaturan/catatan"))
    for deed in ("Menghentikan satu alamat", "Menghapus alamat dari daftar berhenti"):
        assert deed in log
    refused = await shop.send(f"{HERE}/alamat", {"medium": "email", "address": "a@b.id, c@d.id"}, page=HERE)
    assert (refused.status_code, "Tulis satu saja" in words_of(refused)) == (422, True)


async def test_what_a_person_stopped_cannot_be_opened_here_and_the_page_says_why(shop: ShopWork, database: Database) -> None:
    await stocked(shop, database)
    async with tenant_scope(shop.shop.tenant.id) as scope:
        customer: UUID = await scope.fetchval("select id from customers where phone is not null limit 1")
        await opt_out(Recipient(Medium.WHATSAPP, customer), CLICK)
        stopped = await scope.fetchval("select id from suppressions")
    page = await shop.open(HERE)
    assert "hanya orangnya yang bisa membuka" in words_of(page)
    assert f"/alamat/{stopped}/hapus" not in page.text
    refused = await shop.send(f"{HERE}/alamat/{stopped}/hapus", page=HERE)
    assert (refused.status_code, "Orang ini sendiri yang minta berhenti" in words_of(refused)) == (422, True)
    assert "Hanya persetujuan baru dari orangnya" in words_of(await shop.open(f"/pelanggan/{customer}"))


async def test_words_that_stop_and_soft_bounces_are_set_here(shop: ShopWork) -> None:
    sent = await shop.send(f"{HERE}/berhenti", {"words": "Wis cukup!\nora usah", "bounces": "2", "days": "14"}, page=HERE)
    assert sent.status_code == 303
    page = await shop.open(HERE)
    assert "wis cukup\nora usah" in page.text
    assert "Selalu berlaku: stop, berhenti" in words_of(page)
    for values in ({"words": "🙏", "bounces": "2", "days": "14"}, {"words": "", "bounces": "many", "days": "14"}):
        assert (await shop.send(f"{HERE}/berhenti", values, page=HERE)).status_code == 422


async def test_each_version_of_the_words_stays_to_be_read(shop: ShopWork) -> None:
    for words in ("Saya mau dikirimi promo.", "Saya mau dikirimi promo dan kabar.", "Saya mau dikirimi promo."):
        assert (await shop.send(f"{HERE}/kalimat", {"purpose": "marketing", "sentence": words}, page=HERE)).status_code == 303
    said = words_of(await shop.open(HERE))
    assert "promosi, versi 1" in said
    assert "promosi, versi 2" in said
    assert "versi 3" not in said
    assert (await shop.send(f"{HERE}/kalimat", {"purpose": "marketing", "sentence": " "}, page=HERE)).status_code == 422


async def test_consent_for_a_file_is_declared_in_the_owners_name_and_taken_back(shop: ShopWork, database: Database) -> None:
    """Imported consent must be declared by the owner for the file: with a day, a source, and a tick of their own."""
    upload = (await stocked(shop, database)).removeprefix(shop.path)
    assert "belum dianggap setuju" in words_of(await shop.open(upload))
    form = f"{upload}/persetujuan"
    values = {"medium": "whatsapp", "purpose": "marketing", "source": "formulir anggota", "since": "2026-01-05", "words": "Saya mau."}
    for wrong, words in (
        (values, "Centang dulu"),
        ({**values, "sure": "on", "since": "5 Januari"}, "Tulis tanggalnya"),
        ({**values, "sure": "on", "since": "2999-01-01"}, "belum lewat"),
        ({**values, "sure": "on", "source": ""}, "dari mana Anda tahu"),
    ):
        refused = await shop.send(form, wrong)
        assert (refused.status_code, words in words_of(refused)) == (422, True)
    assert (await shop.send(form, {**values, "sure": "on"})).status_code == 303
    page = await shop.open(HERE)
    assert re.search(r"\d+ pelanggan, setuju sejak .*2026, dinyatakan Ibu Sri", words_of(page))
    assert "sudah dinyatakan" in words_of(await shop.send(form, {**values, "sure": "on"}))
    back = re.search(rf"{HERE}/pernyataan/[0-9a-f-]{{36}}/tarik", page.text)
    assert back
    for _ in range(2):
        assert (await shop.send(back[0], page=HERE)).status_code == 303
    assert "Ditarik Ibu Sri" in words_of(await shop.open(HERE))
    log = words_of(await shop.open("/pengaturan/catatan"))
    assert "Menyatakan persetujuan untuk berkas" in log
    assert "Menarik pernyataan persetujuan" in log


FIND_JOB = "batikrfm_tenants.portal.pages.settings.declared.find_job"


async def test_one_that_ends_between_two_looks_of_a_page_has_not_stopped(
    shop: ShopWork, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(declarations, "MANY", 3)
    upload = (await stocked(shop, database)).removeprefix(shop.path)
    sent = await shop.send(f"{upload}/persetujuan", {**DECLARATION, "sure": "on"})
    place = sent.headers["location"]

    async def after_its_end(job_id: UUID) -> Job:
        async def work() -> None:
            async with worker(database):
                await shop.until_settled(place)

        monkeypatch.setattr(FIND_JOB, find_job)
        await asyncio.create_task(work(), context=contextvars.Context())
        return await find_job(job_id)

    monkeypatch.setattr(FIND_JOB, after_its_end)
    answer = await shop.open(place.removeprefix(shop.path))
    assert answer.headers["location"].endswith(HERE)


async def test_a_declaration_for_many_shows_its_progress_and_survives_closing_the_tab(
    shop: ShopWork, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every long work shows progress and survives closing the tab. The log has one line for each deed, whatever becomes of the job."""
    monkeypatch.setattr(declarations, "MANY", 3)
    upload = (await stocked(shop, database)).removeprefix(shop.path)
    sent = await shop.send(f"{upload}/persetujuan", {**DECLARATION, "sure": "on"})
    place = sent.headers["location"].removeprefix(shop.path)
    assert re.fullmatch(rf"{HERE}/pernyataan/[0-9a-f-]{{36}}", place)
    page = await shop.open(place)
    assert "Persetujuan sedang dicatat" in words_of(page)
    assert re.search(r"0 / \d+", words_of(await shop.open(place, **{"hx-request": "true"})))
    assert re.search(r"Belum selesai dicatat: 0 dari \d+ pelanggan", words_of(await shop.open(HERE)))
    async with tenant_scope(shop.shop.tenant.id) as scope:  # somebody stops the job, or it broke off too often
        await scope.execute("update jobs set state = 'dead', finished_at = now() where task = 'delivery.declaration'")
    assert (await shop.open(place, **{"hx-request": "true"})).headers["hx-redirect"] == shop.path + place
    assert "berhenti di tengah jalan" in words_of(await shop.open(place))
    assert (await shop.send(f"{place}/lanjut", page=place)).headers["location"] == shop.path + place
    async with worker(database):
        assert "boleh dikirimi, kecuali yang pernah menolak" in words_of(await shop.until_settled(shop.path + place))
    assert re.search(r"\d+ pelanggan, setuju sejak .*2026, dinyatakan Ibu Sri", words_of(await shop.open(HERE)))
    assert (await shop.send(f"{place}/tarik", page=HERE)).headers["location"] == shop.path + place
    assert "Pernyataan sedang ditarik" in words_of(await shop.open(place))
    async with worker(database):
        assert "Yang berlaku sebelumnya berlaku lagi" in words_of(await shop.until_settled(shop.path + place))
    async with tenant_scope(shop.shop.tenant.id) as scope:
        logged = await scope.fetch(
            "select action, count(*) as times from audit_entries where action like 'consents.%' group by 1 order by 1"
        )
    assert [tuple(row) for row in logged] == [("consents.declared", 1), ("consents.withdrawn", 1)]
