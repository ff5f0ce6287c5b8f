"""Signing in by an account elsewhere, in a real browser: it goes to a real provider of OpenID Connect on this machine and comes back.

The provider's page is at ``localhost`` and ours at ``127.0.0.1``: two sites, so that cookies are held to what browsers do between sites.
What of a provider's answer is believed is tried one by one in ``test_oidc.py``; here is what a person sees of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Role
from batikrfm_tenants import accounts, invitations, oidc, sessions, shops, totp
from batikrfm_tenants.oidc import Provider
from batikrfm_tenants.portal.services import Services
from batikrfm_tenants.signing_in import SignedIn
from browsing import PHONE, said
from fake_provider import FakeProvider, fake_provider
from persons import OTHER_PASSWORD, live, mails_to, new_email
from portal_site import HOME_ORIGIN, link_in_mail, new_person

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

Place = tuple[str, Services]


@pytest.fixture
async def fake() -> AsyncIterator[FakeProvider]:
    async with fake_provider() as fake:
        fake.describe = lambda said: said | {"authorization_endpoint": f"http://localhost:{fake.port}/authorize"}
        fake.person = {"sub": f"sub-{new_email()}", "email": new_email(), "email_verified": True, "name": "Bu Ani"}
        yield fake


@pytest.fixture
def providers(fake: FakeProvider) -> dict[str, Provider]:
    return {"palsu": fake.provider()}


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport=PHONE, locale="id-ID")
    page = await context.new_page()
    page.set_default_timeout(30_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    await context.close()
    assert wrong == []


async def go_there(page: Page, public: str, path: str = "/masuk") -> None:
    """To the provider's page, by the button."""
    await page.goto(public + path)
    await page.get_by_role("link", name="Masuk dengan Palsu").click()
    await page.get_by_role("heading", name="Penyedia akun").wait_for()


async def sign_in(page: Page, public: str, path: str = "/masuk") -> None:
    """There and back."""
    await go_there(page, public, path)
    await page.get_by_role("link", name="Lanjut").click()
    await page.wait_for_url(f"{public}/**")


async def session_of(page: Page) -> sessions.Session | None:
    """Whose session the browser has."""
    cookies = {cookie["name"]: cookie["value"] for cookie in await page.context.cookies()}
    return await sessions.find(cookies["session"]) if "session" in cookies else None


async def refused(page: Page, public: str, words: str) -> None:
    """The person is at the sign-in page, is told why, and is nobody."""
    await said(page, words)
    assert page.url == f"{public}/masuk"
    await page.get_by_label("Email").wait_for()
    assert await session_of(page) is None


async def test_somebody_new_opens_a_shop_and_comes_back_to_it(page: Page, address: Place, fake: FakeProvider) -> None:
    public, _ = address
    await sign_in(page, public)
    await page.wait_for_url(f"{public}/toko")
    await page.get_by_label("Nama toko").fill("Batik Lewat Pintu Samping")
    await page.get_by_role("button", name="Buka toko", exact=True).click()
    await page.wait_for_url("**/unggah")
    first = await session_of(page)
    assert first is not None
    assert (first.user.email, first.user.name, first.user.has_password) == (fake.person["email"], "Bu Ani", False)
    await page.context.clear_cookies()
    fake.person |= {"name": "Nama Baru"}
    await sign_in(page, public)
    await said(page, "Batik Lewat Pintu Samping")
    again = await session_of(page)
    assert again is not None
    assert again.id != first.id
    assert again.user == first.user


async def test_who_has_an_account_is_linked_and_told(page: Page, address: Place, fake: FakeProvider) -> None:
    public, services = address
    who = await new_person(services.office)
    fake.person["email"] = who.user.email
    await sign_in(page, public)
    session = await session_of(page)
    assert session is not None
    assert session.user == who.user
    assert len(await mails_to(who.user.email, "identity_linked")) == 1
    await page.goto(f"{public}/akun/keamanan")
    await said(page, fake.issuer)


async def test_an_account_is_linked_from_the_inside(page: Page, address: Place, fake: FakeProvider) -> None:
    """Also with an address that nobody vouches for: the person is there already."""
    public, services = address
    who = await new_person(services.office)
    fake.person["email_verified"] = False
    await page.context.add_cookies([{"name": "session", "value": who.token, "url": public}])
    await page.goto(f"{public}/akun/keamanan")
    await page.get_by_role("link", name="Hubungkan Palsu").click()
    await page.get_by_role("link", name="Lanjut").click()
    await said(page, "Akunnya sudah terhubung")
    assert page.url == f"{public}/akun/keamanan"
    (identity,) = await oidc.list_identities(await live(who.token))
    assert identity.email == fake.person["email"]


async def test_who_has_a_second_step_is_asked_for_it(page: Page, address: Place, fake: FakeProvider) -> None:
    public, services = address
    who = await new_person(services.office)
    fake.person["email"] = who.user.email
    phone = await second_step(services, who)
    await sign_in(page, public, "/masuk?next=/akun/keamanan")
    assert page.url.startswith(f"{public}/masuk/kode")
    assert await session_of(page) is None
    await page.get_by_label("Kode").fill(phone.at(services.office.clock.now() + timedelta(seconds=30)))
    await page.get_by_role("button", name="Lanjut").click()
    await page.wait_for_url(f"{public}/akun/keamanan")


