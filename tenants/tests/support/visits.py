"""Every page of the portal with something on it: who opens which address. Accessibility, screenshots and counts of queries use these.

A new page adds its line to PAGES. ``{shop}`` is the address of a shop with a team, a key, an invitation and a log; a name in braces is made
by :func:`furnished`.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from batikrfm.content import ordering, review, shipped
from batikrfm.content.model import Order
from batikrfm.content.ordering import Queued
from batikrfm.content.prompts import save_prompt
from batikrfm.db.database import Database
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.campaigns import cancel
from batikrfm.delivery.consent import Recipient, complained
from batikrfm.delivery.consent.declaring import Claim, declare
from batikrfm.delivery.consent.suppressing import add_suppression
from batikrfm.delivery.consent.tasks import work_off_declaration
from batikrfm.delivery.consent.wordings import keep_wording
from batikrfm.delivery.counting import Place, count
from batikrfm.delivery.links import PREFERENCES, UNSUBSCRIBE
from batikrfm.delivery.model import CampaignState, Medium, Purpose
from batikrfm.delivery.outbox import list_outbox
from batikrfm.delivery.sending.testing import Trial, send_test
from batikrfm.delivery.signing import LinkKind, Signer
from batikrfm.jobs import enqueue
from batikrfm.reports.keeping import find_report, order_report
from batikrfm.reports.model import Kind, State
from batikrfm.sales.uploads import IncomingFile, UploadState, confirm_upload, find_upload, receive
from batikrfm.sdk.channels import EventKind
from batikrfm.sdk.extension import Principal
from batikrfm.segmentation.history import past_runs
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Permission, Role
from batikrfm_tenants import accounts, api_keys, audit, invitations, shops
from batikrfm_tenants.office import Office
from batikrfm_tenants.shops import Shop
from batikrfm_tenants.signing_in import SignedIn
from campaign_work import answered, approved, begun, drafted, everybody_agrees, until_state
from persons import PASSWORD
from portal_site import HOME_ORIGIN, link_in_mail, new_member, new_person
from shop_work import sales_file, somebody, worker

Who = Literal["nobody", "owner", "viewer", "newcomer"]


NEVER = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
SHOULD_HAVE_BEGUN = "update campaigns set starts_at = now() - interval '1 day' where id = $1"
UNDER_WAY = "update consent_declarations set working = 'declaring', done = 340000, people = 1000000, job_id = $2 where id = $1"


@dataclass(frozen=True)
class Visit:
    """One page. ``status`` is what it answers."""

    name: str
    path: str
    who: Who = "owner"
    status: int = 200


PAGES = (
    Visit("front", "/", "nobody"),
    Visit("sign-in", "/masuk", "nobody"),
    Visit("sign-up", "/daftar", "nobody"),
    Visit("check-mail", "/daftar/cek-email", "nobody"),
    Visit("confirm", "/konfirmasi/{confirm}", "nobody"),
    Visit("forgot", "/lupa-sandi", "nobody"),
    Visit("reset", "/sandi-baru/{reset}", "nobody"),
    Visit("invited", "/undangan/{invitation}", "nobody"),
    Visit("invited-other", "/undangan/{invitation}", "newcomer"),
    Visit("outbox", "/kotak-keluar", "nobody"),
    Visit("not-found", "/tidak-ada", "nobody", 404),
    Visit("unsubscribe", "{out}", "nobody"),
    Visit("preferences", "{own}", "nobody"),
    Visit("preferences-english", "{own}?bahasa=en", "owner"),
    Visit("erase", "{own}/hapus", "nobody"),
    Visit("first-shop", "/toko", "newcomer"),
    Visit("shops", "/toko"),
    Visit("account", "/akun"),
    Visit("account-security", "/akun/keamanan"),
    Visit("proof", "/akun/buktikan"),
    Visit("upload-first", "{empty}/unggah"),
    Visit("upload-start", "{shop}/unggah"),
    Visit("upload-viewer", "{shop}/unggah", "viewer"),
    Visit("upload-asking", "{shop}/unggah/{asking}"),
    Visit("upload-waiting", "{empty}/unggah/{waiting}"),
    Visit("upload-result", "{shop}/unggah/{done}"),
    Visit("upload-declare", "{shop}/unggah/{done}/persetujuan"),
    Visit("upload-failed", "{shop}/unggah/{failed}"),
    Visit("overview-none", "{empty}/ringkasan"),
    Visit("overview", "{shop}/ringkasan?hari=365"),
    Visit("customers-none", "{empty}/pelanggan"),
    Visit("customers", "{shop}/pelanggan"),
    Visit("customers-viewer", "{shop}/pelanggan?segmen=champions&urut=name", "viewer"),
    Visit("customer", "{shop}/pelanggan/{customer}"),
    Visit("customer-orders", "{shop}/pelanggan/{customer}/pesanan"),
    Visit("segments-none", "{empty}/segmen"),
    Visit("segments", "{shop}/segmen"),
    Visit("segment", "{shop}/segmen/champions"),
    Visit("segment-rules", "{shop}/segmen/aturan"),
    Visit("segment-runs", "{shop}/segmen/riwayat"),
    Visit("trace-customers", "{shop}/telusur?of=customers"),
    Visit("trace-orders", "{shop}/telusur?of=orders"),
    Visit("trace-order", "{shop}/telusur/pesanan/{order}"),
    Visit("reports-none", "{empty}/laporan"),
    Visit("reports", "{shop}/laporan"),
    Visit("contents-none", "{empty}/konten"),
    Visit("contents", "{shop}/konten"),
    Visit("contents-viewer", "{shop}/konten", "viewer"),
    Visit("contents-segment", "{shop}/konten/segmen/{segment}"),
    Visit("contents-segment-viewer", "{shop}/konten/segmen/{segment}", "viewer"),
    Visit("contents-writing", "{shop}/konten/menulis/{writing}"),
    Visit("content", "{shop}/konten/{content}"),
    Visit("content-viewer", "{shop}/konten/{content}", "viewer"),
    Visit("content-edit", "{shop}/konten/{content}/ubah"),
    Visit("content-compare", "{shop}/konten/{content}/banding"),
    Visit("prompts", "{shop}/konten/prompt"),
    Visit("prompt", "{shop}/konten/prompt/{segment}"),
    Visit("prompt-viewer", "{shop}/konten/prompt/semua", "viewer"),
    Visit("campaigns-none", "{empty}/kampanye"),
    Visit("campaigns", "{shop}/kampanye"),
    Visit("campaigns-viewer", "{shop}/kampanye", "viewer"),
    Visit("campaign-new", "{shop}/kampanye/baru"),
    Visit("campaign-who", "{shop}/kampanye/{draft}/siapa"),
    Visit("campaign-what", "{shop}/kampanye/{draft}/apa"),
    Visit("campaign-when", "{shop}/kampanye/{draft}/kapan"),
    Visit("campaign-check", "{shop}/kampanye/{draft}/periksa?pada={later}"),
    Visit("campaign-check-viewer", "{shop}/kampanye/{draft}/periksa", "viewer"),
    Visit("campaign-scheduled", "{shop}/kampanye/{scheduled}"),
    Visit("campaign-late", "{shop}/kampanye/{late}"),
    Visit("campaign-leaving", "{shop}/kampanye/{leaving}"),
    Visit("campaign-finished", "{shop}/kampanye/{finished}"),
    Visit("campaign-finished-viewer", "{shop}/kampanye/{finished}", "viewer"),
    Visit("replies-none", "{empty}/kampanye/balasan"),
    Visit("replies", "{shop}/kampanye/balasan"),
    Visit("sent-none", "{empty}/kampanye/kotak-keluar"),
    Visit("sent", "{shop}/kampanye/kotak-keluar"),
    Visit("sent-letter", "{shop}/kampanye/kotak-keluar/{letter}"),
    Visit("sent-message", "{shop}/kampanye/kotak-keluar/{message}"),
    Visit("usage-none", "{empty}/pemakaian"),
    Visit("usage", "{shop}/pemakaian"),
    Visit("usage-ledger", "{shop}/pemakaian/catatan"),
    Visit("settings-profile", "{shop}/pengaturan"),
    Visit("settings-profile-viewer", "{shop}/pengaturan", "viewer"),
    Visit("settings-contents", "{shop}/pengaturan/konten"),
    Visit("settings-contents-viewer", "{shop}/pengaturan/konten", "viewer"),
    Visit("settings-delivery", "{shop}/pengaturan/kiriman"),
    Visit("settings-delivery-viewer", "{shop}/pengaturan/kiriman", "viewer"),
    Visit("settings-channels", "{shop}/pengaturan/saluran"),
    Visit("settings-channel", "{shop}/pengaturan/saluran/outbox_email"),
    Visit("settings-channel-viewer", "{shop}/pengaturan/saluran/outbox_whatsapp", "viewer"),
    Visit("settings-channel-number", "{shop}/pengaturan/saluran/whatsapp_fonnte"),
    Visit("settings-consents", "{shop}/pengaturan/persetujuan"),
    Visit("settings-consents-viewer", "{shop}/pengaturan/persetujuan", "viewer"),
    Visit("settings-declared", "{shop}/pengaturan/persetujuan/pernyataan/{declaring}"),
    Visit("settings-declared-viewer", "{shop}/pengaturan/persetujuan/pernyataan/{declaring}", "viewer"),
    Visit("settings-declared-stopped", "{shop}/pengaturan/persetujuan/pernyataan/{stopped}"),
    Visit("settings-team", "{shop}/pengaturan/tim"),
    Visit("settings-security", "{shop}/pengaturan/keamanan"),
    Visit("settings-keys", "{shop}/pengaturan/kunci-api"),
    Visit("settings-plugins", "{shop}/pengaturan/plugin"),
    Visit("settings-plugin", "{shop}/pengaturan/plugin/builtin/segmentation_strategies.rfm5"),
    Visit("settings-log", "{shop}/pengaturan/catatan"),
    Visit("forbidden", "{shop}/pengaturan/catatan", "viewer", 403),
)


@dataclass(frozen=True)
class Furnished:
    """People, a shop, and the links that addresses of pages need."""

    people: dict[str, SignedIn]
    values: dict[str, str]

    def address(self, visit: Visit) -> str:
        """The page's path."""
        return visit.path.format(**self.values)


