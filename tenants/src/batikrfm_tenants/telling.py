"""Tell the people of a shop what happened there, by mail. Runs in the tenant's scope."""

from __future__ import annotations

from typing import Final

from batikrfm.db.engine import current_scope
from batikrfm.sdk.text import Text
from batikrfm.tenancy import scoped_tenant
from batikrfm.tenancy.permissions import Role
from batikrfm_tenants.mail import outbox
from batikrfm_tenants.memberships import list_members

USEFUL: Final = 7 * outbox.DAY
"""After a week there are newer words."""


async def tell_owners(site: str, subject: Text, words: Text, place: str) -> None:
    """Put a mail to each owner into the outbox, in the shop's language; its button leads to ``place`` within the shop."""
    shop = await scoped_tenant()
    link = f"{site}/toko/{shop.slug}/{place}"
    said = {"subject": subject.say(shop.language), "words": words.say(shop.language), "shop": shop.name}
    for member in await list_members():
        if member.role is Role.OWNER:
            await outbox.put(current_scope(), "news", member.email, shop.language, link=link, useful=USEFUL, **said)
