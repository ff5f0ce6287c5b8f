"""Signing in by an account elsewhere, at a real provider on this machine that also lies."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from batikrfm.db.reaching import connection
from batikrfm.plugins.egress import is_public
from batikrfm_tenants import accounts, oidc, totp
from batikrfm_tenants.errors import (
    ForgedAnswerError,
    IdentityTakenError,
    LastWayInError,
    NotConfirmedError,
    OidcSettingsError,
    ProviderDownError,
    SignInCancelledError,
    StepUpNeededError,
    UnverifiedEmailError,
)
from batikrfm_tenants.office import Office
from batikrfm_tenants.oidc.guarded import GuardedTransport
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.signing_in import NeedsCode, SignedIn
from fake_provider import CLIENT, Claims, FakeProvider, as_json, fake_provider, query_of
from persons import OTHER_PASSWORD, PASSWORD, Join, age, kinds, live, mails_to, new_email, outcomes

BACK = "https://batik.example/masuk/palsu/kembali"


@pytest.fixture
async def fake() -> AsyncIterator[FakeProvider]:
    async with fake_provider() as fake:
        yield fake


def person(email: str | None = None, **claims: Any) -> Claims:  # noqa: ANN401 - claims of any kind
    return {"sub": f"sub-{new_email()}", "email": email or new_email(), "email_verified": True, "name": "Bu Ani"} | claims


async def sign_in(office: Office, origin: Origin, fake: FakeProvider, who: Claims, **query: str) -> Any:  # noqa: ANN401 - one of three
    provider = fake.provider()
    departure = await oidc.begin(office, origin, provider, BACK)
    return await oidc.finish(office, origin, provider, departure.cookie, fake.visit(departure.url, **who) | query)


async def test_somebody_new_gets_an_account_and_comes_back_to_it(office: Office, origin: Origin, fake: FakeProvider) -> None:
    who = person()
    first, again = [await sign_in(office, origin, fake, who) for _ in range(2)]
    assert isinstance(first, SignedIn)
    assert first.user == again.user
    assert (first.user.email, first.user.name, first.user.confirmed, first.user.has_password) == (who["email"], "Bu Ani", True, False)
    (identity,) = await oidc.list_identities(await live(first.token))
    assert (identity.issuer, identity.email) == (fake.issuer, who["email"])


async def test_state_nonce_and_pkce_are_new_each_time(office: Office, origin: Origin, fake: FakeProvider) -> None:
    urls = [query_of((await oidc.begin(office, origin, fake.provider(), BACK)).url) for _ in range(3)]
    for name in ("state", "nonce", "code_challenge"):
        assert len({url[name][0] for url in urls}) == 3
        assert all(len(url[name][0]) >= 43 for url in urls)
    assert all(url["redirect_uri"] == [BACK] and url["client_id"] == [CLIENT] for url in urls)


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "another"},
    "another issuer": {"iss": "https://accounts.google.com"},
    "for somebody else": {"aud": "another-client"},
    "for several, by another": {"aud": [CLIENT, "another"], "azp": "another"},
    "for several, by nobody": {"aud": [CLIENT, "another"]},
    "of yesterday": {"exp": int(time.time()) - 86_400},
    "of tomorrow": {"iat": int(time.time()) + 86_400},
    "of no time": {"exp": None},
    "about nobody": {"sub": ""},
    "about a list": {"sub": ["a"]},
    "about too much": {"sub": "x" * 256},
    "of another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_token_that_lies(office: Office, origin: Origin, fake: FakeProvider, lie: str) -> None:
    fake.claims = lambda claims: claims | LIES[lie]
    with pytest.raises(ForgedAnswerError):
        await sign_in(office, origin, fake, person())


@pytest.mark.parametrize("missing", ["iss", "sub", "aud", "exp", "iat", "nonce"])
async def test_a_token_that_leaves_something_out(office: Office, origin: Origin, fake: FakeProvider, missing: str) -> None:
    fake.claims = lambda claims: {name: value for name, value in claims.items() if name != missing}
    with pytest.raises(ForgedAnswerError):
        await sign_in(office, origin, fake, person())


@pytest.mark.parametrize("signature", ["unsigned", "by_public_key", "by_another_key"])
async def test_a_signature_that_is_none(office: Office, origin: Origin, fake: FakeProvider, signature: str) -> None:
    """The provider even says in its description that it signs so."""
    fake.sign = getattr(fake, signature)
    with pytest.raises(ForgedAnswerError):
        await sign_in(office, origin, fake, person())


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 10_000, "eyJhbGciOiJub25lIn0.e30."])
async def test_what_is_no_token(office: Office, origin: Origin, fake: FakeProvider, token: str) -> None:
    fake.sign = lambda _claims: token
    with pytest.raises(ForgedAnswerError):
        await sign_in(office, origin, fake, person())


async def test_a_new_key_is_fetched(office: Office, origin: Origin, fake: FakeProvider) -> None:
    provider, who = fake.provider(), person()
    for _ in range(3):
        departure = await oidc.begin(office, origin, provider, BACK)
        assert isinstance(await oidc.finish(office, origin, provider, departure.cookie, fake.visit(departure.url, **who)), SignedIn)
        fake.rotate()
    assert fake.asked.count("/jwks") == 3
    assert fake.asked.count("/.well-known/openid-configuration") == 1


async def test_a_wrong_state_uses_the_way_back_up(office: Office, origin: Origin, fake: FakeProvider) -> None:
    provider = fake.provider()
    departure = await oidc.begin(office, origin, provider, BACK)
    back = fake.visit(departure.url, **person())
    for query in (back | {"state": "another"}, back):
        with pytest.raises(ForgedAnswerError):
            await oidc.finish(office, origin, provider, departure.cookie, query)


@pytest.mark.parametrize("query", [{"iss": "https://another.example"}, {"code": ""}, {"error": "server_error"}])
async def test_an_answer_that_does_not_fit(office: Office, origin: Origin, fake: FakeProvider, query: dict[str, str]) -> None:
    with pytest.raises(ForgedAnswerError):
        await sign_in(office, origin, fake, person(), **query)


async def test_somebody_says_no_over_there(office: Office, origin: Origin, fake: FakeProvider) -> None:
    with pytest.raises(SignInCancelledError):
        await sign_in(office, origin, fake, person(), error="access_denied")


async def test_the_same_answer_twice_at_once(office: Office, origin: Origin, fake: FakeProvider) -> None:
    provider = fake.provider()
    departure = await oidc.begin(office, origin, provider, BACK)
    back = fake.visit(departure.url, **person())
    came = await outcomes(*(oidc.finish(office, origin, provider, departure.cookie, back) for _ in range(5)))
    assert kinds(came) == ["ForgedAnswerError"] * 4 + ["SignedIn"]


async def test_a_code_of_another_sign_in(office: Office, origin: Origin, fake: FakeProvider) -> None:
    """A code that somebody else's browser brought: PKCE ties it to the sign-in that asked for it."""
    provider = fake.provider()
    mine, theirs = [await oidc.begin(office, origin, provider, BACK) for _ in range(2)]
    stolen = fake.visit(theirs.url, **person())["code"]
    with pytest.raises(ForgedAnswerError):
        await oidc.finish(office, origin, provider, mine.cookie, fake.visit(mine.url, **person()) | {"code": stolen})


