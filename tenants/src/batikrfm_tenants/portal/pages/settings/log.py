"""The log: who did what in the shop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from litestar import Response, get
from litestar.response import Stream

from batikrfm.sdk.text import Text
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.audit import Entry
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import PRIVATE, Desk
from batikrfm_tenants.portal.pages.settings.tabs import HELP, Tabs, tabs

PAGE_SIZE = 50
THINGS = (
    ("shop", Text(id="Toko", en="Shop")),
    ("member", Text(id="Anggota tim", en="Team members")),
    ("invitation", Text(id="Undangan", en="Invitations")),
    ("key", Text(id="Kunci API", en="API keys")),
    ("plugin", Text(id="Plugin", en="Plugins")),
    ("upload", Text(id="Unggahan", en="Uploads")),
    ("segments", Text(id="Segmen", en="Segments")),
    ("customers", Text(id="Pelanggan", en="Customers")),
    ("content", Text(id="Konten", en="Content")),
    ("campaign", Text(id="Kampanye", en="Campaigns")),
    ("channel", Text(id="Saluran", en="Channels")),
    ("prompt", Text(id="Prompt", en="Prompts")),
    ("usage", Text(id="Pemakaian AI", en="AI usage")),
    ("report", Text(id="Laporan", en="Reports")),
    ("audit", Text(id="Catatan ini", en="This log")),
)


@dataclass(frozen=True, kw_only=True)
class LogPage(Page):
    """What was done, the newest first."""

    template: ClassVar[str] = "settings/log.html"
    tabs: Tabs = field(metadata=HELP)
    entries: tuple[tuple[Entry, Text], ...] = field(metadata={"help": "Fifty entries, each with what was done in words."})
    things: tuple[tuple[str, Text], ...] = field(metadata={"help": "What one can choose to see alone."})
    thing: str = field(metadata={"help": "What was chosen; empty for everything."})
    older: str = field(metadata={"help": "Address of the page with older entries; empty on the last one."})


@get("/pengaturan/catatan", opt=needs(Permission.AUDIT_READ))
async def log(desk: Desk) -> Response[str]:
    """The log, fifty entries at a time."""
    query = desk.request.query_params
    thing = next((key for key, _ in THINGS if key == query.get("hal")), "")
    found = await audit.list_entries(limit=PAGE_SIZE + 1, before=_as_uuid(query.get("sebelum")), thing=thing or None)
    older = f"?hal={thing}&sebelum={found[PAGE_SIZE - 1].id}" if len(found) > PAGE_SIZE else ""
    entries = tuple((entry, audit.say(entry)) for entry in found[:PAGE_SIZE])
    return desk.show(LogPage(tabs=tabs(desk), entries=entries, things=THINGS, thing=thing, older=older))


@get("/pengaturan/catatan.csv", opt=needs(Permission.AUDIT_EXPORT))
async def log_file(desk: Desk) -> Stream:
    """All of it as CSV. It is streamed after the request's own unit of work has ended, in one of its own."""
    await audit.record(desk.principal, "audit.exported")
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="catatan-{desk.inside.shop.tenant.slug}.csv"'}
    return Stream(_pieces(desk), media_type="text/csv; charset=utf-8", headers=headers)


async def _pieces(desk: Desk) -> AsyncIterator[bytes]:
    async with tenant_scope(desk.principal.tenant_id):
        async for piece in audit.export_csv(desk.formats.language, desk.formats.time_zone):
            yield piece


def _as_uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


ROUTES = [log, log_file]