async def furnished(office: Office, database: Database) -> Furnished:
    """Everything that PAGES speak of."""
    owner = await new_person(office, name="Sri Wahyuningsih Kusumawardhani")
    newcomer = await new_person(office, name="Dewi")
    shop = await shops.create_shop(owner.user, "Batik Sekar Jagad Yogyakarta")
    empty = await shops.create_shop(owner.user, "Warung Bu Sri")
    viewer = await new_member(office, shop, owner, Role.VIEWER)
    invited, confirming = f"mbak.ratna.{uuid7().hex[:8]}@contoh.example", f"pak.joko.{uuid7().hex[:8]}@contoh.example"
    by = shops.principal_of(owner.user, shop)
    async with tenant_scope(shop.tenant.id):
        await invitations.invite(office, by, invited, Role.EDITOR)
        await api_keys.create(by, "Impor harian dari kasir", [Permission.IMPORTS_WRITE, Permission.IMPORTS_READ])
        await audit.record(by, "plugin.switched", "builtin", {"on": True})
    await accounts.sign_up(office, HOME_ORIGIN, email=confirming, name="Pak Joko", password=PASSWORD)
    await accounts.request_reset(office, HOME_ORIGIN, owner.user.email)
    goods = await sold(shop, database)
    values = {
        **goods,
        **await mailed(shop, UUID(goods["customer"]), UUID(goods["done"]), Signer(office.vault)),
        "empty": f"/toko/{empty.tenant.slug}",
        "waiting": await brought(empty, sales_file()),
        "shop": f"/toko/{shop.tenant.slug}",
        "invitation": await link_in_mail(invited, "invitation"),
        "confirm": await link_in_mail(confirming, "confirm"),
        "reset": await link_in_mail(owner.user.email, "reset"),
    }
    return Furnished({"owner": owner, "newcomer": newcomer, "viewer": viewer}, values)


