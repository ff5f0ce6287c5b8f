"""The pages behind a message's links: a way out that always works, choices, and one's own data. No account, no cookie, no script."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from batikrfm.db.database import Database
from batikrfm.db.keys import uuid7
from batikrfm.delivery.consent import ConsentState, Means, Said, consent_history, consents_of, set_consent, standing_of
from batikrfm.delivery.consent.preferences import Often, how_often
from batikrfm.delivery.consent.suppressing import list_suppressions
from batikrfm.delivery.links import Links
from batikrfm.delivery.model import LeftOut, Medium, Purpose
from batikrfm.delivery.signing import LinkKind, Signer
from batikrfm.tenancy import create_tenant, delete_tenant, tenant_scope
from batikrfm.testkit.rows import Rows
from batikrfm_tenants import throttles
from batikrfm_tenants.portal.services import Services
from portal_site import PUBLIC, Site

if TYPE_CHECKING:
    from playwright.async_api import Browser

CUSTOMER = """
    insert into customers (tenant_id, id, contact_at, key, name, phone, email)
    values (current_setting('app.tenant_id')::uuid, $1, now(), $2, 'Sari', '+6281234567890', 'sari@contoh.id')
"""
CAMPAIGN = """
    insert into campaigns (tenant_id, id, name, medium, channel, created)
    values (current_setting('app.tenant_id')::uuid, $1, 'Lebaran', 'email', 'outbox_email', '{}')
"""
DELIVERY = """
    insert into deliveries (tenant_id, id, campaign_id, customer_id, variant, medium, state, approved_hash, accepted_at)
    values ($1, $2, $3, $4, 0, 'email', 'accepted', 'hash', now())
