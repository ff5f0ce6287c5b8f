"""Kampanye: five steps that hold to the server's word, numbers that say why, and presses that do what they say and no more."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from batikrfm.content import review
from batikrfm.content.review import Content
from batikrfm.db.database import Database
from batikrfm.delivery.campaigns import Campaign, find_campaign, list_campaigns
from batikrfm.delivery.counting import Place, count
from batikrfm.delivery.model import CampaignState, DeliveryState, Failure, Medium
from batikrfm.delivery.outbox import list_outbox
from batikrfm.sdk.channels import EventKind
from batikrfm.tenancy import tenant_scope
from batikrfm_tenants import audit
from campaign_work import answered, approved, begun, drafted, everybody_agrees, until_state
from portal_site import Site
from shop_work import NASTY, ShopWork, open_shop, stocked, words_of, worker
from visits import written

if TYPE_CHECKING:
    import httpx

WHO = {"name": "Sapa pelanggan", "channel": "outbox_whatsapp", "whom": "semua", "do": "next"}
WHEN = {"start": "sekarang", "clock": "shop", "spread": "0", "limit": "toko", "hold_out": "0"}

LOSE = """
    update deliveries set state = 'failed', reason = 'not_found', accepted_at = null, failed_at = now()
    where id in (select id from deliveries where campaign_id = $1 and state = 'accepted' order by id limit $2) returning variant, segment
