"""Shops and teams: who may give what to whom, who always stays, and what happens when two do it at once."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.db.keys import uuid7
from batikrfm.sdk.extension import Principal
from batikrfm.tenancy import delete_tenant, tenant_scope
from batikrfm.tenancy.errors import TenantNameError
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Permission, Role
from batikrfm_tenants import accounts, api_keys, audit, memberships, operators, shops
from batikrfm_tenants.errors import AlreadyMemberError, LastOwnerError, MemberNotFoundError, NotYoursToGiveError, TooManyShopsError
from batikrfm_tenants.shops import Shop
from batikrfm_tenants.signing_in import SignedIn
from batikrfm_tenants.users import User
from persons import Join, kinds, live, outcomes

Work = Callable[[], Awaitable[object]]


async def inside(tenant_id: UUID, work: Work) -> object:
    """``work`` in a scope of its own."""
    async with tenant_scope(tenant_id):
        return await work()


async def at_once(tenant_id: UUID, *works: Work) -> list[object]:
    return await outcomes(*(inside(tenant_id, work) for work in works))


async def put_in(user: User, shop: Shop, role: Role) -> tuple[Principal, UUID]:
    """``user`` as a member of ``shop``: who they are there, and their membership's ID."""
    await operators.add_to_shop(user, shop.tenant, role)
    return await member(user, shop)


async def member(user: User, shop: Shop) -> tuple[Principal, UUID]:
    visit = await shops.shop_of(user, shop.tenant.slug)
    assert visit is not None
    async with tenant_scope(shop.tenant.id):
        (found,) = [one for one in await memberships.list_members() if one.user_id == user.id]
    return visit.principal, found.id


@pytest.fixture
async def shop(somebody: SignedIn) -> Shop:
    return await shops.create_shop(somebody.user, "Toko Batik Ibu Sri")


async def test_who_opens_a_shop_owns_it(somebody: SignedIn, shop: Shop) -> None:
    visit = await shops.shop_of(somebody.user, shop.tenant.slug)
    assert visit is not None
    assert visit.principal == Principal("user", somebody.user.id, "Ibu Sri", shop.tenant.id, frozenset(map(str, Permission)))
    async with tenant_scope(shop.tenant.id):
        assert [(one.name, one.role) for one in await memberships.list_members()] == [("Ibu Sri", Role.OWNER)]
        assert [(entry.action, entry.actor_name, entry.target) for entry in await audit.list_entries()] == [
            ("shop.created", "Ibu Sri", "Toko Batik Ibu Sri")
        ]


async def test_a_shop_that_cannot_be_made_leaves_nothing(somebody: SignedIn) -> None:
    with pytest.raises(TenantNameError):
        await shops.create_shop(somebody.user, " ")
    assert await shops.list_shops(somebody.user) == []


@pytest.mark.parametrize("slug", ["tidak-ada", "", "' or true --", "a\0b", "tokö", "\ud800"])
async def test_a_shop_of_others_and_none_at_all_are_the_same(somebody: SignedIn, shop: Shop, join: Join, slug: str) -> None:
    stranger = (await join()).user
    assert await shops.shop_of(stranger, shop.tenant.slug) is None
    assert await shops.shop_of(somebody.user, slug) is None


async def test_a_person_in_several_shops(somebody: SignedIn, shop: Shop, join: Join) -> None:
    other = await shops.create_shop((await join()).user, "Aneka Kopi")
    await put_in(somebody.user, other, Role.VIEWER)
    assert [(one.tenant.slug, one.role) for one in await shops.list_shops(somebody.user)] == [
        (other.tenant.slug, Role.VIEWER),
        (shop.tenant.slug, Role.OWNER),
    ]
    visits = [await shops.shop_of(somebody.user, one.tenant.slug) for one in (shop, other)]
    assert [visit.principal.permissions == frozenset(map(str, PERMISSIONS_OF[visit.shop.role])) for visit in visits if visit] == [
        True,
        True,
    ]


async def test_the_team_knows_a_new_name_and_no_other_teams_does(somebody: SignedIn, shop: Shop) -> None:
    await accounts.change_profile(await live(somebody.token), name="Bu Haji Sri", language="id")
    async with tenant_scope(shop.tenant.id):
        assert [one.name for one in await memberships.list_members()] == ["Bu Haji Sri"]