@pytest.mark.parametrize("cookie", [None, "", "x" * 43, "\0", "\ud800"])
async def test_a_browser_that_we_did_not_send(office: Office, origin: Origin, fake: FakeProvider, cookie: str | None) -> None:
    with pytest.raises(ForgedAnswerError):
        await oidc.finish(office, origin, fake.provider(), cookie, {"code": "a", "state": "b"})


async def test_the_answer_of_one_provider_for_another(office: Office, origin: Origin, fake: FakeProvider) -> None:
    departure = await oidc.begin(office, origin, fake.provider(), BACK)
    with pytest.raises(ForgedAnswerError):
        await oidc.finish(office, origin, fake.provider(key="lain"), departure.cookie, fake.visit(departure.url, **person()))


async def test_an_account_with_the_address_is_linked(office: Office, origin: Origin, fake: FakeProvider, somebody: SignedIn) -> None:
    came = await sign_in(office, origin, fake, person(somebody.user.email.upper()))
    assert isinstance(came, SignedIn)
    assert came.user == somebody.user
    assert len(await mails_to(somebody.user.email, "identity_linked")) == 1


@pytest.mark.parametrize("verified", [False, None, "true", 1, "false"])
async def test_an_address_that_nobody_vouches_for(
    office: Office, origin: Origin, fake: FakeProvider, somebody: SignedIn, verified: object
) -> None:
    for email in (somebody.user.email, new_email()):
        with pytest.raises(UnverifiedEmailError):
            await sign_in(office, origin, fake, person(email, email_verified=verified))
    assert await oidc.list_identities(await live(somebody.token)) == []