"""


@pytest.fixture
async def work(site: Site, database: Database) -> ShopWork:
    """A shop with approved words, whose customers agree."""
    made = await open_shop(site)
    await stocked(made, database)
    async with worker(database):
        await written(made.shop)
    await everybody_agrees(made.shop)
    await approved(made.shop, [one for one in await drafts_of(made) if one.version == 1])
    return made


async def drafts_of(work: ShopWork) -> list[Content]:
    async with tenant_scope(work.shop.tenant.id):
        return await review.list_contents()


async def texts_of(work: ShopWork) -> list[Content]:
    return [one for one in await drafts_of(work) if one.state is review.State.APPROVED]


async def campaign_of(work: ShopWork) -> Campaign:
    async with tenant_scope(work.shop.tenant.id):
        return (await list_campaigns())[0]


async def again(work: ShopWork, campaign_id: UUID) -> Campaign:
    async with tenant_scope(work.shop.tenant.id):
        return await find_campaign(campaign_id)


async def done(work: ShopWork) -> set[str]:
    async with tenant_scope(work.shop.tenant.id):
        return {entry.action for entry in await audit.list_entries()}


def step_of(answer: httpx.Response) -> str:
    """The last part of where an answer leads."""
    assert answer.status_code == 303, words_of(answer)
    return str(answer.headers["location"]).rpartition("/")[2].partition("?")[0]


async def test_from_nothing_to_sent_in_five_steps_without_a_script(work: ShopWork, database: Database) -> None:
    assert step_of(await work.send("/kampanye/baru", WHO)) == "apa"
    campaign = await campaign_of(work)
    here = f"/kampanye/{campaign.id}"
    text = (await texts_of(work))[0]
    assert step_of(await work.send(f"{here}/apa", {"version": campaign.version, "text": f":{text.id}"})) == "kapan"
    version = (await again(work, campaign.id)).version
    answer = await work.send(f"{here}/kapan", {**WHEN, "version": version})
    assert answer.headers["location"] == f"{work.path}{here}/periksa?pada=sekarang"
    page = await work.open(f"{here}/periksa")
    assert "tidak bisa ditarik kembali" in words_of(page)
    assert "berhenti di Kotak keluar" in words_of(page)
    version = (await again(work, campaign.id)).version
    async with worker(database):
        await work.send(f"{here}/kirim", {"version": version, "pada": "sekarang"}, page=f"{here}/periksa")
        await until_state(work.shop, campaign.id, CampaignState.FINISHED)
        await answered(work.shop, campaign, EventKind.READ)
    said = words_of(await work.open(here))
    for words in ("Selesai", "Terkirim 14", "Sampai 14", "Dibaca 1", "Simulasi."):
        assert words in said
    assert {"campaign.created", "campaign.sent"} <= await done(work)
    async with tenant_scope(work.shop.tenant.id):
        assert len(await list_outbox(limit=50)) == 14


async def test_each_step_says_what_is_wrong_and_keeps_what_was_typed(work: ShopWork) -> None:
    for wrong, words in (
        ({"name": ""}, "Beri nama"),
        ({"channel": "tidak_ada"}, "Pilih salurannya"),
        ({"whom": "segmen"}, "paling sedikit satu segmen"),
        ({"last_from": "kemarin"}, "Tanggal ini tidak ada"),
        ({"spent_least": "banyak"}, "Isi dengan angka"),
        ({"purchases_least": "-1"}, "bilangan bulat"),
        ({"purchases_least": "5", "purchases_most": "2"}, "lebih besar"),
    ):
        answer = await work.send("/kampanye/baru", WHO | {"name": "Yang saya ketik"} | wrong)
        assert answer.status_code == 422, wrong
        assert words in words_of(answer)
        assert ("Yang saya ketik" in answer.text) == ("name" not in wrong)
    async with tenant_scope(work.shop.tenant.id):
        assert await list_campaigns() == []
    await work.send("/kampanye/baru", WHO)
    campaign = await campaign_of(work)
    here = f"/kampanye/{campaign.id}"
    assert "Pilih paling sedikit satu pesan" in words_of(await work.send(f"{here}/apa", {"version": campaign.version}))
    for wrong, words in (
        ({"start": "nanti", "date": "2020-01-01", "time": "09:00"}, "sudah lewat"),
        ({"start": "nanti", "date": "", "time": "09:00"}, "Isi tanggal dan jamnya"),
        ({"start": "nanti", "date": "2030-01-01", "time": "25:00"}, "Tulis jamnya"),
        ({"hold_out": "99"}, "dari 0 sampai 50"),
        ({"limit": "sendiri", "messages": "0", "days": "7"}, "dari 1 sampai 100"),
        ({"quiet": "on", "quiet_start": "malam", "quiet_end": "08:00"}, "Tulis jamnya"),
    ):
        answer = await work.send(f"{here}/kapan", {**WHEN, "version": campaign.version, **wrong})
        assert answer.status_code == 422, wrong
        assert words in words_of(answer), wrong


async def test_the_numbers_say_who_is_left_out_and_why(work: ShopWork) -> None:
    said = words_of(await work.send("/kampanye/hitung", WHO, page="/kampanye/baru"))
    assert said.startswith("14 akan menerima, dari 14 pelanggan")
    said = words_of(await work.send("/kampanye/hitung", WHO | {"channel": "outbox_email"}, page="/kampanye/baru"))
    assert "0 akan menerima" in said
    assert "14 orang tidak ikut: tidak punya alamat di sini 14" in said
    said = words_of(await work.send("/kampanye/hitung", WHO | {"last_from": "kemarin"}, page="/kampanye/baru"))
    assert "Lengkapi pilihannya" in said
    page = await work.send("/kampanye/baru", WHO | {"do": "count", "purchases_least": "3"})
    assert page.status_code == 200
    assert re.search(r"[1-9] akan menerima", words_of(page))


async def test_two_texts_are_split_or_tried_first(work: ShopWork) -> None:
    await work.send("/kampanye/baru", WHO)
    campaign = await campaign_of(work)
    one = (await texts_of(work))[0]
    async with tenant_scope(work.shop.tenant.id):
        other = next(draft for draft in await review.list_contents() if draft.id != one.id)
    (other,) = await approved(work.shop, [other])
    form = {"text": [f":{one.id}", f":{other.id}"], "metric": "read", "hours": "8", "least": "30", "test_share": "30"}
    await work.send(f"/kampanye/{campaign.id}/apa", {**form, "version": campaign.version, "ab": "rata"})
    kept = await again(work, campaign.id)
    assert ([each.share for each in kept.variants], kept.options.winner) == ([50, 50], None)
    await work.send(f"/kampanye/{campaign.id}/apa", {**form, "version": kept.version, "ab": "menang"})
    kept = await again(work, campaign.id)
    assert [each.share for each in kept.variants] == [15, 15]
    assert kept.options.winner is not None
    assert (kept.options.winner.metric, kept.options.winner.hours, kept.options.winner.least) == ("read", 8, 30)
    assert 'value="30" selected' in (await work.open(f"/kampanye/{campaign.id}/apa")).text


async def test_what_somebody_else_changed_meanwhile_is_not_sent(work: ShopWork) -> None:
    campaign = await drafted(work.shop, (await texts_of(work))[:1])
    here = f"/kampanye/{campaign.id}"
    answer = await work.send(f"{here}/kirim", {"version": campaign.version + 1, "pada": "sekarang"}, page=f"{here}/periksa")
    assert answer.status_code == 422
    assert "sudah diubah orang lain" in words_of(answer)
    assert (await again(work, campaign.id)).state is CampaignState.DRAFT


async def test_a_scheduled_campaign_waits_pauses_goes_on_and_is_called_off(work: ShopWork) -> None:
    campaign = await drafted(work.shop, (await texts_of(work))[:1])
    here = f"/kampanye/{campaign.id}"
    later = (dt.datetime.now(dt.UTC) + dt.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    await work.send(f"{here}/kirim", {"version": campaign.version, "pada": later}, page=f"{here}/periksa")
    assert (await again(work, campaign.id)).state is CampaignState.SCHEDULED
    assert "Terjadwal" in words_of(await work.open(here))
    await work.send(f"{here}/draf", page=here)
    assert (await again(work, campaign.id)).state is CampaignState.DRAFT
    await begun(work.shop, await again(work, campaign.id), dt.datetime.now(dt.UTC) + dt.timedelta(days=3))
    await work.send(f"{here}/batal", page=here)
    assert (await again(work, campaign.id)).state is CampaignState.CANCELLED
    answer = await work.send(f"{here}/lanjut", page="/kampanye/baru")
    assert "tidak bisa dilakukan" in words_of(await work.site.open(answer.headers["location"]))
    assert {"campaign.scheduled", "campaign.unscheduled", "campaign.cancelled"} <= await done(work)


async def test_a_trial_goes_to_oneself_and_counts_for_nothing(work: ShopWork) -> None:
    campaign = await drafted(work.shop, (await texts_of(work))[:1], medium=Medium.EMAIL)
    here = f"/kampanye/{campaign.id}"
    refused = await work.send(f"{here}/uji", {"to": "bukan alamat", "pada": "sekarang"}, page=f"{here}/periksa")
    assert refused.status_code == 422
    assert "Alamat ini tidak bisa dikirimi" in words_of(refused)
    assert (await work.send(f"{here}/uji", {"to": "sri@contoh.example", "pada": "sekarang"}, page=f"{here}/periksa")).status_code == 303
    async with tenant_scope(work.shop.tenant.id):
        (message,) = await list_outbox()
    assert message.address == "sri@contoh.example"
    assert "campaign.tried" in await done(work)


async def test_a_letter_in_the_outbox_can_do_nothing(work: ShopWork) -> None:
    campaign = await drafted(work.shop, (await texts_of(work))[:1], medium=Medium.EMAIL)
    await work.send(f"/kampanye/{campaign.id}/uji", {"to": "sri@contoh.example"}, page=f"/kampanye/{campaign.id}/periksa")
    async with tenant_scope(work.shop.tenant.id):
        (message,) = await list_outbox()
    letter = await work.open(f"/kampanye/kotak-keluar/{message.id}/surat")
    assert "sandbox" in letter.headers["content-security-policy"]
    assert "default-src 'none'" in letter.headers["content-security-policy"]
    assert "<iframe" in (await work.open(f"/kampanye/kotak-keluar/{message.id}")).text


async def test_a_reply_that_is_hostile_is_shown_and_does_nothing(work: ShopWork, database: Database) -> None:
    campaign = await begun(work.shop, await drafted(work.shop, (await texts_of(work))[:1]))
    async with worker(database):
        await until_state(work.shop, campaign.id, CampaignState.FINISHED)
    await answered(work.shop, campaign, EventKind.REPLIED, text=NASTY)
    page = await work.open("/kampanye/balasan")
    assert NASTY not in page.text
    assert NASTY in words_of(page).replace("&lt;", "<") or "alert" in words_of(page)


async def test_a_channel_is_checked_and_says_how_it_stands(work: ShopWork) -> None:
    here = "/pengaturan/saluran/outbox_email"
    assert "siap" in words_of(await work.open("/pengaturan/saluran"))
    assert "Tersambung" in words_of(await work.send(f"{here}/periksa", page=here))
    assert (await work.open("/pengaturan/saluran/tidak_ada")).status_code == 404


async def test_what_may_have_arrived_is_sent_again_only_where_the_box_is_ticked(work: ShopWork, database: Database) -> None:
    campaign = await begun(work.shop, await drafted(work.shop, (await texts_of(work))[:1]))
    here = f"/kampanye/{campaign.id}"
    async with worker(database):
        await until_state(work.shop, campaign.id, CampaignState.FINISHED)
    await lost(work, campaign, 3)
    page = await work.open(here)
    assert "Juga yang tidak jelas sampai atau tidak (3)" in words_of(page)
    assert "mungkin menerimanya dua kali" in words_of(page)
    assert '<input type="checkbox" class="checkbox checkbox-primary" name="unsure" value="on">' in page.text, "off at first"
    answer = await work.send(f"{here}/ulang", page=here)
    assert "Tidak ada pesan yang dikirim lagi." in words_of(await work.site.open(answer.headers["location"]))
    assert (await again(work, campaign.id)).state is CampaignState.FINISHED
    assert "campaign.resent" not in await done(work)
    answer = await work.send(f"{here}/ulang", {"unsure": "on"}, page=here)
    assert "3 pesan dikirim lagi." in words_of(await work.site.open(answer.headers["location"]))
    assert "campaign.resent" in await done(work)
    async with worker(database):
        await until_state(work.shop, campaign.id, CampaignState.FINISHED)
    assert "tidak jelas sampai" not in words_of(await work.open(here))


async def lost(work: ShopWork, campaign: Campaign, many: int) -> None:
    """As if the line had broken off at so many of a campaign's messages, and nobody could say what became of them."""
    async with tenant_scope(work.shop.tenant.id) as scope:
        rows = await scope.fetch(LOSE, campaign.id, many)
        moves = [(Place(DeliveryState.ACCEPTED, None, row["variant"], row["segment"]), -1) for row in rows]
        moves += [(Place(DeliveryState.FAILED, Failure.NOT_FOUND, row["variant"], row["segment"]), 1) for row in rows]
        await count(campaign.id, moves)