"""
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@dataclass
class Mailed:
    """A person who got a mail, and the links in it."""

    tenant_id: UUID
    customer_id: UUID
    out: str
    own: str

    async def standing(self, medium: Medium = Medium.EMAIL) -> LeftOut | None:
        async with tenant_scope(self.tenant_id):
            return (await standing_of([self.customer_id], medium, Purpose.MARKETING))[self.customer_id]


async def mailed(services: Services, rows: Rows, name: str = "Batik Sekar") -> Mailed:
    tenant = (await create_tenant(name)).id
    customer, campaign, delivery = uuid7(), uuid7(), uuid7()
    async with tenant_scope(tenant) as scope:
        await scope.execute(CUSTOMER, customer, str(customer))
        await scope.execute(CAMPAIGN, campaign)
        for medium in Medium:
            await set_consent(customer, medium, Purpose.MARKETING, ConsentState.GRANTED, Said("chat", "Bu Sri"))
    async with rows.admin.transaction():
        await rows.admin.execute("set local session_replication_role = replica")
        await rows.admin.execute(DELIVERY, tenant, delivery, campaign, customer)
    links = Links(PUBLIC, Signer(services.office.vault))
    out, own = links.unsubscribe_url(tenant, delivery), links.preferences_url(tenant, customer)
    return Mailed(tenant, customer, out.removeprefix(PUBLIC), own.removeprefix(PUBLIC))


@pytest.fixture
async def sari(services: Services, rows: Rows, database: Database) -> Mailed:  # noqa: ARG001 - it is open
    return await mailed(services, rows)


async def test_get_shows_a_page_and_does_not_unsubscribe_by_itself(site: Site, sari: Mailed) -> None:
    """So that link scanners cannot; HEAD neither. Sabotage: call ``unsubscribe`` in ``look``; red."""
    page = await site.open(sari.out)
    assert (page.status_code, "set-cookie" in page.headers) == (200, False)
    assert "Ya, berhenti" in page.text
    assert "Batik Sekar" in page.text
    for method in ("HEAD", "OPTIONS", "PUT", "DELETE"):
        await site.client.request(method, sari.out)
    assert await sari.standing() is None


@pytest.mark.parametrize("body", [{"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}, {"content": b"\x00\xff"}, {}])
async def test_one_click_post_works_without_cookies(site: Site, sari: Mailed, body: dict[str, object]) -> None:
    """RFC 8058: urlencoded or multipart, from another site's program, no confirmation, no redirect; again and again the same.

    Sabotage: put the routes behind ``only_our_forms``; red.
    """
    for _ in range(3):
        answer = await site.client.post(sari.out, follow_redirects=False, headers={"Sec-Fetch-Site": "cross-site"}, **body)  # type: ignore[arg-type] # one way to send each
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    assert await sari.standing() is LeftOut.SUPPRESSED
    assert await sari.standing(Medium.WHATSAPP) is None
    async with tenant_scope(sari.tenant_id):
        said, *_ = await consent_history(sari.customer_id)
        assert (said.state, said.means) == (ConsentState.REFUSED, Means.RECIPIENT)
        assert said.proof is not None
        assert said.proof.delivery_id is not None
        assert len(await list_suppressions()) == 1


async def test_the_click_is_kept_with_address_and_program_as_its_proof(site: Site, sari: Mailed) -> None:
    await site.client.post(sari.out, data=ONE_CLICK, headers={"User-Agent": "Thunderbird/140"})
    async with tenant_scope(sari.tenant_id):
        proof = (await consent_history(sari.customer_id))[0].proof
    assert proof is not None
    assert (proof.address, proof.agent) == ("127.0.0.1", "Thunderbird/140")


async def test_the_page_goes_across_media_when_asked(site: Site, sari: Mailed) -> None:
    answer = await site.client.post(sari.out, data={**ONE_CLICK, "everywhere": "on"})
    assert "Sudah berhenti" in answer.text
    assert await sari.standing(Medium.WHATSAPP) is LeftOut.SUPPRESSED


async def test_a_guessed_token_and_one_of_another_kind_are_404(site: Site, sari: Mailed) -> None:
    out, own = sari.out.rpartition("/")[2], sari.own.rpartition("/")[2]
    stranger = await create_tenant("Orang Lain")
    signer = Signer(site.services.office.vault)
    elsewhere = signer.sign(LinkKind.PREFERENCES, stranger.id, sari.customer_id)
    nobody = signer.sign(LinkKind.UNSUBSCRIBE, sari.tenant_id, uuid7())
    for path in (
        f"/berhenti/{own}",
        f"/pilihan/{out}",
        f"/berhenti/{out[:-1]}A",
        "/berhenti/x",
        f"/pilihan/{elsewhere}",
        f"/berhenti/{nobody}",
    ):
        for answer in (await site.open(path), await site.client.post(path, data=ONE_CLICK)):
            assert answer.status_code == 404
            assert "Batik Sekar" not in answer.text
    for path in ("data/json", "data/csv", "hapus"):
        assert (await site.client.post(f"/pilihan/{elsewhere}/{path}", data={"sure": "on"})).status_code == 404
    assert (await site.client.post(f"{sari.own}/data/xml")).status_code in {400, 404, 422}
    assert await sari.standing() is None


async def test_links_of_a_shop_that_is_gone_are_404(site: Site, sari: Mailed) -> None:
    await delete_tenant(sari.tenant_id)
    for path in (sari.out, sari.own):
        assert (await site.open(path)).status_code == 404
        assert (await site.client.post(path, data=ONE_CLICK)).status_code == 404


async def test_who_guesses_is_slowed_and_a_good_link_works_all_the_same(site: Site, sari: Mailed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(throttles.LIMITS, "recipient/network", throttles.Limit(3, 60))
    guesses = [(await site.client.post(f"/berhenti/{number:068}")).status_code for number in range(5)]
    assert guesses == [404, 404, 404, 429, 429]
    assert (await site.client.post(sari.out, data=ONE_CLICK)).status_code == 200
    assert await sari.standing() is LeftOut.SUPPRESSED


async def test_the_person_chooses_media_and_how_often(site: Site, sari: Mailed) -> None:
    page = await site.open(sari.own)
    assert page.text.count(" checked") == 3  # two media, and as often as it comes
    assert "sari@contoh.id" not in page.text
    assert "s•••@contoh.id" in page.text
    saved = await site.client.post(sari.own, data={"media": "whatsapp", "often": "monthly"})
    assert "Pilihan Anda tersimpan" in saved.text
    assert (await sari.standing(), await sari.standing(Medium.WHATSAPP)) == (LeftOut.SUPPRESSED, None)
    async with tenant_scope(sari.tenant_id):
        assert await how_often(sari.customer_id) is Often.MONTHLY
    await site.client.post(sari.own, data={"media": ["email", "whatsapp"], "often": "nonsense"})
    assert await sari.standing() is None
    async with tenant_scope(sari.tenant_id):
        email = next(one for one in await consents_of(sari.customer_id) if one.medium is Medium.EMAIL)
        assert (email.means, email.wording) == (Means.RECIPIENT, 1)  # their own new consent, to the words of the page


async def test_my_data_is_a_file_that_no_scanner_gets(site: Site, sari: Mailed) -> None:
    assert (await site.open(f"{sari.own}/data/json")).status_code == 405
    answer = await site.client.post(f"{sari.own}/data/json")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert json.loads(answer.content)["person"]["email"] == "sari@contoh.id"
    table = await site.client.post(f"{sari.own}/data/csv")
    assert ["person", "", "email", "sari@contoh.id"] in list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))


async def test_erasing_asks_first_and_is_for_good(site: Site, sari: Mailed) -> None:
    page = await site.open(f"{sari.own}/hapus")
    assert "sandi acak" in page.text
    assert "Batik Sekar bertanggung jawab" in page.text
    assert (await site.client.post(f"{sari.own}/hapus")).status_code == 422
    assert await sari.standing() is None
    done = await site.client.post(f"{sari.own}/hapus", data={"sure": "on"})
    assert "Data Anda sudah dihapus" in done.text
    assert await sari.standing() is LeftOut.NO_ADDRESS
    assert (await site.open(sari.own)).status_code == 404
    for answer in (await site.open(sari.out), await site.client.post(sari.out, data=ONE_CLICK)):
        assert answer.status_code == 200  # the way out in an old mail still answers
        assert "/pilihan/" not in answer.text


async def test_pages_speak_both_languages_and_name_no_other_shop(site: Site, rows: Rows, sari: Mailed) -> None:
    await mailed(site.services, rows, "Toko Sebelah")
    for path in (sari.out, sari.own, f"{sari.own}/hapus"):
        indonesian, english = await site.open(path), await site.open(f"{path}?bahasa=en")
        assert '<html lang="id"' in indonesian.text
        assert '<html lang="en"' in english.text
        assert "Batik Sekar is responsible for your data" in english.text
        for page in (indonesian, english):
            assert "Toko Sebelah" not in page.text
            assert "<script" not in page.text
            assert 'name="referrer" content="no-referrer"' in page.text


async def test_a_person_on_a_phone_without_script_stops_and_chooses(browser: Browser, address: tuple[str, Services], rows: Rows) -> None:
    """In a real browser of 360 px: opening the link changes nothing, one press stops, and the page of choices opens it again."""
    public, services = address
    sari = await mailed(services, rows)
    context = await browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="id-ID")
    page = await context.new_page()
    await page.goto(public + sari.out)
    assert await sari.standing() is None
    await page.get_by_role("button", name="Ya, berhenti").click()
    assert "Sudah berhenti" in await page.inner_text("h1")
    assert await sari.standing() is LeftOut.SUPPRESSED
    await page.get_by_role("link", name="Berubah pikiran, atau mau mengatur lainnya?").click()
    await page.get_by_label("lewat email").check()
    await page.get_by_label("Paling banyak sekali sebulan").check()
    await page.get_by_role("button", name="Simpan").click()
    assert await page.get_by_role("status").count() == 1
    assert await sari.standing() is None
    assert await context.cookies() == []
    await context.close()
