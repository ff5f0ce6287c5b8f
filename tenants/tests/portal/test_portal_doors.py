"""Who gets in where: sessions that nobody can plant, forms that nobody can forge, shops that nobody else sees."""

from __future__ import annotations

import re

import pytest

from batikrfm.tenancy.permissions import Role
from batikrfm_tenants import sessions, shops
from persons import PASSWORD, new_email
from portal_site import PUBLIC, Site, csrf_of, link_in_mail, new_member, new_person


async def test_signing_up_confirming_and_opening_a_shop_without_javascript(site: Site) -> None:
    email = new_email()
    sent = await site.send("/daftar", {"name": "Bu Sri", "email": email, "password": PASSWORD})
    assert (sent.status_code, sent.headers["location"]) == (303, "/daftar/cek-email")
    token = await link_in_mail(email, "confirm")
    confirmed = await site.send(f"/konfirmasi/{token}", {"password": PASSWORD})
    assert (confirmed.status_code, confirmed.headers["location"]) == (303, "/toko")
    opened = await site.send("/toko", {"name": "Batik Sekar", "time_zone": "Asia/Jakarta", "currency": "IDR"})
    assert opened.headers["location"].startswith("/toko/batik-sekar")
    led = await site.open(opened.headers["location"])
    home = await site.open(led.headers["location"])
    assert home.status_code == 200
    assert "Batik Sekar" in home.text
    assert "Toko Anda sudah dibuka" in home.text
    assert "Toko Anda sudah dibuka" not in (await site.open(led.headers["location"])).text


async def test_a_planted_session_is_never_adopted(site: Site) -> None:
    who = await new_person(site.services.office)
    site.client.cookies.set(site.cookie, "penyerangmemilihini", domain="batik.example", path="/")
    answer = await site.send("/masuk", {"email": who.user.email, "password": PASSWORD})
    assert answer.status_code == 303
    given = site.client.cookies[site.cookie]
    assert given != "penyerangmemilihini"
    assert await sessions.find("penyerangmemilihini") is None
    assert await sessions.find(given) is not None


async def test_the_session_cookie_is_out_of_reach(site: Site) -> None:
    who = await new_person(site.services.office)
    answer = await site.send("/masuk", {"email": who.user.email, "password": PASSWORD})
    (cookie,) = [value for name, value in answer.headers.multi_items() if name == "set-cookie" and value.startswith("__Host-session=")]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "secure", "path=/", "samesite=lax"} <= attributes
    assert not any(part.startswith("domain") for part in attributes)


async def test_signing_in_again_ends_the_session_before(site: Site) -> None:
    who = await new_person(site.services.office)
    site.sign_in(who)
    page = await site.open("/akun")
    answer = await site.client.post(
        "/masuk", data={"csrf": csrf_of(page), "email": who.user.email, "password": PASSWORD}, follow_redirects=False
    )
    assert answer.status_code == 303
    assert await sessions.find(who.token) is None


async def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    who = await new_person(site.services.office)
    site.sign_in(who)
    answer = await site.send("/keluar", page="/akun")
    assert answer.headers["location"] == "/masuk"
    assert await sessions.find(who.token) is None
    assert (await site.open("/akun")).headers["location"] == "/masuk?next=/akun"


UNSAFE = [
    "/masuk",
    "/daftar",
    "/lupa-sandi",
    "/bahasa",
    "/tampilan",
    "/keluar",
    "/toko",
    "/akun",
    "/akun/sandi",
    "/akun/totp",
    "/akun/hapus",
]


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize("token", [None, "", "palsu", "A" * 172])
async def test_a_form_without_its_pages_token_changes_nothing(site: Site, path: str, token: str | None) -> None:
    who = await new_person(site.services.office)
    site.sign_in(who)
    answer = await site.client.post(path, data={} if token is None else {"csrf": token}, follow_redirects=False)
    assert answer.status_code == 403
    assert "Muat ulang halamannya" in answer.text


