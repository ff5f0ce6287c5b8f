"""Saluran: an owner stops a channel and sets its number's limits by the page, as by the API; what cannot be read changes nothing."""

from __future__ import annotations

import pytest

from batikrfm.delivery.channels import ChannelInfo, PausedBy, scoped_channels, set_rules, state_of
from batikrfm.delivery.events.urls import HEARD_ON
from batikrfm.delivery.numbers.rules import UNOFFICIAL, NumberRules
from batikrfm.tenancy import tenant_scope
from batikrfm_tenants import audit
from portal_site import Site
from shop_work import NASTY, ShopWork, open_shop, words_of

MAIL, NUMBER = "/pengaturan/saluran/outbox_email", "/pengaturan/saluran/whatsapp_fonnte"
CAREFUL = {
    "plan": "10, 20,30",
    "most": "80",
    "pause_from": "10",
    "pause_to": "30,5",
    "opens": "09:00",
    "closes": "17:30",
    "bad": "5",
    "known": "on",
}


@pytest.fixture
async def work(site: Site) -> ShopWork:
    """A shop with nothing in it."""
    return await open_shop(site)


async def channel_of(work: ShopWork, page: str) -> ChannelInfo:
    async with tenant_scope(work.shop.tenant.id):
        return next(one for one in await scoped_channels() if page.endswith(f"/{one.key}"))


async def rules_of(work: ShopWork) -> NumberRules:
    info = await channel_of(work, NUMBER)
    async with tenant_scope(work.shop.tenant.id):
        return (await state_of(info.key)).rules_for(info.capabilities)


async def deeds(work: ShopWork) -> list[tuple[str, str]]:
    async with tenant_scope(work.shop.tenant.id):
        return [(entry.action, entry.target) for entry in reversed(await audit.list_entries()) if entry.action.startswith("channel.")]


async def test_a_channel_is_stopped_for_a_reason_and_taken_into_use_again(work: ShopWork) -> None:
    assert "Hentikan dulu" in words_of(await work.open(MAIL))
    answer = await work.send(f"{MAIL}/hentikan", {"reason": f"Ganti alamat {NASTY}"}, page=MAIL)
    page = await work.site.open(answer.headers["location"])
    assert "berhenti sebelum pesan berikutnya" in words_of(page)
    assert "Ganti alamat" in words_of(page)
    assert NASTY not in page.text
    assert "Hentikan dulu" not in words_of(page), "one that is stopped is stopped"
    pause = (await channel_of(work, MAIL)).pause
    assert pause is not None
    assert (pause.by, pause.reason.id) == (PausedBy.PERSON, f"Ganti alamat {NASTY}")
    await work.send(f"{MAIL}/hentikan", {"reason": "Sekali lagi"}, page=MAIL)
    assert (await channel_of(work, MAIL)).pause == pause, "the first reason stays"
    await work.send(f"{MAIL}/lanjut", page=MAIL)
    assert (await channel_of(work, MAIL)).pause is None
    assert await deeds(work) == [("channel.paused", "outbox_email"), ("channel.resumed", "outbox_email")]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 121, "dua\nbaris", "nol\0"], ids=["none", "blank", "long", "lines", "nul"])
async def test_without_a_reason_that_can_be_read_nothing_is_stopped(work: ShopWork, reason: str) -> None:
    answer = await work.send(f"{MAIL}/hentikan", {"reason": reason}, page=MAIL)
    assert answer.status_code == 422
    assert words_of(answer).count("Tulis alasannya") == 2, "at the top, and at the field"
    assert "<details open>" in answer.text
    assert (await channel_of(work, MAIL)).pause is None
    assert await deeds(work) == []


async def test_a_numbers_limits_are_set_and_put_back(work: ShopWork) -> None:
    page = await work.open(NUMBER)
    assert 'value="20, 40, 60, 80, 100, 130, 160, 200"' in page.text
    assert 'value="08:00"' in page.text
    assert "Kembalikan ke saran kami" not in words_of(page)
    answer = await work.send(f"{NUMBER}/batas", CAREFUL, page=NUMBER)
    said = words_of(page := await work.site.open(answer.headers["location"]))
    assert "Batas nomor tersimpan." in said
    assert "longgar dari saran kami:" not in said, "who is more careful is not warned"
    assert 'value="30,5"' in page.text
    assert await rules_of(work) == NumberRules((10, 20, 30), 80, (10, 30.5), 540, 1050, UNOFFICIAL.window, 0.05, known_only=True)
    await work.send(f"{NUMBER}/batas/saran", page=NUMBER)
    assert await rules_of(work) == UNOFFICIAL
    assert await deeds(work) == [("channel.limits", "whatsapp_fonnte")] * 2


