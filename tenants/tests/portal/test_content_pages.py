"""Konten, prompts, their settings and Pemakaian AI: nothing gets through unread, and nothing of a hostile text comes alive."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest

from batikrfm.content import review
from batikrfm.content.review import Content, State
from batikrfm.content.settings import read_settings
from batikrfm.db.database import Database
from batikrfm.db.reaching import connection
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, budget_state, set_quota
from batikrfm_tenants import audit
from batikrfm_tenants.portal.letters import email_html, line_html, whatsapp_html
from portal_site import Site
from shop_work import NASTY, ShopWork, open_shop, somebody, stocked, words_of, worker
from visits import written


async def drafts_of(work: ShopWork) -> list[Content]:
    async with tenant_scope(work.shop.tenant.id):
        return await review.list_contents()


async def done(work: ShopWork) -> set[str]:
    """What the log says was done."""
    async with tenant_scope(work.shop.tenant.id):
        return {entry.action for entry in await audit.list_entries()}


@pytest.fixture
async def work(site: Site, database: Database) -> ShopWork:
    """A shop with drafts."""
    made = await open_shop(site)
    await stocked(made, database)
    async with worker(database):
        await written(made.shop)
    return made


async def test_before_the_first_count_there_is_nobody_to_write_to(site: Site) -> None:
    shop = await open_shop(site)
    page = await shop.open("/konten")
    assert "Belum ada yang bisa dikirimi pesan" in words_of(page)
    assert (await shop.open("/konten/segmen/champions")).status_code == 404


async def test_a_hostile_text_is_shown_and_does_nothing(work: ShopWork) -> None:
    draft = (await drafts_of(work))[0]
    wicked = f"{NASTY} [klik](javascript:alert(1)) ![x](https://jahat.example/a.png) <img src=x onerror=alert(1)>"
    async with tenant_scope(work.shop.tenant.id):
        hostile = replace(draft.copy, subject=wicked, email=wicked, whatsapp=wicked)
        await review.edit(draft.id, draft.version, hostile, by=somebody(work.shop))
    for path in (
        "/konten",
        f"/konten/segmen/{draft.segment}",
        f"/konten/{draft.id}",
        f"/konten/{draft.id}/ubah",
        f"/konten/{draft.id}/banding",
    ):
        page = await work.open(path)
        assert page.status_code == 200, path
        assert NASTY not in page.text
        assert re.search(r'<img src=x|jahat.example/a.png"|href="javascript', page.text) is None, path


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "```html\n<script>x</script>\n```", "<!-- x -->", "[a](<javascript:x>)", "[a]: javascript:x\n\n[a]"]
)
def test_what_somebody_wrote_brings_no_tag_or_address_of_its_own(text: str) -> None:
    for html in (email_html(text), whatsapp_html(text), line_html(text)):
        assert re.search(r"<(?!/?(p|code|pre|span|br|strong|em|s|mark)\b)", html) is None
        assert "href" not in html


def test_marks_and_placeholders_look_as_they_will() -> None:
    assert "<strong>penting</strong>" in email_html("**penting**")
    assert whatsapp_html("*Halo* {nama}, _{produk_terakhir}_ 2*3*4") == (
        '<strong>Halo</strong> <mark class="blank">nama</mark>, <em><mark class="blank">produk_terakhir</mark></em> 2*3*4'
    )
    assert "{rahasia}" in line_html("{rahasia}")


async def test_several_are_approved_at_once_and_one_that_changed_is_not(work: ShopWork) -> None:
    changed, other = sorted(await drafts_of(work), key=lambda draft: draft.version, reverse=True)[:2]
    ticked = [f"{changed.id}:1", f"{other.id}:{other.version}", "omong-kosong"]
    answer = await work.send("/konten/setujui", {"content": ticked, "segment": other.segment}, page="/konten")
    assert answer.headers["location"] == f"{work.path}/konten/segmen/{other.segment}"
    assert "1 konten disetujui, 1 belum" in words_of(await work.site.open(answer.headers["location"]))
    states = {draft.id: draft.state for draft in await drafts_of(work)}
    assert (states[changed.id], states[other.id]) == (State.DRAFT, State.APPROVED)
    assert "content.approved" in await done(work)


async def test_a_finding_that_blocks_is_approved_only_with_a_reason(work: ShopWork) -> None:
    draft = next(one for one in await drafts_of(work) if one.blocked)
    here, form = f"/konten/{draft.id}", {"version": draft.version}
    refused = await work.send(f"{here}/setujui", form, page=here)
    assert refused.status_code == 422
    assert "tulis alasannya" in words_of(refused)
    answer = await work.send(f"{here}/setujui", {**form, "acknowledged": "Memang ada diskon 90%."}, page=here)
    assert answer.status_code == 303
    assert "Memang ada diskon 90%." in words_of(await work.open(here))


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(work: ShopWork) -> None:
    draft = max(await drafts_of(work), key=lambda one: one.version)
    form = {"version": draft.version - 1, "subject": "Judul", "email": "Isi", "whatsapp": "Pesan"}
    answer = await work.send(f"/konten/{draft.id}/ubah", form)
    assert answer.status_code == 422
    assert "sudah diubah orang lain" in words_of(answer)
    assert 'value="Judul"' in answer.text
    empty = await work.send(f"/konten/{draft.id}/ubah", {**form, "version": draft.version, "subject": " "})
    assert "Judul e-mail tidak boleh kosong" in words_of(empty)


async def test_a_quota_used_up_says_when_it_renews(work: ShopWork) -> None:
    segment = (await drafts_of(work))[0].segment
    async with tenant_scope(work.shop.tenant.id):
        await set_quota(GENERATIONS, 1)
    assert "Kuota terisi lagi" in words_of(await work.open(f"/konten/segmen/{segment}"))
    answer = await work.send(f"/konten/segmen/{segment}", {"language": "en", "variants": "2"})
    assert "Kuota hari ini sudah terpakai semua" in words_of(answer)
    assert answer.status_code == 422
    assert "Sisa kuota AI hari ini 0 dari 1" in words_of(answer)


async def test_a_prompt_says_the_line_that_is_wrong_is_tried_kept_and_given_up(work: ShopWork) -> None:
    here = f"/konten/prompt/{(await drafts_of(work))[0].segment}"
    form = {"language": "id", "max_tokens": "700", "do": "save"}
    wrong = await work.send(here, {**form, "text": "baris satu\n{{ nama_pelanggan }}"})
    assert "baris 2" in words_of(wrong)
    assert "nama_pelanggan" in wrong.text
    tried = await work.send(here, {**form, "do": "preview", "text": "Tulis untuk {{ segment_name }}."})
    assert "Pratinjau, belum disimpan" in words_of(tried)
    assert (await work.send(here, {**form, "max_tokens": "banyak", "text": "x"})).status_code == 422
    kept = await work.send(here, {**form, "text": "Tulis untuk {{ segment_name }}."})
    assert kept.status_code == 303
    assert "milik toko" in words_of(await work.open(here))
    await work.send(f"{here}/bawaan", {"language": "id"}, page=here)
    assert "bawaan" in words_of(await work.open(here))
    assert await done(work) >= {"prompt.changed", "prompt.reset"}


async def test_settings_are_kept_or_come_back_with_what_is_wrong(work: ShopWork) -> None:
    good = {"domains": "tokosri.id", "chain": "template", "variants": "3", "cache_days": "7", "weekly_day": "5", "weekly_time": "07:30"}
    good |= {"tier": "economy", "banned_words": "murah\ngratis", "weekly": "on", "triggers": "at_risk"}
    for wrong in ({"domains": "bukan domain"}, {"weekly_time": "25:00"}, {"variants": "banyak"}, {"chain": ""}):
        answer = await work.send("/pengaturan/konten", good | wrong)
        assert answer.status_code == 422, wrong
        assert 'aria-invalid="true"' in answer.text, wrong
    assert (await work.send("/pengaturan/konten", good)).status_code == 303
    async with tenant_scope(work.shop.tenant.id):
        kept = await read_settings()
    assert (kept.banned_words, kept.weekly_minute, kept.weekly_day, kept.variants) == (("murah", "gratis"), 450, 5, 3)
    assert kept.triggers == ("at_risk",)
    assert re.search(r'value="at_risk" checked', (await work.open("/pengaturan/konten")).text)
    assert "Ditulis sendiri setiap minggu" in words_of(await work.open("/konten"))
    assert "content.settings_changed" in await done(work)


async def test_the_bill_says_what_it_knows_and_a_budget_is_set(work: ShopWork) -> None:
    said = words_of(await work.open("/pemakaian"))
    for words in ("Sisa 9 dari 10 konten", "Per model", "template/template-1", "Kira-kira biaya sebulan"):
        assert words in said
    assert "template template-1" in words_of(await work.open("/pemakaian/catatan"))
    for wrong in ("banyak", "-1", "NaN"):
        assert (await work.send("/pemakaian/anggaran", {"limit": wrong}, page="/pemakaian")).status_code == 422
    assert (await work.send("/pemakaian/anggaran", {"limit": "2,50", "mode": "stop"}, page="/pemakaian")).status_code == 303
    async with tenant_scope(work.shop.tenant.id):
        assert (await budget_state()).limit == 2_500_000
    assert (await work.open("/pemakaian?bulan=2026-13")).status_code == 200


async def test_the_week_is_begun_by_a_press(work: ShopWork) -> None:
    assert (await work.send("/konten/mingguan", page="/konten")).status_code == 303
    assert "Sedang berjalan" in words_of(await work.open("/konten"))


async def test_the_owner_is_told_by_mail_once_the_week_is_written(work: ShopWork, database: Database, admin_url: str) -> None:
    """From the press to the letter: the job, the words, the installed extension, the mail that waits to go out."""
    mine = "select subject, body_text from outgoing_mails where recipient = $1 and subject = 'Pesan minggu ini menunggu Anda baca'"
    async with tenant_scope(work.shop.tenant.id):
        await set_quota(GENERATIONS, 100)
    for _ in range(2):
        assert (await work.send("/konten/mingguan", page="/konten")).status_code == 303
        async with worker(database, "tenants"):
            await until_idle(work)
        async with connection(admin_url) as admin:
            letters = await admin.fetch(mine, work.owner.user.email)
        assert len(letters) == 1, "once a week, however often it is written"
    assert f"/toko/{work.shop.tenant.slug}/konten" in letters[0]["body_text"]
    assert "sudah punya pesan baru" in letters[0]["body_text"]


async def until_idle(work: ShopWork) -> None:
    """Until no weekly job of the shop runs or waits to run now."""
    for _ in range(600):
        async with tenant_scope(work.shop.tenant.id) as scope:
            if not await scope.fetchval("select count(*) from jobs where task = 'content.weekly' and state in ('queued', 'running')"):
                return
        await asyncio.sleep(0.05)
    raise TimeoutError