async def test_who_sent_an_old_page_is_shown_the_way_back_to_it(site: Site) -> None:
    site.sign_in(await new_person(site.services.office))
    answer = await site.client.post("/akun/sandi", headers={"Referer": f"{PUBLIC}/akun/keamanan?x=1"}, follow_redirects=False)
    assert answer.status_code == 403
    assert "Muat ulang halamannya dulu" in answer.text
    assert 'href="/akun/keamanan"' in answer.text
    stray = await site.client.post("/akun/sandi", headers={"Referer": "https://jahat.example//x"}, follow_redirects=False)
    assert 'class="btn btn-primary" href="/"' in stray.text


async def test_another_sessions_token_is_worth_nothing(site: Site) -> None:
    mallory, victim = await new_person(site.services.office), await new_person(site.services.office)
    site.sign_in(mallory)
    token = csrf_of(await site.open("/akun"))
    site.sign_in(victim)
    answer = await site.client.post("/akun", data={"csrf": token, "name": "Diganti", "language": "id"}, follow_redirects=False)
    assert answer.status_code == 403


async def test_a_token_from_before_signing_in_is_worth_nothing_after(site: Site) -> None:
    who = await new_person(site.services.office)
    token = csrf_of(await site.open("/masuk"))
    await site.client.post("/masuk", data={"csrf": token, "email": who.user.email, "password": PASSWORD}, follow_redirects=False)
    answer = await site.client.post("/akun", data={"csrf": token, "name": "Diganti", "language": "id"}, follow_redirects=False)
    assert answer.status_code == 403