async def sold(shop: Shop, database: Database) -> dict[str, str]:
    """Uploads in every state, segments and reports; what addresses need of them."""
    ids = {"done": await brought(shop, sales_file()), "failed": await brought(shop, ("foto.xlsx", b"no workbook at all"))}
    async with worker(database):
        await until(shop, ids["done"], UploadState.ASKING)
        async with tenant_scope(shop.tenant.id):
            await confirm_upload(UUID(ids["done"]), {"ordered_at.style": "dmy"}, save_mapping=False)
        await until(shop, ids["done"], UploadState.DONE)
        ids["asking"] = await brought(shop, sales_file(name="penjualan-bulan-berikutnya.csv"))
        await until(shop, ids["asking"], UploadState.ASKING)
        await until(shop, ids["failed"], UploadState.FAILED)
        async with tenant_scope(shop.tenant.id):
            ready = await order_report(Kind.XLSX, "id")
        await reported(shop, ready.id)
        ids |= await written(shop)
        ids |= await campaigned(shop)
    async with tenant_scope(shop.tenant.id) as scope:
        await order_report(Kind.PDF, "en")
        queued = await ordering.order(Order(ids["segment"], fresh=True), by=somebody(shop))
        assert isinstance(queued, Queued)
        ids["writing"] = str(queued.job_id)
        order, customer = (await scope.fetch("select id, customer_id from orders where customer_id is not null order by id limit 1"))[0]
        return {**ids, "order": str(order), "customer": str(customer)}


