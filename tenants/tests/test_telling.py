"""The owners of a shop are told what happened there: they alone, in its language, if and only if it did happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from batikrfm.db.reaching import connection
from batikrfm.sdk.text import Language, Text
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Role
from batikrfm.tenancy.profile import Profile, change_profile
from batikrfm_tenants import operators, shops
from batikrfm_tenants.telling import tell_owners
from persons import Join

if TYPE_CHECKING:
    import asyncpg

SITE = "https://batik.example"
SUBJECT = Text(id="Pesan menunggu", en="Messages wait")
WORDS = Text(id="Tiga segmen sudah punya pesan.", en="Three segments have messages.")
MAILS = "select recipient, subject, body_text from outgoing_mails where subject = any ($1)"


async def mails(admin_url: str, *people: str) -> list[asyncpg.Record]:
    async with connection(admin_url) as admin:
        rows = await admin.fetch(MAILS, [SUBJECT.id, SUBJECT.en])
    return [row for row in rows if row["recipient"] in people]


@pytest.mark.parametrize("language", ["id", "en"])
async def test_each_owner_gets_one_mail_and_nobody_else(language: Language, join: Join, admin_url: str) -> None:
    owner, second, editor = (await join()).user, (await join()).user, (await join()).user
    shop = (await shops.create_shop(owner, "Toko Batik Ibu Sri")).tenant
    await operators.add_to_shop(second, shop, Role.OWNER)
    await operators.add_to_shop(editor, shop, Role.EDITOR)
    async with tenant_scope(shop.id):
        await change_profile(Profile(shop.name, "Asia/Jakarta", "IDR", language, ""))
        await tell_owners(SITE, SUBJECT, WORDS, "konten")
    found = await mails(admin_url, owner.email, second.email, editor.email)
    assert sorted(mail["recipient"] for mail in found) == sorted([owner.email, second.email])
    for mail in found:
        assert mail["subject"] == SUBJECT.say(language)
        assert WORDS.say(language) in mail["body_text"]
        assert f"{SITE}/toko/{shop.slug}/konten" in mail["body_text"]


async def test_what_is_undone_is_not_told(join: Join, admin_url: str) -> None:
    owner = (await join()).user
    shop = (await shops.create_shop(owner, "Toko Batik Ibu Sri")).tenant

    async def tell_and_fail() -> None:
        async with tenant_scope(shop.id):
            await tell_owners(SITE, SUBJECT, WORDS, "konten")
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await tell_and_fail()
    assert await mails(admin_url, owner.email) == []