async def test_what_the_page_does_not_speak_of_stays(work: ShopWork) -> None:
    async with tenant_scope(work.shop.tenant.id):
        await set_rules("whatsapp_fonnte", NumberRules(window=40, most_bad=0.075, pause=(1.5, 2)))
    page = await work.open(NUMBER)
    for value in ('value="7,5"', 'value="1,5"', 'value="00:00"', 'name="plan" maxlength="400" autocomplete="off" value=""'):
        assert value in page.text
    await work.send(f"{NUMBER}/batas", CAREFUL | {"closes": "00:00"}, page=NUMBER)
    assert ((await rules_of(work)).window, (await rules_of(work)).closes) == (40, 24 * 60)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("plan", "sepuluh", "Tulis jumlah pesan tiap hari"),
        ("plan", "10,,20", "Tulis jumlah pesan tiap hari"),
        ("plan", "10, 0", "Tulis jumlah pesan tiap hari"),
        ("plan", "10001", "Tulis jumlah pesan tiap hari"),
        ("plan", ",".join(["1"] * 61), "Tulis jumlah pesan tiap hari"),
        ("plan", "٣", "Tulis jumlah pesan tiap hari"),
        ("most", "0", "dari 1 sampai 10.000"),
        ("most", "-5", "dari 1 sampai 10.000"),
        ("pause_from", "cepat", "detik dari 0 sampai 600"),
        ("pause_from", "inf", "detik dari 0 sampai 600"),
        ("pause_from", "31", "tidak boleh kurang dari yang tersingkat"),
        ("pause_to", "601", "detik dari 0 sampai 600"),
        ("opens", "pagi", "Tulis jamnya"),
        ("closes", "09:00", "sesudah jam mulai"),
        ("bad", "0", "lebih dari 0 sampai 100"),
        ("bad", "101", "lebih dari 0 sampai 100"),
    ],
)
async def test_bad_input_is_said_once_at_its_field_and_what_was_typed_stays(work: ShopWork, field: str, value: str, words: str) -> None:
    answer = await work.send(f"{NUMBER}/batas", CAREFUL | {field: value}, page=NUMBER)
    assert answer.status_code == 422
    assert words_of(answer).count(words) == 2, "in the list at the top, and at the field"
    for name, typed in (CAREFUL | {field: value}).items():
        assert f'name="{name}"' in answer.text
        assert f'value="{typed}"' in answer.text, name
    assert await rules_of(work) == UNOFFICIAL
    assert await deeds(work) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"plan": "21"}, "pesan sehari lebih banyak"),
        ({"plan": ""}, "pesan sehari lebih banyak"),
        ({"most": ""}, "pesan sehari lebih banyak"),
        ({"pause_from": "1"}, "jeda antarpesan lebih singkat"),
        ({"closes": "20:01"}, "jam kirim lebih panjang"),
        ({"bad": "10,5"}, "berhenti sendirinya lebih lambat"),
        ({"known": ""}, "juga kepada orang yang belum pernah berkirim pesan"),
    ],
)
async def test_who_is_less_careful_than_we_suggest_is_told_plainly_and_may(work: ShopWork, changed: dict[str, str], words: str) -> None:
    answer = await work.send(f"{NUMBER}/batas", CAREFUL | changed, page=NUMBER)
    said = words_of(await work.site.open(answer.headers["location"]))
    assert "tersimpan, tetapi lebih longgar dari saran kami" in said
    assert f"lebih longgar dari saran kami: {words}" in said
    assert "lebih mudah diblokir" in said
    assert f"longgar dari saran kami: {words}" in words_of(await work.open(NUMBER)), "as long as it is so"
    assert await deeds(work) == [("channel.limits", "whatsapp_fonnte")]


async def test_what_has_no_number_has_no_limits(work: ShopWork) -> None:
    assert "Ubah batas nomor" not in words_of(await work.open(MAIL))
    for path in ("batas", "batas/saran"):
        assert (await work.send(f"{MAIL}/{path}", CAREFUL, page=MAIL)).status_code == 404
        assert (await work.send(f"/pengaturan/saluran/merpati/{path}", CAREFUL, page=MAIL)).status_code == 404
    assert (await work.send("/pengaturan/saluran/merpati/hentikan", {"reason": "x"}, page=MAIL)).status_code == 404


async def test_an_address_for_reports_that_is_replaced_is_heard_for_as_long_as_the_page_says(work: ShopWork) -> None:
    await work.send(f"{NUMBER}/webhook", page=NUMBER)
    assert HEARD_ON.days == 7
    assert "masih didengar tujuh hari lagi" in words_of(await work.open(NUMBER))