CAMPAIGN = """
    insert into campaigns (tenant_id, id, name, medium, channel, created)
    values (current_setting('app.tenant_id')::uuid, $1, 'Lebaran', 'email', 'outbox_email',
        jsonb_build_object('kind', 'user', 'id', null, 'by', 'Sri', 'at', now()))
"""
MESSAGE = """
    insert into deliveries (tenant_id, id, campaign_id, customer_id, medium, state)
    values (current_setting('app.tenant_id')::uuid, $1, $2, $3, 'email', 'held_out')
"""


async def mailed(shop: Shop, customer: UUID, upload: UUID, signer: Signer) -> dict[str, str]:
    """The links of a message to a customer; what somebody agreed to, what was declared of a file, and addresses that are stopped."""
    campaign, message, tenant = uuid7(), uuid7(), shop.tenant.id
    async with tenant_scope(tenant) as scope:
        await scope.execute(CAMPAIGN, campaign)
        await scope.execute(MESSAGE, message, campaign, customer)
        wording = await keep_wording(Purpose.MARKETING, "Saya mau dikirimi kabar promo lewat WhatsApp.", by="Sri")
        result = (await find_upload(upload)).result
        assert result is not None
        claim = Claim(Medium.WHATSAPP, Purpose.MARKETING, "centang di formulir anggota", dt.date(2026, 1, 5), wording.id)
        await declare(result.id, claim, somebody(shop))
        under_way = await at_work(result.id, somebody(shop))
        await add_suppression(Medium.EMAIL, "pak.joko@contoh.id", by="Sri")
        await complained(Recipient(Medium.WHATSAPP, customer))
    own = signer.sign(LinkKind.PREFERENCES, tenant, customer)
    return {"out": f"{UNSUBSCRIBE}/{signer.sign(LinkKind.UNSUBSCRIBE, tenant, message)}", "own": f"{PREFERENCES}/{own}", **under_way}


async def at_work(import_id: UUID, by: Principal) -> dict[str, str]:
    """Two declarations as of very many customers: one that waits for its job, and one whose job is gone."""
    found = {}
    for name, claim in (
        ("declaring", Claim(Medium.EMAIL, Purpose.MARKETING, "centang di formulir anggota", dt.date(2026, 1, 5))),
        ("stopped", Claim(Medium.EMAIL, Purpose.SERVICE, "waktu memesan lewat chat", dt.date(2026, 1, 5))),
    ):
        declaration = await declare(import_id, claim, by)
        job_id = await enqueue(work_off_declaration, {}, run_at=NEVER) if name == "declaring" else uuid7()
        await current_scope().execute(UNDER_WAY, declaration.id, job_id)
        found[name] = str(declaration.id)
    return found