async def test_an_account_that_a_stranger_began_is_not_shared_with_them(office: Office, origin: Origin, fake: FakeProvider) -> None:
    email = new_email()
    await accounts.sign_up(office, origin, email=email, name="Penyusup", password=OTHER_PASSWORD)
    with pytest.raises(NotConfirmedError):
        await sign_in(office, origin, fake, person(email))
    assert len(await mails_to(email, "confirm")) == 2


async def test_who_has_a_second_step_is_asked_for_it(office: Office, origin: Origin, fake: FakeProvider, somebody: SignedIn) -> None:
    import pyotp

    enrolment = await totp.begin(office, await live(somebody.token))
    code = pyotp.TOTP(enrolment.secret.replace(" ", "")).at(office.clock.now())
    await totp.finish(office, await live(somebody.token), code)
    assert isinstance(await sign_in(office, origin, fake, person(somebody.user.email)), NeedsCode)


async def link(office: Office, origin: Origin, fake: FakeProvider, signed_in: SignedIn, who: Claims) -> Any:  # noqa: ANN401 - one of three
    session, provider = await live(signed_in.token), fake.provider()
    departure = await oidc.begin(office, origin, provider, BACK, session=session)
    return await oidc.finish(office, origin, provider, departure.cookie, fake.visit(departure.url, **who), session)


async def test_linking_an_account_of_another_address(office: Office, origin: Origin, fake: FakeProvider, somebody: SignedIn) -> None:
    who = person(email_verified=False)
    linked = await link(office, origin, fake, somebody, who)
    assert isinstance(linked, oidc.Linked)
    assert (await sign_in(office, origin, fake, who)).user == somebody.user
    await oidc.unlink(await live(somebody.token), linked.identity.id)
    with pytest.raises(UnverifiedEmailError):
        await sign_in(office, origin, fake, who)


async def test_an_account_elsewhere_belongs_to_one(
    office: Office, origin: Origin, fake: FakeProvider, somebody: SignedIn, join: Join
) -> None:
    who = person()
    await link(office, origin, fake, somebody, who)
    with pytest.raises(IdentityTakenError):
        await link(office, origin, fake, await join(), who)


async def test_a_link_is_finished_by_who_began_it(
    office: Office, origin: Origin, fake: FakeProvider, somebody: SignedIn, join: Join
) -> None:
    """Else a stranger would have me link their account to mine, by sending me where they were sent."""
    provider, stranger = fake.provider(), await live((await join()).token)
    for session in (None, await live(somebody.token)):
        departure = await oidc.begin(office, origin, provider, BACK, session=stranger)
        with pytest.raises(ForgedAnswerError):
            await oidc.finish(office, origin, provider, departure.cookie, fake.visit(departure.url, **person()), session)


async def test_linking_needs_a_fresh_session(
    office: Office, origin: Origin, fake: FakeProvider, somebody: SignedIn, admin_url: str
) -> None:
    async with connection(admin_url) as admin:
        await age(admin, "sessions", "proved_at", somebody, "16 minutes")
    with pytest.raises(StepUpNeededError):
        await oidc.begin(office, origin, fake.provider(), BACK, session=await live(somebody.token))


async def test_the_last_way_in_stays(office: Office, origin: Origin, fake: FakeProvider) -> None:
    came = await sign_in(office, origin, fake, person())
    session = await live(came.token)
    (identity,) = await oidc.list_identities(session)
    with pytest.raises(LastWayInError):
        await oidc.unlink(session, identity.id)
    token = await accounts.change_password(office, session, PASSWORD)
    await oidc.unlink(await live(token), identity.id)
    assert await oidc.list_identities(await live(token)) == []


DOWN: dict[str, Any] = {
    "not there": lambda _path: (404, {}, b""),
    "broken": lambda _path: (500, {}, b"{}"),
    "no JSON": lambda _path: (200, {}, b"<html>"),
    "a list": lambda _path: as_json([]),
    "too large": lambda _path: (200, {}, b" " * 1_000_001),
    "compressed": lambda _path: (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b"),
    "sends us away": lambda _path: (302, {"Location": "http://127.0.0.1:1/"}, b""),
}


@pytest.mark.parametrize("how", DOWN)
async def test_a_provider_that_is_down(office: Office, origin: Origin, fake: FakeProvider, how: str) -> None:
    fake.answer = DOWN[how]
    with pytest.raises(ProviderDownError):
        await oidc.begin(office, origin, fake.provider(), BACK)
    assert len(fake.asked) == 1


BENT: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "https://another.example"},
    "no token endpoint": {"token_endpoint": None},
    "a file": {"jwks_uri": "file:///etc/passwd"},
    "a script for the browser": {"authorization_endpoint": "javascript:alert(1)"},
    "a password in it": {"token_endpoint": "https://a:b@another.example/"},
}


