"""Invitations: to one address, once, for seven days."""

from __future__ import annotations

from uuid import UUID

import pytest

from batikrfm.db.keys import uuid7
from batikrfm.db.reaching import connection
from batikrfm.sdk.extension import Principal
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Role
from batikrfm_tenants import accounts, audit, invitations, memberships, operators, shops, signing_in
from batikrfm_tenants.errors import (
    AlreadyMemberError,
    EmailError,
    HaveAccountError,
    InvitationNotFoundError,
    LinkExpiredError,
    NotConfirmedError,
    NotYourInvitationError,
    NotYoursToGiveError,
    WeakPasswordError,
    WrongCredentialsError,
)
from batikrfm_tenants.invitations import Invitation
from batikrfm_tenants.office import Office
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.shops import Shop
from batikrfm_tenants.signing_in import SignedIn
from batikrfm_tenants.users import User
from persons import OTHER_PASSWORD, PASSWORD, Join, kinds, link_token, mails_to, new_email, outcomes, undone


@pytest.fixture
async def shop(somebody: SignedIn) -> Shop:
    return await shops.create_shop(somebody.user, "Toko Batik Ibu Sri")


async def principal(user: User, shop: Shop) -> Principal:
    visit = await shops.shop_of(user, shop.tenant.slug)
    assert visit is not None
    return visit.principal


@pytest.fixture
async def owner(somebody: SignedIn, shop: Shop) -> Principal:
    return await principal(somebody.user, shop)


async def invite(office: Office, by: Principal, email: str, role: Role = Role.EDITOR) -> tuple[Invitation, str]:
    async with tenant_scope(by.tenant_id):
        invitation = await invitations.invite(office, by, email, role)
    return invitation, await link_token(email, "invitation")


async def make_old(admin_url: str, invitation_id: UUID, by: str = "8 days") -> None:
    async with connection(admin_url) as admin:
        await admin.execute("update invitations set expires_at = expires_at - $2::text::interval where id = $1", invitation_id, by)


async def test_somebody_with_an_account_joins(office: Office, owner: Principal, shop: Shop, join: Join) -> None:
    guest = (await join(name="Pak Budi")).user
    invitation, token = await invite(office, owner, guest.email.upper())
    seen = await invitations.look(token)
    assert seen is not None
    assert (seen.shop_name, seen.invited_by, seen.email, seen.role, seen.has_account) == (
        ("Toko Batik Ibu Sri", "Ibu Sri", guest.email, Role.EDITOR, True)
    )
    assert (invitation.expires_at - invitation.sent_at).days == 7
    joined = await invitations.accept(guest, token)
    assert (joined.tenant, joined.role) == (shop.tenant, Role.EDITOR)
    assert (await principal(guest, shop)).kind == "user"
    async with tenant_scope(owner.tenant_id):
        assert await invitations.list_invitations() == []
        entry, *_ = await audit.list_entries()
    assert (entry.action, entry.actor_id, entry.details) == ("member.joined", guest.id, {"role": "editor", "invited_by": "Ibu Sri"})


async def test_somebody_new_signs_up_by_it(office: Office, origin: Origin, owner: Principal) -> None:
    email = new_email()
    _, token = await invite(office, owner, email, Role.VIEWER)
    assert not (await invitations.look(token)).has_account  # type: ignore[union-attr] # it is open
    with pytest.raises(WeakPasswordError):
        await invitations.sign_up(office, origin, token, name="Bu Ani", password="tokobatikibusri")
    signed_in = await invitations.sign_up(office, origin, token, name="Bu Ani", password=PASSWORD)
    assert isinstance(signed_in, SignedIn)
    assert (signed_in.user.email, signed_in.user.confirmed) == (email, True)
    await invitations.accept(signed_in.user, token)
    assert (await shops.list_shops(signed_in.user))[0].role == Role.VIEWER