async def written(shop: Shop) -> dict[str, str]:
    """Drafts for a segment, the first of them changed and talked about, and a prompt of the shop's own; a worker is at it."""
    by = somebody(shop)
    async with tenant_scope(shop.tenant.id):
        segment = max((await past_runs(1))[0].results, key=lambda one: one.customers).segment
        await ordering.order(Order(segment), by=by)
        own = await save_prompt(segment, "id", shipped.template(segment, "id") + "\nSapa dengan Kak.", by="Sri")
    for _ in range(1_200):
        async with tenant_scope(shop.tenant.id):
            if drafts := await review.list_contents():
                first = drafts[-1]
                changed = await review.edit(first.id, 1, replace(first.copy, subject="Kain baru untuk {nama}, diskon 90%"), by=by)
                await review.comment(first.id, "Boleh lebih singkat?", by=by)
                return {"content": str(changed.id), "segment": segment, "prompt": str(own.id)}
        await asyncio.sleep(0.05)
    raise TimeoutError


async def campaigned(shop: Shop) -> dict[str, str]:
    """Campaigns in several states, one of them with everything that can become of a message; a worker is at it."""
    await everybody_agrees(shop)
    async with tenant_scope(shop.tenant.id):
        drafts = await review.list_contents()
    texts = await approved(shop, [draft for draft in drafts if draft.version == 1])
    finished = await begun(shop, await drafted(shop, texts))
    await until_state(shop, finished.id, CampaignState.FINISHED)
    await answered(shop, finished, EventKind.READ, EventKind.CLICKED, EventKind.REPLIED, text="Masih ada yang warna biru?")
    await send_test(shop.tenant.id, Trial(texts[0].id, "outbox_email", "sri@contoh.example"), by=somebody(shop))
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=90)
    scheduled = await begun(shop, await drafted(shop, texts, name="Lebaran"), later)
    late, leaving = [await begun(shop, await drafted(shop, texts, name=name), later) for name in ("Harbolnas", "Tahun baru")]
    draft = await drafted(shop, texts, name="Kabar koleksi baru", medium=Medium.EMAIL)
    async with tenant_scope(shop.tenant.id):
        await current_scope().execute(SHOULD_HAVE_BEGUN, late.id)
        await cancel(leaving.id, by=somebody(shop))  # as it is while very many messages are being cancelled
        await count(leaving.id, [(Place("queued"), 340_000), (Place("cancelled", "campaign"), 660_000)])
        kept = {medium: (await list_outbox(limit=1, medium=medium))[0].id for medium in Medium}
    return {
        "later": f"{later:%Y-%m-%dT%H:%M}",
        "draft": str(draft.id),
        "scheduled": str(scheduled.id),
        "late": str(late.id),
        "leaving": str(leaving.id),
        "finished": str(finished.id),
        "letter": str(kept[Medium.EMAIL]),
        "message": str(kept[Medium.WHATSAPP]),
    }


async def brought(shop: Shop, file: tuple[str, bytes]) -> str:
    """The ID of an upload of ``file``, which waits for a worker."""
    async with tenant_scope(shop.tenant.id):
        return str((await receive([IncomingFile(*file)], by="Sri Wahyuningsih")).id)


async def until(shop: Shop, upload: str, state: UploadState) -> None:
    """Wait for the worker to bring an upload this far."""
    for _ in range(1_200):
        async with tenant_scope(shop.tenant.id):
            if (await find_upload(UUID(upload))).state is state:
                return
        await asyncio.sleep(0.05)
    raise TimeoutError(state)


async def reported(shop: Shop, report: UUID) -> None:
    """Wait until a report is ready."""
    for _ in range(1_200):
        async with tenant_scope(shop.tenant.id):
            if (await find_report(report)).state is State.READY:
                return
        await asyncio.sleep(0.05)
    raise TimeoutError(State.READY)
