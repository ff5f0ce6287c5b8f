"""Signing up, confirming, new passwords, other addresses: what a person does, and what a stranger tries."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pytest

from batikrfm.db.reaching import connection
from batikrfm.sdk.errors import BatikError
from batikrfm_tenants import accounts, sessions, shops, signing_in
from batikrfm_tenants.errors import (
    EmailError,
    LinkExpiredError,
    NotConfirmedError,
    PersonNameError,
    StepUpNeededError,
    WeakPasswordError,
    WrongCredentialsError,
    WrongProofError,
)
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.passwords import Checked, Passwords
from batikrfm_tenants.signing_in import SignedIn
from persons import OTHER_PASSWORD, PASSWORD, Join, age, kinds, link_token, live, mails_to, new_email, outcomes


async def test_sign_up_confirm_and_be_signed_in(office: Office, origin: Origin) -> None:
    email = new_email()
    await accounts.sign_up(office, origin, email=f"  {email.upper()} ", name=" Ibu \n Sri ", password=PASSWORD)
    token = await link_token(email, "confirm")
    assert await accounts.peek(token, "confirm")
    signed_in = await accounts.confirm(office, origin, token, PASSWORD)
    assert isinstance(signed_in, SignedIn)
    session = await live(signed_in.token)
    assert (session.user.email, session.user.name, session.user.confirmed) == (email, "Ibu Sri", True)
    assert (session.network, session.browser, session.fresh) == ("203.0.113.0/24", "Chrome, Android", True)
    assert isinstance(await signing_in.sign_in(office, origin, email, PASSWORD), SignedIn)


async def test_nobody_signs_in_before_the_address_is_confirmed(office: Office, origin: Origin) -> None:
    email = new_email()
    await accounts.sign_up(office, origin, email=email, name="Sri", password=PASSWORD)
    with pytest.raises(WrongCredentialsError):
        await signing_in.sign_in(office, origin, email, OTHER_PASSWORD)
    with pytest.raises(NotConfirmedError):
        await signing_in.sign_in(office, origin, email, PASSWORD)
    assert len(await mails_to(email, "confirm")) == 2


async def test_an_account_that_a_stranger_began_with_my_address_is_not_confirmed_by_my_click(office: Office, origin: Origin) -> None:
    email = new_email()
    await accounts.sign_up(office, origin, email=email, name="Penyusup", password=OTHER_PASSWORD)
    with pytest.raises(WrongProofError):
        await accounts.confirm(office, origin, await link_token(email, "confirm"), PASSWORD)
    with pytest.raises(NotConfirmedError):
        await signing_in.sign_in(office, origin, email, OTHER_PASSWORD)
    await accounts.request_reset(office, origin, email)  # the way to take one's own address
    await accounts.reset(office, origin, await link_token(email, "reset"), PASSWORD)
    with pytest.raises(WrongCredentialsError):
        await signing_in.sign_in(office, origin, email, OTHER_PASSWORD)
    assert isinstance(await signing_in.sign_in(office, origin, email, PASSWORD), SignedIn)


async def test_a_link_works_once_even_at_once(office: Office, origin: Origin) -> None:
    email = new_email()
    await accounts.sign_up(office, origin, email=email, name="Sri", password=PASSWORD)
    token = await link_token(email, "confirm")
    came = await outcomes(*(accounts.confirm(office, origin, token, PASSWORD) for _ in range(6)))
    assert kinds(came) == ["LinkExpiredError"] * 5 + ["SignedIn"]
    assert not await accounts.peek(token, "confirm")


async def test_a_new_password_by_one_link_used_twice_at_once(office: Office, origin: Origin, somebody: SignedIn) -> None:
    await accounts.request_reset(office, origin, somebody.user.email)
    token = await link_token(somebody.user.email, "reset")
    came = await outcomes(*(accounts.reset(office, origin, token, f"{OTHER_PASSWORD} {n}") for n in range(4)))
    assert kinds(came) == ["LinkExpiredError"] * 3 + ["NoneType"]
    assert await sessions.find(somebody.token) is None
    assert len(await mails_to(somebody.user.email, "password_changed")) == 1


async def test_a_link_of_one_kind_opens_no_other_door(office: Office, origin: Origin, somebody: SignedIn) -> None:
    await accounts.request_reset(office, origin, somebody.user.email)
    token = await link_token(somebody.user.email, "reset")
    with pytest.raises(LinkExpiredError):
        await accounts.confirm(office, origin, token, PASSWORD)
    with pytest.raises(LinkExpiredError):
        await signing_in.finish_sign_in(office, origin, token, "123456")
    assert await accounts.peek(token, "reset")


@pytest.mark.parametrize("kind", ["confirm", "reset", "email"])
@pytest.mark.parametrize("token", ["", "x" * 43, "a\0b", "\ud800", "' or true --", "é" * 500])
@pytest.mark.usefixtures("database")
async def test_made_up_links(kind: str, token: str) -> None:
    assert not await accounts.peek(token, kind)  # type: ignore[arg-type] # the kinds above


async def test_an_old_link_is_worth_nothing(office: Office, origin: Origin, somebody: SignedIn, admin_url: str) -> None:
    await accounts.request_reset(office, origin, somebody.user.email)
    token = await link_token(somebody.user.email, "reset")
    async with connection(admin_url) as admin:
        await age(admin, "user_tokens", "expires_at", somebody, "61 minutes")
    with pytest.raises(LinkExpiredError):
        await accounts.reset(office, origin, token, OTHER_PASSWORD)


async def test_a_weak_password_does_not_use_the_link_up(office: Office, origin: Origin, somebody: SignedIn) -> None:
    await accounts.request_reset(office, origin, somebody.user.email)
    token = await link_token(somebody.user.email, "reset")
    with pytest.raises(WeakPasswordError):
        await accounts.reset(office, origin, token, "sayangku123")
    await accounts.reset(office, origin, token, OTHER_PASSWORD)


async def test_an_account_that_exists_is_told_by_mail_only(office: Office, origin: Origin, somebody: SignedIn) -> None:
    email = somebody.user.email
    await accounts.sign_up(office, origin, email=email, name="Penyusup", password=OTHER_PASSWORD)
    assert len(await mails_to(email, "have_account")) == 1
    assert (await live(somebody.token)).user.name == "Ibu Sri"
    assert isinstance(await signing_in.sign_in(office, origin, email, PASSWORD), SignedIn)


class CountedPasswords(Passwords):
    """Remembers the slow work that was done."""

    done: ClassVar[list[str]] = []

    async def hash(self, password: str) -> str:
        self.done.append("hash")
        return await super().hash(password)

    async def check(self, kept: str | None, password: str) -> Checked:
        self.done.append("check")
        return await super().check(kept, password)


async def test_a_stranger_learns_nothing_of_who_has_an_account(office: Office, origin: Origin, somebody: SignedIn) -> None:
    """The same words, and the same slow work: one hash is checked or made, whoever asks about whomever."""
    counted = replace(office, passwords=CountedPasswords(1, 64, 1))
    said = {}
    for email in (somebody.user.email, new_email()):
        CountedPasswords.done.clear()
        with pytest.raises(WrongCredentialsError) as wrong:
            await signing_in.sign_in(counted, origin, email, OTHER_PASSWORD)
        await accounts.sign_up(counted, origin, email=email, name="Sri", password=OTHER_PASSWORD)
        await accounts.request_reset(counted, origin, email)
        await accounts.resend_confirmation(counted, origin, email)
        said[email] = (str(wrong.value), *CountedPasswords.done)
    assert set(said.values()) == {(str(WrongCredentialsError()), "check", "hash")}


async def test_a_reset_for_nobody_sends_nothing(office: Office, origin: Origin) -> None:
    email = new_email()
    await accounts.request_reset(office, origin, email)
    assert await mails_to(email) == []


async def test_a_new_password_ends_every_session_and_every_link(office: Office, origin: Origin, somebody: SignedIn) -> None:
    email = somebody.user.email
    other = await signing_in.sign_in(office, origin, email, PASSWORD)
    await accounts.request_reset(office, origin, email)
    await accounts.request_email_change(office, origin, await live(somebody.token), wanted := new_email())
    await accounts.request_reset(office, origin, email)
    changing = await link_token(wanted, "email_change")
    await accounts.reset(office, origin, await link_token(email, "reset"), OTHER_PASSWORD)
    assert isinstance(other, SignedIn)
    assert [await sessions.find(one.token) for one in (somebody, other)] == [None, None]
    assert not await accounts.peek(changing, "email")
    with pytest.raises(WrongCredentialsError):
        await signing_in.sign_in(office, origin, email, PASSWORD)


async def test_a_sign_in_that_began_before_the_new_password_comes_to_nothing(office: Office, origin: Origin, somebody: SignedIn) -> None:
    await accounts.change_password(office, await live(somebody.token), OTHER_PASSWORD)
    with pytest.raises(LinkExpiredError):
        await signing_in.enter(office, origin, somebody.user.id, 1)


async def test_changing_the_password_keeps_this_session_under_a_new_token(office: Office, origin: Origin, somebody: SignedIn) -> None:
    other = await signing_in.sign_in(office, origin, somebody.user.email, PASSWORD)
    token = await accounts.change_password(office, await live(somebody.token), OTHER_PASSWORD)
    assert (await live(token)).id == (await live(token)).id
    assert await sessions.find(somebody.token) is None
    assert isinstance(other, SignedIn)
    assert await sessions.find(other.token) is None


async def test_another_address(office: Office, origin: Origin, somebody: SignedIn) -> None:
    shop = await shops.create_shop(somebody.user, "Toko Alamat")
    old, new = somebody.user.email, new_email()
    session = await live(somebody.token)
    await accounts.request_email_change(office, origin, session, new)
    token = await link_token(new, "email_change")
    came = await outcomes(*(accounts.confirm_email_change(session, token) for _ in range(3)))
    assert sum(isinstance(one, LinkExpiredError) for one in came) == 2
    assert (await live(somebody.token)).user.email == new
    assert (await mails_to(old))[0].kind == "email_changed"
    with pytest.raises(WrongCredentialsError):
        await signing_in.sign_in(office, origin, old, PASSWORD)
    assert await shops.shop_of((await live(somebody.token)).user, shop.tenant.slug) is not None


async def test_an_address_that_got_an_account_meanwhile(office: Office, origin: Origin, somebody: SignedIn, join: Join) -> None:
    new, session = new_email(), await live(somebody.token)
    await accounts.request_email_change(office, origin, session, new)
    token = await link_token(new, "email_change")
    await join(new)
    with pytest.raises(LinkExpiredError):
        await accounts.confirm_email_change(session, token)


async def test_a_link_to_a_new_address_is_for_who_asked(office: Office, origin: Origin, somebody: SignedIn, join: Join) -> None:
    new = new_email()
    await accounts.request_email_change(office, origin, await live(somebody.token), new)
    token, other = await link_token(new, "email_change"), await live((await join()).token)
    with pytest.raises(LinkExpiredError):
        await accounts.confirm_email_change(other, token)
    assert await accounts.peek(token, "email")


async def test_dangerous_work_needs_a_fresh_session(office: Office, origin: Origin, somebody: SignedIn, admin_url: str) -> None:
    async with connection(admin_url) as admin:
        await age(admin, "sessions", "proved_at", somebody, "16 minutes")
    stale = await live(somebody.token)
    for work in (
        accounts.change_password(office, stale, OTHER_PASSWORD),
        accounts.request_email_change(office, origin, stale, new_email()),
    ):
        with pytest.raises(StepUpNeededError):
            await work
    with pytest.raises(WrongProofError):
        await sessions.step_up(office, stale, OTHER_PASSWORD)
    token = await sessions.step_up(office, stale, PASSWORD)
    assert (await live(token)).fresh
    assert await sessions.find(somebody.token) is None


async def test_a_profile(somebody: SignedIn) -> None:
    user = await accounts.change_profile(await live(somebody.token), name="Bu Sri", language="en")
    assert (user.name, user.language) == ("Bu Sri", "en")


@pytest.mark.parametrize(
    "email", ["", "sri", "sri@", "@contoh.example", "a b@c.d", "sri@contoh.example\nBcc: x@y.example", "\ud800@x.example"]
)
async def test_what_is_no_address(office: Office, origin: Origin, email: str) -> None:
    with pytest.raises(EmailError):
        await accounts.sign_up(office, origin, email=email, name="Sri", password=PASSWORD)
    with pytest.raises(EmailError):
        await accounts.request_reset(office, origin, email)
    with pytest.raises(WrongCredentialsError):
        await signing_in.sign_in(office, origin, email, PASSWORD)


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 101, "a\x00b", "Menang! http://jahat.example", "www.jahat.example", "a@b.example", "\u202eirS"]
)
async def test_a_name_that_is_none(office: Office, origin: Origin, name: str) -> None:
    with pytest.raises(PersonNameError):
        await accounts.sign_up(office, origin, email=new_email(), name=name, password=PASSWORD)


async def test_errors_speak_both_languages_and_name_nobody(office: Office, origin: Origin, somebody: SignedIn) -> None:
    with pytest.raises(BatikError) as wrong:
        await signing_in.sign_in(office, origin, somebody.user.email, "salah sekali ini")
    assert wrong.value.say("id") != wrong.value.say("en")
    assert somebody.user.email not in repr(wrong.value)
    assert somebody.user.email not in repr(somebody) + repr(await live(somebody.token))
    assert somebody.token not in repr(somebody)