async def test_an_account_is_not_taken_over_by_an_invitation(office: Office, origin: Origin, owner: Principal, join: Join) -> None:
    guest = await join()
    _, token = await invite(office, owner, guest.user.email)
    with pytest.raises(HaveAccountError):
        await invitations.sign_up(office, origin, token, name="Penyusup", password=OTHER_PASSWORD)
    assert isinstance(await signing_in.sign_in(office, origin, guest.user.email, PASSWORD), SignedIn)


async def test_what_a_stranger_began_with_the_address_ends(office: Office, origin: Origin, owner: Principal) -> None:
    email = new_email()
    await accounts.sign_up(office, origin, email=email, name="Penyusup", password=OTHER_PASSWORD)
    began = await link_token(email, "confirm")
    with pytest.raises(NotConfirmedError):
        await signing_in.sign_in(office, origin, email, OTHER_PASSWORD)
    _, token = await invite(office, owner, email)
    await invitations.sign_up(office, origin, token, name="Bu Ani", password=PASSWORD)
    with pytest.raises(LinkExpiredError):
        await accounts.confirm(office, origin, began, OTHER_PASSWORD)
    with pytest.raises(WrongCredentialsError):
        await signing_in.sign_in(office, origin, email, OTHER_PASSWORD)


async def test_it_is_for_the_invited_address_alone(office: Office, owner: Principal, join: Join) -> None:
    stranger, email = (await join()).user, new_email()
    _, token = await invite(office, owner, email)
    with pytest.raises(NotYourInvitationError):
        await invitations.accept(stranger, token)
    assert await invitations.look(token) is not None
    assert await shops.list_shops(stranger) == []


async def test_accepted_many_times_at_once_it_counts_once(office: Office, owner: Principal, join: Join) -> None:
    guest = (await join()).user
    _, token = await invite(office, owner, guest.email)
    came = await outcomes(*(invitations.accept(guest, token) for _ in range(6)))
    assert kinds(came) == ["LinkExpiredError"] * 5 + ["Shop"]
    async with tenant_scope(owner.tenant_id):
        assert len(await memberships.list_members()) == 2
        assert sum(entry.action == "member.joined" for entry in await audit.list_entries()) == 1


async def test_taken_back_at_the_same_time_it_counts_or_it_does_not(office: Office, owner: Principal, join: Join, shop: Shop) -> None:
    guest = (await join()).user
    invitation, token = await invite(office, owner, guest.email)

    async def take_back() -> None:
        async with tenant_scope(owner.tenant_id):
            await invitations.revoke(owner, invitation.id)

    came = kinds(await outcomes(take_back(), invitations.accept(guest, token)))
    inside = await shops.shop_of(guest, shop.tenant.slug) is not None
    assert came == (["InvitationNotFoundError", "Shop"] if inside else ["LinkExpiredError", "NoneType"])


async def test_revoked_expired_and_made_up_look_the_same(office: Office, owner: Principal, join: Join, admin_url: str) -> None:
    guest = (await join()).user
    revoked, token = await invite(office, owner, guest.email)
    async with tenant_scope(owner.tenant_id):
        await invitations.revoke(owner, revoked.id)
    expired, old = await invite(office, owner, guest.email)
    await make_old(admin_url, expired.id)
    for link in (token, old, "x" * 43, "", "\ud800"):
        assert await invitations.look(link) is None
        with pytest.raises(LinkExpiredError):
            await invitations.accept(guest, link)
    async with tenant_scope(owner.tenant_id):
        assert [one.expired for one in await invitations.list_invitations()] == [True]


async def test_sent_again_the_old_link_ends(office: Office, owner: Principal, join: Join, admin_url: str) -> None:
    guest = (await join()).user
    invitation, old = await invite(office, owner, guest.email)
    await make_old(admin_url, invitation.id)
    async with tenant_scope(owner.tenant_id):
        assert not (await invitations.resend(office, owner, invitation.id)).expired
    new = await link_token(guest.email, "invitation")
    assert await invitations.look(old) is None
    assert (await invitations.accept(guest, new)).role == Role.EDITOR
    async with tenant_scope(owner.tenant_id):
        with pytest.raises(InvitationNotFoundError):
            await invitations.resend(office, owner, invitation.id)
        with pytest.raises(InvitationNotFoundError):
            await invitations.revoke(owner, invitation.id)