async def second_step(services: Services, who: SignedIn) -> pyotp.TOTP:
    enrolment = await totp.begin(services.office, await live(who.token))
    phone = pyotp.TOTP(enrolment.secret.replace(" ", ""))
    await totp.finish(services.office, await live(who.token), phone.at(services.office.clock.now()))
    return phone


async def test_who_is_invited_comes_back_to_the_invitation(page: Page, address: Place, fake: FakeProvider) -> None:
    public, services = address
    owner = await new_person(services.office)
    shop = await shops.create_shop(owner.user, "Batik Undangan")
    async with tenant_scope(shop.tenant.id):
        await invitations.invite(services.office, shops.principal_of(owner.user, shop), fake.person["email"], Role.VIEWER)
    invited = f"/undangan/{await link_in_mail(fake.person['email'], 'invitation')}"
    await sign_in(page, public, invited)
    await page.wait_for_url(public + invited)
    await page.get_by_role("button", name="Terima undangan").click()
    await page.wait_for_url(f"{public}/toko/{shop.tenant.slug}/**")


# -- what a person is told when something is wrong

NOT_TRUE = "tidak bisa dipastikan asli"
Bend = Callable[[FakeProvider], object]
LIES: dict[str, Bend] = {
    "another state": lambda fake: setattr(fake, "send_back", lambda query: query | {"state": "lain"}),
    "no state": lambda fake: setattr(fake, "send_back", lambda query: {"code": query.get("code", "")}),
    "another nonce": lambda fake: setattr(fake, "claims", lambda claims: claims | {"nonce": "lain"}),
    "no signature": lambda fake: setattr(fake, "sign", fake.unsigned),
    "a signature by the public key": lambda fake: setattr(fake, "sign", fake.by_public_key),
    "for another client": lambda fake: setattr(fake, "claims", lambda claims: claims | {"aud": "klien-lain"}),
    "by another issuer": lambda fake: setattr(fake, "claims", lambda claims: claims | {"iss": "https://accounts.google.com"}),
    "of yesterday": lambda fake: setattr(fake, "claims", lambda claims: claims | {"exp": claims["iat"] - 86_400}),
}


@pytest.mark.parametrize("lie", LIES)
async def test_an_answer_that_is_not_true_lets_nobody_in(page: Page, address: Place, fake: FakeProvider, lie: str) -> None:
    public, _ = address
    LIES[lie](fake)
    await sign_in(page, public)
    await refused(page, public, NOT_TRUE)


async def test_an_address_that_nobody_vouches_for_is_no_account(page: Page, address: Place, fake: FakeProvider) -> None:
    public, services = address
    who = await new_person(services.office)
    fake.person |= {"email": who.user.email, "email_verified": False}
    await sign_in(page, public)
    await refused(page, public, "belum memastikan alamat email")
    assert await oidc.list_identities(await live(who.token)) == []


async def test_an_account_that_nobody_confirmed_is_told_to_look_for_the_mail(page: Page, address: Place, fake: FakeProvider) -> None:
    public, services = address
    await accounts.sign_up(services.office, HOME_ORIGIN, email=fake.person["email"], name="Penyusup", password=OTHER_PASSWORD)
    await sign_in(page, public)
    await refused(page, public, "belum dikonfirmasi")


async def test_who_changes_their_mind_is_back_where_they_were(page: Page, address: Place) -> None:
    public, _ = address
    await go_there(page, public)
    await page.get_by_role("link", name="Batal").click()
    await refused(page, public, "Anda batal masuk")


@pytest.mark.usefixtures("fake")
async def test_the_way_back_is_good_once_and_in_one_browser(page: Page, address: Place, browser: Browser) -> None:
    public, _ = address
    await go_there(page, public)
    back = await page.get_by_role("link", name="Lanjut").get_attribute("href")
    assert back is not None
    stranger = await browser.new_page()
    await stranger.goto(back)
    await refused(stranger, public, NOT_TRUE)
    await stranger.close()
    await page.goto(back)
    await page.wait_for_url(f"{public}/toko")
    await page.context.clear_cookies()
    await page.goto(back)
    await refused(page, public, NOT_TRUE)


async def test_a_provider_that_is_down_is_said_to_be(page: Page, address: Place, fake: FakeProvider) -> None:
    public, _ = address
    fake.answer = lambda _path: (503, {}, b"")
    await page.goto(f"{public}/masuk")
    await page.get_by_role("link", name="Masuk dengan Palsu").click()
    await refused(page, public, "Palsu sedang tidak bisa dihubungi")


ELSEWHERE = ["https://jahat.example/", "//jahat.example", "/\\jahat.example", "/%09/jahat.example", "javascript:alert(1)"]


@pytest.mark.parametrize("then", ELSEWHERE)
@pytest.mark.usefixtures("fake")
async def test_nobody_is_led_astray_by_where_they_wanted_to_go(page: Page, address: Place, then: str) -> None:
    public, _ = address
    await page.goto(f"{public}/masuk/lewat/palsu?next={then}")
    await page.get_by_role("link", name="Lanjut").click()
    await page.wait_for_url(f"{public}/toko")


@pytest.mark.usefixtures("fake")
async def test_nobody_is_led_astray_by_what_a_browser_kept(page: Page, address: Place) -> None:
    public, _ = address
    await go_there(page, public)
    planted: Any = {"name": "afterwards", "value": "https%3A//jahat.example", "url": public}
    await page.context.add_cookies([planted])
    await page.get_by_role("link", name="Lanjut").click()
    await page.wait_for_url(f"{public}/toko")
