"""One-time codes and recovery codes: set up, used once, taken off."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
import pytest

from batikrfm.db.reaching import connection
from batikrfm.plugins.errors import SecretLostError
from batikrfm_tenants import accounts, sessions, signing_in, totp
from batikrfm_tenants.errors import (
    AlreadyOnError,
    LinkExpiredError,
    NotBegunError,
    NotOnError,
    StepUpNeededError,
    WrongCodeError,
    WrongProofError,
)
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.proofs import recovery_hash, totp_place
from batikrfm_tenants.signing_in import NeedsCode, SignedIn
from batikrfm_tenants.totp import Enabled
from persons import PASSWORD, Join, StandingClock, age, kinds, live, mails_to, outcomes


@dataclass
class Phone:
    """Somebody with one-time codes on."""

    who: SignedIn
    secret: str = field(repr=False)
    enabled: Enabled

    def code(self, at: datetime) -> str:
        return pyotp.TOTP(self.secret).at(at)


async def set_up(office: Office, who: SignedIn) -> Phone:
    session = await live(who.token)
    secret = (await totp.begin(office, session)).secret.replace(" ", "")
    return Phone(who, secret, await totp.finish(office, session, pyotp.TOTP(secret).at(office.clock.now())))


@pytest.fixture
async def phone(office: Office, somebody: SignedIn, clock: StandingClock) -> Phone:
    phone = await set_up(office, somebody)
    clock.pass_time(60)
    return phone


async def first_step(office: Office, origin: Origin, phone: Phone) -> str:
    came = await signing_in.sign_in(office, origin, phone.who.user.email, PASSWORD)
    assert isinstance(came, NeedsCode)
    return came.token


async def test_setting_it_up(office: Office, origin: Origin, somebody: SignedIn) -> None:
    other = await signing_in.sign_in(office, origin, somebody.user.email, PASSWORD)
    session = await live(somebody.token)
    enrolment = await totp.begin(office, session)
    secret = enrolment.secret.replace(" ", "")
    assert len(base64.b32decode(secret)) == 20
    scanned = pyotp.parse_uri(enrolment.uri)
    assert (scanned.secret, scanned.name, scanned.issuer) == (secret, somebody.user.email, "BatikRFM")
    assert enrolment.svg.startswith("<svg ")
    assert "style" not in enrolment.svg
    with pytest.raises(WrongCodeError):
        await totp.finish(office, session, "000000" if pyotp.TOTP(secret).at(office.clock.now()) != "000000" else "000001")
    enabled = await totp.finish(office, session, pyotp.TOTP(secret).at(office.clock.now()))
    mine = await live(enabled.token)
    assert (mine.user.has_totp, mine.with_totp) == (True, True)
    assert isinstance(other, SignedIn)
    assert [await sessions.find(token) for token in (somebody.token, other.token)] == [None, None]
    assert len(await mails_to(somebody.user.email, "totp_on")) == 1
    with pytest.raises(AlreadyOnError):
        await totp.begin(office, mine)
    with pytest.raises(NotBegunError):
        await totp.finish(office, mine, "123456")


async def test_the_secret_is_sealed_for_its_person(office: Office, phone: Phone, join: Join, admin_url: str) -> None:
    async with connection(admin_url) as admin:
        sealed = await admin.fetchval("select totp_secret from users where id = $1", phone.who.user.id)
    assert phone.secret not in sealed
    with pytest.raises(SecretLostError):
        office.vault.unseal(sealed, totp_place((await join()).user.id))


async def test_signing_in_takes_both(office: Office, origin: Origin, clock: StandingClock, phone: Phone) -> None:
    token = await first_step(office, origin, phone)
    assert await sessions.find(token) is None
    signed_in = await signing_in.finish_sign_in(office, origin, token, phone.code(clock.now()))
    assert (await live(signed_in.token)).with_totp


async def test_a_code_counts_once(office: Office, origin: Origin, clock: StandingClock, phone: Phone) -> None:
    code, tokens = phone.code(clock.now()), [await first_step(office, origin, phone) for _ in range(4)]
    came = await outcomes(*(signing_in.finish_sign_in(office, origin, token, code) for token in tokens))
    assert kinds(came) == ["SignedIn"] + ["WrongCodeError"] * 3
    clock.pass_time(25)
    with pytest.raises(WrongCodeError):
        await signing_in.finish_sign_in(office, origin, await first_step(office, origin, phone), code)


async def test_the_code_of_the_set_up_is_used_up(office: Office, origin: Origin, clock: StandingClock, somebody: SignedIn) -> None:
    phone = await set_up(office, somebody)
    with pytest.raises(WrongCodeError):
        await signing_in.finish_sign_in(office, origin, await first_step(office, origin, phone), phone.code(clock.now()))


@pytest.mark.parametrize(("drift", "right"), [(-61, False), (-30, True), (30, True), (61, False)])
async def test_a_clock_that_is_a_little_off(
    office: Office,
    origin: Origin,
    clock: StandingClock,
    phone: Phone,
    drift: int,
    right: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    clock.pass_time(600)
    token, now = await first_step(office, origin, phone), clock.now()
    clock.pass_time(drift)
    code = phone.code(clock.now())
    clock.at = now
    if right:
        assert isinstance(await signing_in.finish_sign_in(office, origin, token, code), SignedIn)
    else:
        with pytest.raises(WrongCodeError):
            await signing_in.finish_sign_in(office, origin, token, code)


async def test_an_older_code_after_a_newer_one(office: Office, origin: Origin, clock: StandingClock, phone: Phone) -> None:
    older, newer = phone.code(clock.now()), None
    clock.pass_time(30)
    newer = phone.code(clock.now())
    await signing_in.finish_sign_in(office, origin, await first_step(office, origin, phone), newer)
    with pytest.raises(WrongCodeError):
        await signing_in.finish_sign_in(office, origin, await first_step(office, origin, phone), older)


async def test_guessing_codes_ends_after_five(office: Office, origin: Origin, clock: StandingClock, phone: Phone) -> None:
    token = await first_step(office, origin, phone)
    for _ in range(5):
        with pytest.raises(WrongCodeError):
            await signing_in.finish_sign_in(office, origin, token, "x")
    with pytest.raises(LinkExpiredError):
        await signing_in.finish_sign_in(office, origin, token, phone.code(clock.now()))


async def test_guessing_codes_with_new_tokens_ends_too_but_not_for_the_owners_device(
    office: Office, origin: Origin, clock: StandingClock, phone: Phone
) -> None:
    device = Origin(origin.ip, origin.user_agent, phone.who.device)
    came = []
    for n in range(32):
        token = await first_step(office, Origin(f"198.51.{n}.1"), phone)
        came += await outcomes(signing_in.finish_sign_in(office, Origin("198.51.100.1"), token, "x"))
    assert kinds(came) == ["TooManyAttemptsError"] * 2 + ["WrongCodeError"] * 30
    token = await first_step(office, device, phone)
    assert isinstance(await signing_in.finish_sign_in(office, device, token, phone.code(clock.now())), SignedIn)


async def test_a_token_finishes_one_sign_in(office: Office, origin: Origin, clock: StandingClock, phone: Phone) -> None:
    token = await first_step(office, origin, phone)
    codes = [phone.code(clock.now()), *phone.enabled.recovery_codes[:2]]
    came = await outcomes(*(signing_in.finish_sign_in(office, origin, token, code) for code in codes))
    assert kinds(came) == ["LinkExpiredError", "LinkExpiredError", "SignedIn"]


async def test_a_new_password_ends_a_sign_in_that_waits_for_its_code(
    office: Office, origin: Origin, clock: StandingClock, phone: Phone
) -> None:
    token = await first_step(office, origin, phone)
    await accounts.change_password(office, await live(phone.enabled.token), "gajah berenang di awan")
    with pytest.raises(LinkExpiredError):
        await signing_in.finish_sign_in(office, origin, token, phone.code(clock.now()))


async def test_ten_recovery_codes_each_good_once(office: Office, origin: Origin, phone: Phone) -> None:
    codes = phone.enabled.recovery_codes
    assert len(set(codes)) == 10
    session = await live(phone.enabled.token)
    typed = codes[0].lower().replace("-", " ")
    tokens = [await first_step(office, origin, phone) for _ in range(3)]
    came = await outcomes(*(signing_in.finish_sign_in(office, origin, token, typed) for token in tokens))
    assert kinds(came) == ["SignedIn", "WrongCodeError", "WrongCodeError"]
    assert await totp.recovery_codes_left(session) == 9


async def test_recovery_codes_of_others_and_old_ones(
    office: Office, origin: Origin, phone: Phone, join: Join, clock: StandingClock
) -> None:
    theirs = (await set_up(office, await join())).enabled.recovery_codes[0]
    old = phone.enabled.recovery_codes[0]
    new = await totp.regenerate_recovery_codes(await live(phone.enabled.token))
    clock.pass_time(60)
    for code in (theirs, old):
        with pytest.raises(WrongCodeError):
            await signing_in.finish_sign_in(office, origin, await first_step(office, origin, phone), code)
    assert isinstance(await signing_in.finish_sign_in(office, origin, await first_step(office, origin, phone), new[0]), SignedIn)


async def test_no_recovery_code_is_kept_as_it_is(phone: Phone, admin_url: str) -> None:
    async with connection(admin_url) as admin:
        kept = {row[0] for row in await admin.fetch("select code_hash from recovery_codes where user_id = $1", phone.who.user.id)}
    assert kept == {recovery_hash(code) for code in phone.enabled.recovery_codes}


async def test_stepping_up_takes_a_code_and_not_the_password(office: Office, clock: StandingClock, phone: Phone) -> None:
    session = await live(phone.enabled.token)
    with pytest.raises(WrongProofError):
        await sessions.step_up(office, session, PASSWORD)
    assert (await live(await sessions.step_up(office, session, phone.code(clock.now())))).fresh


async def test_taking_it_off(office: Office, origin: Origin, phone: Phone, admin_url: str) -> None:
    async with connection(admin_url) as admin:
        await age(admin, "sessions", "proved_at", phone.who, "16 minutes")
    with pytest.raises(StepUpNeededError):
        await totp.disable(await live(phone.enabled.token))
    token = await sessions.step_up(office, await live(phone.enabled.token), phone.enabled.recovery_codes[0])
    token = await totp.disable(await live(token))
    session = await live(token)
    assert not session.user.has_totp
    assert await totp.recovery_codes_left(session) == 0
    assert isinstance(await signing_in.sign_in(office, origin, phone.who.user.email, PASSWORD), SignedIn)
    for work in (totp.disable(session), totp.regenerate_recovery_codes(session)):
        with pytest.raises(NotOnError):
            await work