async def test_changing_a_role_and_taking_somebody_out_count_at_once(somebody: SignedIn, shop: Shop, join: Join) -> None:
    owner, _ = await member(somebody.user, shop)
    colleague = (await join(name="Pak Budi")).user
    _, member_id = await put_in(colleague, shop, Role.VIEWER)
    async with tenant_scope(shop.tenant.id):
        assert (await memberships.change_role(owner, member_id, Role.EDITOR)).role == Role.EDITOR
    visit = await shops.shop_of(colleague, shop.tenant.slug)
    assert visit is not None
    assert Permission.IMPORTS_WRITE in visit.principal.permissions
    async with tenant_scope(shop.tenant.id):
        await memberships.remove(owner, member_id)
    assert await shops.shop_of(colleague, shop.tenant.slug) is None
    async with tenant_scope(shop.tenant.id):
        removed, changed, *_ = await audit.list_entries()
    assert (removed.action, removed.target) == ("member.removed", colleague.email)
    assert (changed.action, changed.details) == ("member.role_changed", {"from": "viewer", "to": "editor"})


async def test_the_last_owner_stays(somebody: SignedIn, shop: Shop, join: Join) -> None:
    owner, member_id = await member(somebody.user, shop)
    await put_in((await join()).user, shop, Role.ADMIN)
    works: list[Work] = [
        partial(memberships.leave, owner),
        partial(memberships.remove, owner, member_id),
        *(partial(memberships.change_role, owner, member_id, role) for role in Role if role != Role.OWNER),
    ]
    for work in works:
        with pytest.raises(LastOwnerError):
            await inside(shop.tenant.id, work)
    async with tenant_scope(shop.tenant.id):
        assert (await memberships.change_role(owner, member_id, Role.OWNER)).role == Role.OWNER


WAYS = [("leave", "leave"), ("leave", "demote"), ("demote", "demote"), ("remove", "remove"), ("demote", "remove")]


@pytest.mark.parametrize("ways", WAYS)
async def test_two_owners_who_go_at_once_leave_one(somebody: SignedIn, shop: Shop, join: Join, ways: tuple[str, str]) -> None:
    for _ in range(3):
        mine = await member(somebody.user, shop)
        theirs = await put_in((await join()).user, shop, Role.OWNER)
        do: dict[str, Callable[[tuple[Principal, UUID], tuple[Principal, UUID]], Work]] = {
            "leave": lambda me, _other: lambda: memberships.leave(me[0]),
            "demote": lambda me, other: lambda: memberships.change_role(me[0], other[1], Role.VIEWER),
            "remove": lambda me, other: lambda: memberships.remove(me[0], other[1]),
        }
        came = await at_once(shop.tenant.id, do[ways[0]](mine, theirs), do[ways[1]](theirs, mine))
        async with tenant_scope(shop.tenant.id):
            owners = [one for one in await memberships.list_members() if one.role == Role.OWNER]
        assert len(owners) == 1
        assert sum(isinstance(one, LastOwnerError | MemberNotFoundError) for one in came) == 1
        if owners[0].user_id != somebody.user.id:
            return


async def test_many_owners_who_all_leave_at_once_leave_one(somebody: SignedIn, shop: Shop, join: Join) -> None:
    owners = [(await member(somebody.user, shop))[0]]
    owners += [(await put_in((await join()).user, shop, Role.OWNER))[0] for _ in range(5)]
    came = await at_once(shop.tenant.id, *(partial(memberships.leave, owner) for owner in owners))
    assert kinds(came) == ["LastOwnerError"] + ["NoneType"] * 5


async def test_an_admin_touches_no_owner_and_makes_none(somebody: SignedIn, shop: Shop, join: Join) -> None:
    _, owners_id = await member(somebody.user, shop)
    await put_in((await join()).user, shop, Role.OWNER)
    admin, admins_id = await put_in((await join()).user, shop, Role.ADMIN)
    for work in (
        lambda: memberships.remove(admin, owners_id),
        lambda: memberships.change_role(admin, owners_id, Role.VIEWER),
        lambda: memberships.change_role(admin, admins_id, Role.OWNER),
    ):
        with pytest.raises(NotYoursToGiveError):
            await inside(shop.tenant.id, work)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
async def test_who_may_not_write_the_team_changes_nobody(shop: Shop, join: Join, role: Role) -> None:
    weak, _ = await put_in((await join()).user, shop, role)
    _, other = await put_in((await join()).user, shop, Role.VIEWER)
    for work in (lambda: memberships.remove(weak, other), lambda: memberships.change_role(weak, other, Role.VIEWER)):
        with pytest.raises(NotYoursToGiveError):
            await inside(shop.tenant.id, work)


@pytest.mark.parametrize("role", Role)
async def test_anybody_may_leave(shop: Shop, join: Join, role: Role) -> None:
    user = (await join()).user
    principal, _ = await put_in(user, shop, role)
    await inside(shop.tenant.id, lambda: memberships.leave(principal))
    assert await shops.shop_of(user, shop.tenant.slug) is None