@pytest.mark.parametrize("how", BENT)
async def test_a_description_that_leads_astray(office: Office, origin: Origin, fake: FakeProvider, how: str) -> None:
    fake.describe = lambda said: said | BENT[how]
    with pytest.raises(ProviderDownError):
        await oidc.begin(office, origin, fake.provider(), BACK)


INSIDE = [
    "http://127.0.0.1:{port}",
    "https://127.0.0.1:{port}",
    "https://localhost:{port}",
    "https://[::1]:{port}",
    "https://[::ffff:127.0.0.1]:{port}",
    "https://[64:ff9b::7f00:1]:{port}",
    "https://[2002:7f00:1::]:{port}",
    "https://0.0.0.0:{port}",
    "https://2130706433:{port}",
    "https://0x7f.1:{port}",
    "https://10.0.0.1",
    "https://169.254.169.254",
    "https://192.168.1.1",
    "https://100.64.0.1",
    "http://example.com",
]


@pytest.mark.parametrize("issuer", INSIDE)
async def test_our_own_network_is_not_reached(office: Office, origin: Origin, fake: FakeProvider, issuer: str) -> None:
    with pytest.raises(ProviderDownError):
        await oidc.begin(office, origin, fake.provider(issuer=issuer.format(port=fake.port), loopback=False), BACK)
    assert fake.asked == []


async def test_the_setting_of_tests_allows_this_machine_and_no_other(office: Office, origin: Origin, fake: FakeProvider) -> None:
    with pytest.raises(ProviderDownError):
        await oidc.begin(office, origin, fake.provider(issuer="http://10.0.0.1"), BACK)


@pytest.mark.parametrize(
    ("address", "public"), [("8.8.8.8", True), ("2606:4700::1111", True), ("224.0.0.1", False), ("fec0::1", False), ("::", False)]
)
def test_which_addresses_are_public(address: str, public: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_public(ipaddress.ip_address(address)) is public


async def test_a_name_is_resolved_once_and_the_connection_goes_there(fake: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with a public address first and with ours a moment later gets nowhere: nobody asks it twice."""
    import asyncio

    import httpx2

    asked: list[str] = []
    loop = asyncio.get_running_loop()
    real = loop.getaddrinfo

    async def resolve(host: str, port: int, **options: Any) -> Any:  # noqa: ANN401 - as asyncio has it
        if host == "pindah.example":
            asked.append(host)
            return await real("127.0.0.1", port, **options)
        return await real(host, port, **options)

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    async with httpx2.AsyncClient(transport=GuardedTransport(loopback=True), trust_env=False) as client:
        assert (await client.get(f"http://pindah.example:{fake.port}/jwks")).status_code == 200
    assert asked == ["pindah.example"]


def test_providers_of_the_environment() -> None:
    found = oidc.providers(
        {
            "GOOGLE_CLIENT_ID": "g",
            "GOOGLE_CLIENT_SECRET": "s",
            "BATIKRFM_OIDC_KANTOR_PUSAT_ISSUER": "https://masuk.example/realm",
            "BATIKRFM_OIDC_KANTOR_PUSAT_CLIENT_ID": "k",
            "BATIKRFM_OIDC_KANTOR_PUSAT_CLIENT_SECRET": "rahasia",
        }
    )
    assert {key: (one.name, one.issuer, one.client_id, one.loopback) for key, one in found.items()} == {
        "google": ("Google", "https://accounts.google.com", "g", False),
        "kantor-pusat": ("Kantor Pusat", "https://masuk.example/realm", "k", False),
    }
    assert "rahasia" not in repr(found)
    assert oidc.providers({}) == {}


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"BATIKRFM_OIDC_A_ISSUER": "http://masuk.example"}, "BATIKRFM_OIDC_A_ISSUER"),
        ({"BATIKRFM_OIDC_A_ISSUER": "https://u:p@masuk.example"}, "BATIKRFM_OIDC_A_ISSUER"),
        ({"BATIKRFM_OIDC_A_CLIENT_ID": ""}, "BATIKRFM_OIDC_A_CLIENT_ID"),
        ({"GOOGLE_CLIENT_ID": "g"}, "GOOGLE_CLIENT_SECRET"),
    ],
)
def test_half_a_provider(changed: dict[str, str], variable: str) -> None:
    whole = {
        f"BATIKRFM_OIDC_A_{part}": value for part, value in {"ISSUER": "https://a.example", "CLIENT_ID": "a", "CLIENT_SECRET": "s"}.items()
    }
    with pytest.raises(OidcSettingsError, match=variable):
        oidc.providers(whole | changed)
