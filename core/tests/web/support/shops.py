"""A shop with something of everything that the API shows, made as the product makes it."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from batikrfm.content.chain import open_providers
from batikrfm.content.review import find_content, keep_drafts
from batikrfm.db.database import Database
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.campaigns import Plan, WantedVariant, create
from batikrfm.delivery.consent.declaring import Claim, declare
from batikrfm.delivery.consent.suppressing import add_suppression
from batikrfm.delivery.events import make_url
from batikrfm.delivery.model import Medium, Purpose
from batikrfm.jobs import cancel_job, list_jobs
from batikrfm.jobs.trying import run_queued
from batikrfm.plugins import load_plugins
from batikrfm.reports.keeping import order_report
from batikrfm.reports.model import Kind
from batikrfm.sales.uploads import IncomingFile, confirm_upload, find_upload, receive
from batikrfm.segmentation.customers import list_customers
from batikrfm.segmentation.history import latest_run
from batikrfm.tenancy import create_tenant, tenant_scope
from reviewing import generated, somebody

ROWS = [
    (f"A{n}", f"2026-{1 + n % 9:02}-{1 + n % 27:02}", f"Pelanggan {n % 23}", f"08120000{n % 23:04}", 10_000 * (1 + n % 7))
    for n in range(120)
]
SALES = "\n".join(
    [
        "no pesanan,tanggal,nama pelanggan,no hp,produk,jumlah,total",
        *(f"{key},{day},{name},{phone},Kain,1,{amount}" for key, day, name, phone, amount in ROWS),
        "A998,kemarin,Budi,081299990001,Kain,1,5000",
        "A999,2026-03-03,=cmd|' /c calc'!A1,081299990002,<script>alert(1)</script>,1,nego",
    ]
).encode()
LEFT_OUT = """
insert into deliveries (tenant_id, id, campaign_id, customer_id, medium, state, reason)
values (current_setting('app.tenant_id')::uuid, $1, $2, $3, 'email', 'left_out', 'no_consent')
"""
"""A message that somebody does not get: sending one is another test's business."""


@dataclass(frozen=True)
class Shop:
    """One shop, and the ids that its routes are asked with."""

    tenant_id: UUID
    import_id: UUID
    asking_id: UUID
    run_id: UUID
    customer_id: UUID
    report_id: UUID
    job_id: UUID
    content_id: UUID
    prompt_id: UUID
    campaign_id: UUID
    declaration_id: UUID
    suppression_id: UUID
    url_id: UUID
    delivery_id: UUID
    key: str

    @property
    def ids(self) -> dict[str, object]:
        """By the names that paths give them."""
        names = ("import_id", "run_id", "customer_id", "report_id", "job_id", "content_id", "prompt_id")
        more = ("campaign_id", "declaration_id", "suppression_id", "url_id", "delivery_id", "key")
        return {name: getattr(self, name) for name in (*names, *more)} | {"channel": "outbox_email"}


_MADE: dict[tuple[str, str], Shop] = {}


async def shop_of(database: Database, name: str = "Toko Uji") -> Shop:
    """The shop of this name in this database: made once, for tests that leave it as it is."""
    place = (database.urls.app, name)
    if place not in _MADE:
        _MADE[place] = await _make(name)
    return _MADE[place]


async def work(tenant: UUID) -> None:
    """Do what the tenant's workers would do by now: not what is due in a month."""
    import batikrfm.segmentation.tasks  # noqa: F401 - as workers do

    async with tenant_scope(tenant):
        for job in await list_jobs():
            if job.task == "sales.forget" and not job.state.over:
                await cancel_job(job.id)
    with tempfile.TemporaryDirectory() as folder:
        async with open_providers(load_plugins(only={"builtin"}), Path(folder), {}):
            await run_queued(tenant)


async def _make(name: str) -> Shop:
    tenant = (await create_tenant(name)).id
    imported = await _upload(tenant)
    async with tenant_scope(tenant):
        await confirm_upload(imported)
    await work(tenant)
    asking = await _upload(tenant)
    async with tenant_scope(tenant):
        report = await order_report(Kind.XLSX, "id")
        run, (customer, *_) = await latest_run(), (await list_customers()).rows
        jobs = await list_jobs()
        segment = next(result.segment for result in run.results if result.customers)
        content = await find_content((await keep_drafts(await generated(segment=segment)))[0])
        said = (WantedVariant(content.id),)
        campaign = await create(Plan("Kain baru", Medium.EMAIL, "outbox_email", (segment,), variants=said), by=None)
        result = (await find_upload(imported)).result
        assert result is not None
        claim = Claim(Medium.EMAIL, Purpose.MARKETING, "formulir di toko", dt.date(2026, 1, 5))
        declaration = await declare(result.id, claim, somebody(tenant))
        suppression = await add_suppression(Medium.EMAIL, "sari@contoh.id", by="Bu Sri")
        hook, delivery_id = await make_url("outbox_email", by="Bu Sri"), uuid7()
        await current_scope().execute(LEFT_OUT, delivery_id, campaign.id, customer.id)
    assert (await _state(tenant, imported), await _state(tenant, asking)) == ("done", "asking")
    ids = (run.id, customer.id, report.id, jobs[-1].id, content.id, content.origin.prompt_id)
    more = (campaign.id, declaration.id, suppression.id, hook.url.id, delivery_id)
    return Shop(tenant, imported, asking, *ids, *more, segment)


async def _upload(tenant: UUID) -> UUID:
    async with tenant_scope(tenant):
        upload = await receive([IncomingFile("penjualan.csv", SALES)], by="Bu Sri")
    await work(tenant)
    return upload.id


async def _state(tenant: UUID, upload_id: UUID) -> str:
    async with tenant_scope(tenant):
        return str((await find_upload(upload_id)).state)