async def test_a_member_of_another_shop_is_not_found(somebody: SignedIn, shop: Shop, join: Join) -> None:
    owner, _ = await member(somebody.user, shop)
    stranger = (await join()).user
    _, theirs = await member(stranger, await shops.create_shop(stranger, "Toko Lain"))
    for member_id in (theirs, uuid7()):
        with pytest.raises(MemberNotFoundError):
            await inside(shop.tenant.id, partial(memberships.remove, owner, member_id))


async def test_keys_of_who_was_demoted_or_left_end(shop: Shop, join: Join, somebody: SignedIn) -> None:
    owner, _ = await member(somebody.user, shop)
    admin, admins_id = await put_in((await join()).user, shop, Role.ADMIN)
    async with tenant_scope(shop.tenant.id):
        strong = await api_keys.create(admin, "kuat", [Permission.TEAM_WRITE])
        weak = await api_keys.create(admin, "lemah", [Permission.CUSTOMERS_READ])
        mine = await api_keys.create(owner, "pemilik", [Permission.TEAM_WRITE])
        await memberships.change_role(owner, admins_id, Role.VIEWER)
    assert [await api_keys.authenticate(key.token) is not None for key in (strong, weak, mine)] == [False, True, True]
    async with tenant_scope(shop.tenant.id):
        await memberships.remove(owner, admins_id)
    assert [await api_keys.authenticate(key.token) is not None for key in (strong, weak, mine)] == [False, False, True]


def test_each_role_holds_all_of_the_next() -> None:
    roles = list(Role)
    assert all(PERMISSIONS_OF[higher] > PERMISSIONS_OF[lower] for higher, lower in itertools.pairwise(roles))


@given(st.frozensets(st.sampled_from(Permission)), st.sampled_from(Role))
def test_nobody_gives_more_than_they_have(held: frozenset[Permission], role: Role) -> None:
    by = Principal("user", uuid7(), "x", uuid7(), frozenset(map(str, held)))
    given_away = memberships.roles_to_give(by)
    assert all(PERMISSIONS_OF[one] <= held for one in given_away)
    if Permission.TEAM_WRITE not in held:
        assert given_away == ()
    if role in given_away:
        memberships.require_giver(by, role)
    else:
        with pytest.raises(NotYoursToGiveError):
            memberships.require_giver(by, role)


def test_what_each_role_may_give() -> None:
    def of(role: Role) -> tuple[Role, ...]:
        return memberships.roles_to_give(Principal("user", uuid7(), "x", uuid7(), frozenset(map(str, PERMISSIONS_OF[role]))))

    assert of(Role.OWNER) == tuple(Role)
    assert of(Role.ADMIN) == (Role.ADMIN, Role.EDITOR, Role.VIEWER)
    assert of(Role.EDITOR) == of(Role.VIEWER) == ()


async def test_a_shop_that_is_deleted_takes_its_team_with_it_and_nobodys_account(somebody: SignedIn, shop: Shop) -> None:
    owner, _ = await member(somebody.user, shop)
    async with tenant_scope(shop.tenant.id):
        key = await api_keys.create(owner, "kasir", [Permission.CUSTOMERS_READ])
    await delete_tenant(shop.tenant.id)
    assert await shops.shop_of(somebody.user, shop.tenant.slug) is None
    assert await shops.list_shops(somebody.user) == []
    assert await api_keys.authenticate(key.token) is None
    assert (await live(somebody.token)).user == somebody.user


async def test_the_same_person_twice(somebody: SignedIn, shop: Shop) -> None:
    with pytest.raises(AlreadyMemberError):
        await operators.add_to_shop(somebody.user, shop.tenant, Role.VIEWER)
    assert (await member(somebody.user, shop))[0].permissions == frozenset(map(str, Permission))


# -- how many shops one person owns


async def test_one_person_owns_so_many_shops_and_no_more(join: Join) -> None:
    who, friend = await join(), await join()
    for number in range(2):
        await shops.create_shop(who.user, f"Toko {number}", most=2)
    with pytest.raises(TooManyShopsError, match="at most 2 shops"):
        await shops.create_shop(who.user, "Toko 3", most=2)
    theirs = await shops.create_shop(friend.user, "Toko Teman", most=2)
    await operators.add_to_shop(who.user, theirs.tenant, Role.EDITOR)
    await delete_tenant((await shops.list_shops(who.user))[0].tenant.id)
    await shops.create_shop(who.user, "Toko Baru", most=2)
    assert len(await shops.list_shops(who.user)) == 3, "a shop that one only works in does not count"


async def test_shops_that_are_opened_at_once_are_counted_too(join: Join) -> None:
    who = await join()
    came = await outcomes(*(shops.create_shop(who.user, f"Toko {number}", most=2) for number in range(5)))
    assert kinds(came) == ["Shop", "Shop", *["TooManyShopsError"] * 3]