async def test_invited_twice_the_second_counts(office: Office, owner: Principal) -> None:
    email = new_email()
    _, first = await invite(office, owner, email, Role.ADMIN)
    _, second = await invite(office, owner, email, Role.VIEWER)
    assert await invitations.look(first) is None
    assert (await invitations.look(second)).role == Role.VIEWER  # type: ignore[union-attr] # it is open
    async with tenant_scope(owner.tenant_id):
        assert len(await invitations.list_invitations()) == 1


async def test_an_invitation_of_another_shop_is_not_found(office: Office, owner: Principal, join: Join) -> None:
    stranger = (await join()).user
    other = await principal(stranger, await shops.create_shop(stranger, "Toko Lain"))
    invitation, token = await invite(office, owner, new_email())
    async with tenant_scope(other.tenant_id):
        for invitation_id in (invitation.id, uuid7()):
            with pytest.raises(InvitationNotFoundError):
                await invitations.revoke(other, invitation_id)
            with pytest.raises(InvitationNotFoundError):
                await invitations.resend(office, other, invitation_id)
    assert await invitations.look(token) is not None


async def test_who_is_in_the_team_is_not_invited(office: Office, owner: Principal, somebody: SignedIn) -> None:
    async with tenant_scope(owner.tenant_id):
        with pytest.raises(AlreadyMemberError):
            await invitations.invite(office, owner, somebody.user.email, Role.VIEWER)
        with pytest.raises(EmailError):
            await invitations.invite(office, owner, "bukan email", Role.VIEWER)


@pytest.mark.parametrize(("of", "role"), [(Role.ADMIN, Role.OWNER), (Role.EDITOR, Role.VIEWER), (Role.VIEWER, Role.VIEWER)])
async def test_nobody_invites_above_themselves(office: Office, owner: Principal, shop: Shop, join: Join, of: Role, role: Role) -> None:
    user = (await join()).user
    await operators.add_to_shop(user, shop.tenant, of)
    by = await principal(user, shop)
    invitation, _ = await invite(office, owner, new_email(), Role.OWNER)
    async with tenant_scope(by.tenant_id):
        with pytest.raises(NotYoursToGiveError):
            await invitations.invite(office, by, new_email(), role)
        with pytest.raises(NotYoursToGiveError):
            await invitations.resend(office, by, invitation.id)


async def test_an_invitation_that_is_not_kept_sends_nothing(office: Office, owner: Principal) -> None:
    email = new_email()
    await undone(owner.tenant_id, invitations.invite(office, owner, email, Role.VIEWER))
    assert await mails_to(email) == []


async def test_a_shop_is_no_way_to_write_to_strangers(office: Office, owner: Principal) -> None:
    email = new_email()
    came = []
    for _ in range(11):
        came += await outcomes(invite(office, owner, email))
    assert kinds(came) == ["TooManyAttemptsError"] + ["tuple"] * 10
    came = []
    for _ in range(91):
        came += await outcomes(invite(office, owner, new_email()))
    assert kinds(came)[0] == "TooManyAttemptsError"
    assert kinds(came)[-1] == "tuple"


async def test_what_the_mail_says(office: Office, owner: Principal, somebody: SignedIn) -> None:
    renamed = Principal(owner.kind, owner.id, "Sri\r\nBcc: x@y.example <b>", owner.tenant_id, owner.permissions)
    email = new_email()
    await invite(office, renamed, email)
    (mail,) = await mails_to(email)
    assert mail.subject == "Undangan ke tim Toko Batik Ibu Sri"
    assert "\nBcc" not in mail.text
    assert "&lt;b&gt;" in mail.html
    assert "<b>" not in mail.html
    assert somebody.user.email not in mail.text
