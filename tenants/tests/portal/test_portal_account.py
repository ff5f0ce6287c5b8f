"""One's own account: password, second step, sessions, address; and what a signed-in person's forms refuse."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pyotp
import pytest

from batikrfm.tenancy import delete_tenant, tenant_scope
from batikrfm.tenancy.permissions import Permission, Role
from batikrfm_tenants import api_keys, audit, leaving, memberships, operators, sessions, shops
from batikrfm_tenants.signing_in import SignedIn
from batikrfm_tenants.users import User
from persons import OTHER_PASSWORD, PASSWORD, live, mails_to, new_email
from portal_site import AgeSession, Site, link_in_mail, new_member, new_person


@pytest.fixture
async def somebody(site: Site) -> SignedIn:
    who = await new_person(site.services.office)
    site.sign_in(who)
    return who


async def test_name_and_language_are_kept(site: Site, somebody: SignedIn) -> None:
    assert (await site.send("/akun", {"name": "Sri Rahayu", "language": "en"})).status_code == 303
    page = await site.open("/akun")
    assert '<html lang="en"' in page.text
    assert "Sri Rahayu" in page.text
    assert "Saved." in page.text
    refused = await site.send("/akun", {"name": "beli di https://jahat.example", "language": "en"})
    assert refused.status_code == 422
    assert 'id="name-salah"' in refused.text
    assert (await sessions.find(somebody.token)) is not None


async def test_a_new_password_gives_a_new_session_and_ends_the_others(site: Site, somebody: SignedIn) -> None:
    weak = await site.send("/akun/sandi", {"password": "12345"}, page="/akun/keamanan")
    assert weak.status_code == 422
    assert "12345" not in weak.text
    assert (await site.send("/akun/sandi", {"password": OTHER_PASSWORD}, page="/akun/keamanan")).status_code == 303
    assert site.client.cookies[site.cookie] != somebody.token
    assert await sessions.find(somebody.token) is None
    assert (await site.open("/akun")).status_code == 200


async def test_one_form_of_the_page_leaves_the_others_as_they_are(site: Site, somebody: SignedIn) -> None:
    for path, sent in {"/akun/email": {"email": "bukan alamat"}, "/akun/hapus": {"proof": "bukan ini"}}.items():
        refused = await site.send(path, sent, page="/akun")
        assert refused.status_code == 422
        assert f'name="name" maxlength="200" autocomplete="name" value="{somebody.user.name}"' in refused.text
        assert 'href="/akun" aria-current="page"' in refused.text


@pytest.mark.usefixtures("somebody")
async def test_the_secret_is_shown_in_fours(site: Site) -> None:
    begun = await site.send("/akun/totp", page="/akun/keamanan")
    (shown,) = re.findall(r'<code class="font-mono font-semibold">([^<]+)</code>', begun.text)
    assert re.fullmatch(r"[A-Z2-7]{4}( [A-Z2-7]{4}){7}", shown)


async def test_the_second_step_from_the_picture_to_the_recovery_code(site: Site, somebody: SignedIn) -> None:
    begun = await site.send("/akun/totp", page="/akun/keamanan")
    assert "<svg" in begun.text
    (shown,) = re.findall(r'<code class="font-mono font-semibold">([A-Z2-7 ]+)</code>', begun.text)
    wrong = await site.send("/akun/totp/selesai", {"code": "000000"}, page="/akun")
    assert wrong.status_code == 422
    code = pyotp.TOTP(shown.replace(" ", "")).now()
    done = await site.send("/akun/totp/selesai", {"code": code}, page="/akun")
    codes = re.findall(r"<span>(\S+)\s*</span>", done.text)
    assert len(codes) == 10
    shown_again = (await site.open("/akun/keamanan")).text
    assert not any(code in shown_again for code in codes)
    await site.send("/keluar", page="/akun")
    first = await site.send("/masuk", {"email": somebody.user.email, "password": PASSWORD, "next": "/akun"})
    assert first.headers["location"] == "/masuk/kode?next=/akun"
    assert site.cookie not in site.client.cookies
    assert (await site.open("/akun")).headers["location"].startswith("/masuk")
    second = await site.send("/masuk/kode", {"code": unescape(codes[0]), "next": "/akun"})
    assert (second.status_code, second.headers["location"]) == (303, "/akun")
    assert (await site.open("/akun")).status_code == 200


async def test_the_second_step_without_the_first_begins_anew(site: Site) -> None:
    assert (await site.open("/masuk/kode")).headers["location"] == "/masuk"
    answer = await site.send("/masuk/kode", {"code": "123456"}, page="/masuk")
    assert answer.headers["location"] == "/masuk"


async def test_a_session_elsewhere_is_ended_from_here(site: Site, somebody: SignedIn) -> None:
    await site.send("/keluar", page="/akun")
    for _ in range(2):
        site.client.cookies.clear()
        assert (await site.send("/masuk", {"email": somebody.user.email, "password": PASSWORD})).status_code == 303
    page = (await site.open("/akun/keamanan")).text
    (end,) = re.findall(r'action="(/akun/sesi/[0-9a-f-]+/akhiri)"', page)
    assert (await site.send(end, page="/akun/keamanan")).status_code == 303
    assert "/akhiri" not in (await site.open("/akun/keamanan")).text


async def test_somebody_elses_session_is_not_ended(site: Site, somebody: SignedIn) -> None:
    other = await new_person(site.services.office)
    theirs = await sessions.find(other.token)
    assert theirs is not None
    assert (await site.send(f"/akun/sesi/{theirs.id}/akhiri", page="/akun")).status_code == 303
    assert await sessions.find(other.token) is not None
    assert await sessions.find(somebody.token) is not None


async def test_an_address_changes_when_its_own_link_is_followed(site: Site, somebody: SignedIn) -> None:
    new = new_email()
    assert (await site.send("/akun/email", {"email": new}, page="/akun")).status_code == 303
    token = await link_in_mail(new, "email_change")
    assert somebody.user.email in (await site.open("/akun")).text
    assert (await site.send(f"/akun/email/{token}")).status_code == 303
    assert new in (await site.open("/akun")).text
    again = await site.open(f"/akun/email/{token}")
    assert again.headers["location"] == "/akun"


async def test_a_forgotten_password_is_chosen_anew_once(site: Site) -> None:
    who = await new_person(site.services.office)
    for address in (who.user.email, new_email()):
        answer = await site.send("/lupa-sandi", {"email": address})
        assert (answer.status_code, answer.headers["location"]) == (303, "/lupa-sandi")
    token = await link_in_mail(who.user.email, "reset")
    assert (await site.send(f"/sandi-baru/{token}", {"password": "12345"})).status_code == 422
    done = await site.send(f"/sandi-baru/{token}", {"password": OTHER_PASSWORD})
    assert done.headers["location"] == "/masuk"
    assert await sessions.find(who.token) is None
    assert (await site.open(f"/sandi-baru/{token}")).headers["location"] == "/lupa-sandi"


async def test_what_is_dangerous_asks_again_after_a_while(site: Site, somebody: SignedIn, age_session: AgeSession) -> None:
    await age_session(somebody)
    for path in ("/akun/sandi", "/akun/totp", "/akun/email"):
        answer = await site.send(path, {"password": OTHER_PASSWORD, "email": new_email()}, page="/akun")
        assert answer.headers["location"].startswith("/akun/buktikan?next=")


async def test_too_many_tries_are_told_to_wait(site: Site) -> None:
    who = await new_person(site.services.office)
    answers = [await site.send("/masuk", {"email": who.user.email, "password": f"salah {number}"}) for number in range(40)]
    last = answers[-1]
    assert {answer.status_code for answer in answers} == {422, 429}
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) > 0
    assert "Terlalu banyak percobaan" in last.text


@pytest.mark.usefixtures("somebody")
async def test_an_invitation_that_nobody_sent_leads_nowhere(site: Site) -> None:
    assert (await site.open("/undangan/" + "x" * 43)).headers["location"] == "/toko"


@pytest.mark.parametrize("language", ["id", "en"])
async def test_pages_that_are_not_there_speak_the_visitors_language(site: Site, language: str) -> None:
    answer = await site.open("/tidak-ada-di-mana-pun", **{"Accept-Language": language})
    assert answer.status_code == 404
    assert f'<html lang="{language}"' in answer.text
    assert {"id": "Halaman tidak ditemukan", "en": "Page not found"}[language] in answer.text


async def test_the_outbox_is_for_this_machine_alone(site: Site) -> None:
    assert (await site.open("/kotak-keluar")).status_code == 200
    assert (await site.open("/kotak-keluar", **{"X-Forwarded-For": "203.0.113.9"})).status_code == 404


# -- deleting one's account


async def test_an_account_goes_and_its_shop_keeps_what_was_done(site: Site, somebody: SignedIn) -> None:
    owner = await new_person(site.services.office)
    shop = await shops.create_shop(owner.user, "Batik Tetap Jalan")
    member = await new_member(site.services.office, shop, owner, Role.ADMIN)
    by = shops.principal_of(member.user, shops.Shop(shop.tenant, Role.ADMIN))
    async with tenant_scope(shop.tenant.id):
        key = await api_keys.create(by, "kasir", [Permission.CUSTOMERS_READ])
    site.sign_in(member)
    wrong = await site.send("/akun/hapus", {"proof": "bukan ini"}, page="/akun")
    assert (wrong.status_code, 'id="proof-salah"' in wrong.text) == (422, True)
    assert await sessions.find(member.token) is not None
    gone = await site.send("/akun/hapus", {"proof": PASSWORD}, page="/akun")
    assert (gone.status_code, gone.headers["location"]) == (303, "/masuk")
    assert await sessions.find(member.token) is None
    assert await api_keys.authenticate(key.token) is None
    async with tenant_scope(shop.tenant.id):
        assert [one.user_id for one in await memberships.list_members()] == [owner.user.id]
        log = [(entry.action, entry.actor_name) for entry in await audit.list_entries()]
    assert ("member.left", member.user.name) in log
    assert ("key.created", member.user.name) in log, "what was done stays in the log"
    refused = await site.send("/masuk", {"email": member.user.email, "password": PASSWORD})
    assert refused.status_code == 422
    assert len(await mails_to(member.user.email, "account_deleted")) == 1
    assert await sessions.find(somebody.token) is not None, "nobody else's"


async def test_the_address_is_free_again(site: Site, somebody: SignedIn) -> None:
    await site.send("/akun/hapus", {"proof": PASSWORD}, page="/akun")
    anew = await new_person(site.services.office, somebody.user.email)
    assert anew.user.id != somebody.user.id


async def test_the_only_owner_settles_the_shop_first(site: Site, somebody: SignedIn) -> None:
    shop = await shops.create_shop(somebody.user, "Batik Milik Sendiri")
    other = await shops.create_shop(somebody.user, "Batik Berdua")
    await new_member(site.services.office, other, somebody, Role.OWNER)
    page = await site.open("/akun")
    assert "Batik Milik Sendiri" in page.text
    assert 'action="/akun/hapus"' not in page.text
    refused = await site.send("/akun/hapus", {"proof": PASSWORD}, page="/akun")
    assert refused.status_code == 422
    assert "Hanya Anda pemilik Batik Milik Sendiri." in unescape(refused.text)
    assert len(await shops.list_shops(somebody.user)) == 2, "none was left on the way"
    await delete_tenant(shop.tenant.id)
    assert (await site.send("/akun/hapus", {"proof": PASSWORD}, page="/akun")).headers["location"] == "/masuk"


async def test_who_has_a_second_step_is_asked_for_a_code(site: Site, somebody: SignedIn) -> None:
    begun = await site.send("/akun/totp", page="/akun/keamanan")
    (shown,) = re.findall(r'<code class="font-mono font-semibold">([A-Z2-7 ]+)</code>', begun.text)
    phone = pyotp.TOTP(shown.replace(" ", ""))
    now = site.services.office.clock.now()
    await site.send("/akun/totp/selesai", {"code": phone.at(now)}, page="/akun")
    assert (await site.send("/akun/hapus", {"proof": PASSWORD}, page="/akun")).status_code == 422
    assert (await site.send("/akun/hapus", {"proof": phone.at(now + timedelta(seconds=30))}, page="/akun")).headers["location"] == "/masuk"
    assert await sessions.find(somebody.token) is None


async def test_who_joins_a_shop_while_they_go_leaves_it_as_well(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, leaver = await new_person(site.services.office), await new_person(site.services.office)
    shop = await shops.create_shop(owner.user, "Batik Tergesa")
    real = shops.owned_alone

    async def meanwhile(user: User) -> list[shops.Shop]:
        found = await real(user)
        await operators.add_to_shop(user, shop.tenant, Role.VIEWER)
        return found

    monkeypatch.setattr(shops, "owned_alone", meanwhile)
    await leaving.delete_account(site.services.office, await live(leaver.token), PASSWORD)
    async with tenant_scope(shop.tenant.id):
        assert [one.user_id for one in await memberships.list_members()] == [owner.user.id]
    assert await sessions.find(leaver.token) is None
