"""Who comes by a link: read before anything else, counted where it is none."""

from __future__ import annotations

from typing import Final

from litestar.exceptions import ClientException

from batikrfm.delivery.consent import Proof
from batikrfm.delivery.signing import LinkError, LinkKind, Signed, Signer
from batikrfm.tenancy.tenants import Tenant, scoped_tenant
from batikrfm.web.guards import public
from batikrfm_tenants import throttles
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.formats import Formats
from batikrfm_tenants.portal.forms import Form

BY_LINK: Final = public("for whoever has the link, which is signed for one message or one person of one shop")
LONGEST_FORM: Final = 16_384
LONGEST_AGENT: Final = 200


async def arrived(desk: Desk, kind: LinkKind, token: str) -> Signed:
    """What the link stands for; the database is not asked.

    Raises LinkError for one that was not made here, and TooManyAttemptsError for who tries many of them, or one very often. Who has a good
    link is not counted by where they come from: a mail service unsubscribes all of its people from a few addresses.
    """
    counters = desk.services.office.counters
    try:
        signed = Signer(desk.services.office.vault).read(kind, token)
    except LinkError:
        await throttles.count(counters, "recipient/network", desk.origin.network)
        raise
    await throttles.count(counters, "recipient/token", kind, token)
    return signed


async def shop_of_link(desk: Desk) -> Tenant:
    """The shop, in whose scope this runs; from now on the page is in its clock, and in the language that the visitor can read."""
    tenant = await scoped_tenant()
    chosen = desk.request.query_params.get("bahasa")
    language = desk.formats.language if chosen not in {"id", "en"} else ("en" if chosen == "en" else "id")
    desk.formats = Formats(language=language, currency=tenant.currency, time_zone=tenant.time_zone)
    return tenant


async def form_of(desk: Desk) -> Form:
    """What was sent. A body that cannot be read is an empty one: a way out works whatever a mail program sends along."""
    try:
        return await desk.form()
    except ClientException:
        return Form()


def proof_of(desk: Desk, signed: Signed, kind: LinkKind) -> Proof:
    """Where the click came from."""
    delivery = signed.id if kind is LinkKind.UNSUBSCRIBE else None
    return Proof(address=desk.origin.ip or None, agent=desk.origin.user_agent[:LONGEST_AGENT] or None, delivery_id=delivery)