async def test_each_page_has_its_token_under_another_mask(site: Site) -> None:
    first, second = csrf_of(await site.open("/masuk")), csrf_of(await site.open("/masuk"))
    assert first != second


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://jahat.example"},
        {"Origin": "null"},
        {"Origin": "https://batik.example.jahat.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_from_elsewhere_is_refused_even_with_a_token(site: Site, headers: dict[str, str]) -> None:
    answer = await site.send("/lupa-sandi", {"email": new_email()}, **headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [{"Origin": PUBLIC}, {"Sec-Fetch-Site": "same-origin"}, {}])
async def test_a_form_of_ours_is_taken(site: Site, headers: dict[str, str]) -> None:
    assert (await site.send("/lupa-sandi", {"email": new_email()}, **headers)).status_code == 303


ELSEWHERE = [
    "https://jahat.example",
    "//jahat.example",
    "/\\jahat.example",
    "\\\\jahat.example",
    "/\t/jahat.example",
    "/\n/jahat.example",
    "javascript:alert(1)",
    "jahat.example",
    "/" + "a" * 600,
]


@pytest.mark.parametrize("then", ELSEWHERE)
async def test_nobody_is_led_astray_after_signing_in(site: Site, then: str) -> None:
    who = await new_person(site.services.office)
    page = await site.client.get("/masuk", params={"next": then})
    assert 'name="next" value="/"' in page.text
    answer = await site.send("/masuk", {"email": who.user.email, "password": PASSWORD, "next": then})
    assert answer.headers["location"] == "/"
    for path in ("/bahasa", "/tampilan"):
        assert (await site.send(path, {"next": then}, page="/akun")).headers["location"] == "/"


async def test_who_is_not_signed_in_comes_back_to_where_they_wanted(site: Site) -> None:
    who = await new_person(site.services.office)
    shop = await shops.create_shop(who.user, "Batik Jalan Pulang")
    wanted = f"/toko/{shop.tenant.slug}/pengaturan/tim"
    asked = await site.open(wanted)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/masuk?next={wanted}")
    answer = await site.send("/masuk", {"email": who.user.email, "password": PASSWORD, "next": wanted})
    assert answer.headers["location"] == wanted


async def test_another_shop_and_none_at_all_look_the_same(site: Site) -> None:
    owner, stranger = await new_person(site.services.office), await new_person(site.services.office)
    shop = await shops.create_shop(owner.user, "Rahasia Dapur")
    site.sign_in(stranger)
    for rest in ("", "/pengaturan", "/pengaturan/tim", "/pengaturan/catatan.csv"):
        real, none = await site.open(f"/toko/{shop.tenant.slug}{rest}"), await site.open(f"/toko/tidak-ada-itu{rest}")
        assert (real.status_code, none.status_code) == (404, 404)
        assert _plain(real.text).replace(shop.tenant.slug, "tidak-ada-itu") == _plain(none.text)
        assert "Rahasia Dapur" not in real.text


async def test_ones_own_shop_says_403_where_the_role_ends(site: Site) -> None:
    owner = await new_person(site.services.office)
    shop = await shops.create_shop(owner.user, "Batik Bertingkat")
    viewer = await new_member(site.services.office, shop, owner, Role.VIEWER)
    site.sign_in(viewer)
    base = f"/toko/{shop.tenant.slug}"
    assert (await site.open(f"{base}/unggah")).status_code == 200
    for path in ("/pengaturan/kunci-api", "/pengaturan/catatan", "/pengaturan/catatan.csv"):
        answer = await site.open(base + path)
        assert answer.status_code == 403
        assert "Kembali ke beranda toko" in answer.text
    for path in ("/pengaturan", "/pengaturan/tim/undang", "/pengaturan/kunci-api", "/pengaturan/plugin/builtin/nyala", "/pengaturan/hapus"):
        answer = await site.send(base + path, {"name": "X", "on": "no"}, page=f"{base}/pengaturan")
        assert answer.status_code == 403, path
    team = await site.open(f"{base}/pengaturan/tim")
    assert "Undang seseorang" not in team.text


async def test_a_removed_member_is_outside_at_the_next_click(site: Site) -> None:
    owner = await new_person(site.services.office)
    shop = await shops.create_shop(owner.user, "Batik Keluar Masuk")
    viewer = await new_member(site.services.office, shop, owner, Role.VIEWER)
    site.sign_in(owner)
    page = (await site.open(f"/toko/{shop.tenant.slug}/pengaturan/tim")).text
    (path,) = re.findall(r'action="([^"]+/keluarkan)"', page)
    assert (await site.send(path, page=f"/toko/{shop.tenant.slug}/pengaturan/tim")).status_code == 303
    site.sign_in(viewer)
    assert (await site.open(f"/toko/{shop.tenant.slug}")).status_code == 404


@pytest.mark.parametrize("host", ["jahat.example", "batik.example.jahat.example", "batik.example@jahat.example", ""])
async def test_a_forged_host_gets_no_page_and_no_mail_with_it(site: Site, host: str) -> None:
    answer = await site.client.get("/lupa-sandi", headers={"Host": host})
    assert answer.status_code == 421
    assert host == "" or host not in answer.text


XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


async def test_names_are_shown_and_not_run(site: Site) -> None:
    who = await new_person(site.services.office)
    shop = await shops.create_shop(who.user, f"Batik {XSS}"[:60])
    site.sign_in(who)
    for path in (
        f"/toko/{shop.tenant.slug}/unggah",
        f"/toko/{shop.tenant.slug}/pengaturan",
        "/toko",
        f"/toko/{shop.tenant.slug}/pengaturan/keamanan",
    ):
        text = (await site.open(path)).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text
    answer = await site.send(f"/toko/{shop.tenant.slug}/pengaturan", {"name": "", "voice": f"</textarea>{XSS}", "language": "id"})
    assert answer.status_code == 422
    assert "</textarea><script>" not in answer.text


async def test_pages_are_nobodys_to_keep_and_run_nothing_inline(site: Site) -> None:
    who = await new_person(site.services.office)
    site.sign_in(who)
    answer = await site.open("/akun")
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", answer.text) is None
    assert " style=" not in answer.text
    assert re.search(r"\son\w+=", answer.text) is None


def _plain(page: str) -> str:
    """A page without what differs each time: its tokens."""
    return re.sub(r'(value|X-CSRF-Token": )="?[\w=-]{60,}"?', "", re.sub(r'"[\w=-]{80,}"', "", page))
