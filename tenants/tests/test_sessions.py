"""Sessions: whose they are, how they end, and what cannot be done with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.db.reaching import connection
from batikrfm_tenants import sessions, signing_in
from batikrfm_tenants.errors import StepUpNeededError, TooManyAttemptsError, WrongProofError
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.signing_in import SignedIn
from persons import OTHER_PASSWORD, PASSWORD, Join, age, live


async def again(office: Office, origin: Origin, who: SignedIn) -> SignedIn:
    signed_in = await signing_in.sign_in(office, origin, who.user.email, PASSWORD)
    assert isinstance(signed_in, SignedIn)
    return signed_in


@pytest.mark.parametrize("token", ["", "attackerfixed", "x" * 43, "\0", "\ud800"])
@pytest.mark.usefixtures("database")
async def test_a_token_that_we_did_not_make_is_nobodys(token: str) -> None:
    assert await sessions.find(token) is None
    await sessions.sign_out(token)


async def test_every_sign_in_makes_a_token_of_its_own(office: Office, origin: Origin, somebody: SignedIn) -> None:
    tokens = {somebody.token} | {(await again(office, origin, somebody)).token for _ in range(3)}
    assert len(tokens) == 4
    assert all(len(token) == 43 for token in tokens)


async def test_the_database_holds_no_token(somebody: SignedIn, admin_url: str) -> None:
    async with connection(admin_url) as admin:
        kept = await admin.fetch("select to_jsonb(s)::text from sessions s where user_id = $1", somebody.user.id)
    assert len(kept) == 1
    assert somebody.token not in str(kept)


async def test_listing_and_ending_ones_own(office: Office, somebody: SignedIn) -> None:
    laptop = Origin("2001:db8:1:2:3::9", "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0")
    other = await again(office, laptop, somebody)
    mine = await live(somebody.token)
    listed = {session.id: (session.network, session.browser) for session in await sessions.list_sessions(mine)}
    assert listed[(await live(other.token)).id] == ("2001:db8:1:2::/64", "Firefox, Windows")
    assert len(listed) == 2
    await sessions.revoke(mine, (await live(other.token)).id)
    assert await sessions.find(other.token) is None
    assert [session.id for session in await sessions.list_sessions(mine)] == [mine.id]
    await sessions.sign_out(somebody.token)
    assert await sessions.find(somebody.token) is None


async def test_anothers_session_is_not_ones_own_to_end(somebody: SignedIn, join: Join) -> None:
    other = await join()
    await sessions.revoke(await live(somebody.token), (await live(other.token)).id)
    assert await sessions.find(other.token) is not None


async def test_ending_all_others(office: Office, origin: Origin, somebody: SignedIn, join: Join) -> None:
    stranger, others = await join(), [await again(office, origin, somebody) for _ in range(3)]
    assert await sessions.revoke_others(await live(somebody.token)) == 3
    assert [await sessions.find(one.token) for one in others] == [None] * 3
    assert await sessions.find(stranger.token) is not None


async def test_a_new_token_ends_the_old_one(somebody: SignedIn) -> None:
    session = await live(somebody.token)
    token = await sessions.rotate(session)
    assert token != somebody.token
    assert await sessions.find(somebody.token) is None
    assert (await live(token)).id == session.id


async def test_a_session_that_ended_is_not_brought_back(somebody: SignedIn) -> None:
    session = await live(somebody.token)
    await sessions.sign_out(somebody.token)
    with pytest.raises(StepUpNeededError):
        await sessions.rotate(session)


AGES = [("last_seen_at", 13, True), ("last_seen_at", 15, False), ("expires_at", 89, True), ("expires_at", 91, False)]


@pytest.mark.parametrize(("column", "days", "lives"), AGES)
async def test_sessions_grow_old(somebody: SignedIn, admin_url: str, column: str, days: int, lives: bool) -> None:  # noqa: FBT001 - a parameter
    async with connection(admin_url) as admin:
        await age(admin, "sessions", column, somebody, f"{days} days")
    assert (await sessions.find(somebody.token) is not None) is lives


async def test_being_seen_is_written_now_and_then(somebody: SignedIn, admin_url: str) -> None:
    first = (await live(somebody.token)).last_seen_at
    assert (await live(somebody.token)).last_seen_at == first
    async with connection(admin_url) as admin:
        await age(admin, "sessions", "last_seen_at", somebody, "6 minutes")
    await live(somebody.token)
    assert (await live(somebody.token)).last_seen_at > first


async def test_guessing_a_proof_ends_soon_and_for_this_session_alone(office: Office, origin: Origin, somebody: SignedIn) -> None:
    session, other = await live(somebody.token), await live((await again(office, origin, somebody)).token)
    for _ in range(10):
        with pytest.raises(WrongProofError):
            await sessions.step_up(office, session, OTHER_PASSWORD)
    with pytest.raises(TooManyAttemptsError):
        await sessions.step_up(office, session, PASSWORD)
    assert (await live(await sessions.step_up(office, other, PASSWORD))).fresh


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_form_token_is_its_sessions(token: str, other: str) -> None:
    assert sessions.is_form_token(token, sessions.form_token(token))
    assert sessions.is_form_token(token, sessions.form_token(other)) is (token == other)
    assert not sessions.is_form_token(token, other)


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_a_network_forgets_who_in_it_it_was(ip: object) -> None:
    network = Origin(str(ip)).network
    assert network.endswith(("/24", "/64"))
    assert str(ip) not in network or str(ip).endswith((".0", "::"))


@pytest.mark.parametrize(
    ("ip", "network"), [("::ffff:203.0.113.9", "203.0.113.0/24"), ("", ""), ("unix", ""), ("fe80::1%eth0", "fe80::/64")]
)
def test_odd_addresses(ip: str, network: str) -> None:
    assert Origin(ip).network == network


@pytest.mark.parametrize(
    ("agent", "browser"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36", "Samsung Internet, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8.0", ""),
        ("<script>", ""),
    ],
)
def test_what_is_kept_of_a_user_agent(agent: str, browser: str) -> None:
    assert Origin("", agent).browser == browser
