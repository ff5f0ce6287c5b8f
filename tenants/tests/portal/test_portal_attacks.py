"""Attacks through the portal's own pages: files that carry scripts, formulas and paths, uploads that never end, links used twice."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import tempfile
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pyotp
import pytest

from batikrfm.db.database import Database
from batikrfm.plugins.vault import Vault
from batikrfm.sales.uploads import list_uploads
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import Role
from batikrfm.web.settings import MEGABYTE
from batikrfm_tenants import invitations, memberships, shops
from batikrfm_tenants.mail.outbox import list_outbox
from batikrfm_tenants.office import Office
from batikrfm_tenants.portal.services import Services
from persons import PASSWORD, StandingClock
from portal_site import PUBLIC, AgeSession, Site, application, csrf_of, link_in_mail, new_person, office_at, site_of
from shop_work import ShopWork, open_shop, sales_file, stocked, words_of, worker

if TYPE_CHECKING:
    from playwright.async_api import Browser

FIELDS = ("order", "customer", "email", "product", "status", "channel", "rejected", "header", "file")
RUN = "=HYPERLINK(1)"
STARTS = frozenset("=+-@\t\r")
"""What begins a formula; a telephone number begins with one, too, and is none."""
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")


def poison(field: str) -> str:
    """Breaks out of an attribute, an option and a script, and says where it came from."""
    return f"'\"></option></script><img src=x onerror=alert(`{field}`)>"


def poisoned_file() -> tuple[str, bytes]:
    """An export that carries a script in everything that is text, and formulas where people are named."""
    text = io.StringIO()
    write = csv.writer(text).writerow
    write(
        ("No Pesanan", "Tanggal", "Nama Pelanggan", "No HP", "Email", "Nama Produk", "Jumlah", "Total", "Status", "Kanal", poison("header"))
    )
    for number in range(12):
        who = poison("customer") if number < 6 else f"{RUN} {number}"
        place = (poison("email"), poison("product"), 1, 50_000 * (1 + number), poison("status"), poison("channel"), RUN)
        write((f"{poison('order')}{number}", f"2026-11-{1 + number:02d}", who, f"0812345{number:05d}", *place))
    for day in (poison("rejected"), RUN):
        write(("A-99", day, RUN, RUN, RUN, RUN, 1, 50_000, "Selesai", RUN, RUN))
    return f"{poison('file').translate({34: None, 47: None})}.csv", text.getvalue().encode()


async def crawled(work: ShopWork, start: str, *, of_each: int = 2) -> dict[str, str]:
    """Every page of the shop that links lead to from ``start``, a few of each kind."""
    waiting, pages, kinds = [start], {}, dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", path.partition("?")[0])
        kinds[kind] = kinds.get(kind, 0) + 1
        if path in pages or kinds[kind] > of_each:
            continue
        answer = await work.site.open(path)
        if answer.headers.get("content-type", "").startswith("text/html"):
            pages[path] = answer.text
            waiting += [link for link in map(unescape, re.findall(r'href="([^"]+)"', answer.text)) if link.startswith(work.path)]
    return pages


@pytest.mark.timeout(300)
async def test_nothing_that_a_file_says_runs_on_any_page(
    site: Site, address: tuple[str, Services], database: Database, browser: Browser
) -> None:
    work = await open_shop(site)
    brought = (await work.bring(poisoned_file())).headers["location"]
    async with worker(database):
        asking = await work.until_settled(brought)
        refused = await site.client.post(brought, data={"csrf": csrf_of(asking), "s0.product": "-", "s0.w0": poison("form")})
        answers = dict.fromkeys(re.findall(r'type="radio" name="(s\d+\.q\d+)"', asking.text), "0")
        await site.client.post(brought, data={"csrf": csrf_of(asking), **answers}, follow_redirects=False)
        result = await work.until_settled(brought)
    assert "Penjualan sudah masuk" in words_of(result)
    found = await work.send("/pelanggan", {"cari": poison("search")}, page="/pelanggan")
    pages = {"asking": asking.text, "refused": refused.text, "result": result.text, "found": found.text}
    pages |= await crawled(work, f"{work.path}/ringkasan") | await crawled(work, f"{work.path}/unggah")
    assert len(pages) > 15
    assert [path for path, text in pages.items() if "<img src=x" in text] == []
    shown = "".join(map(unescape, pages.values()))
    assert [field for field in FIELDS if f"<img src=x onerror=alert(`{field}`)>" not in shown] == []
    assert await run_in_a_browser(browser, address[0], work, [path for path in pages if path.startswith("/")]) == []


async def run_in_a_browser(browser: Browser, public: str, work: ShopWork, paths: list[str]) -> list[str]:
    """What ran or came to be an element of the page."""
    context = await browser.new_context(locale="id-ID")
    await context.add_cookies([{"name": "session", "value": work.owner.token, "url": public}])
    page = await context.new_page()
    ran: list[str] = []
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    for path in paths:
        await page.goto(public + path)
        ran += [path] * await page.locator("img[src=x], [onerror]").count()
    await context.close()
    return ran


async def test_no_cell_of_any_file_that_leaves_comes_alive(site: Site, database: Database) -> None:
    import openpyxl

    from visits import reported

    work = await open_shop(site, f"{RUN} toko")
    await site.send("/akun", {"name": RUN, "language": "id"})
    here = await stocked(work, database, poisoned_file())
    await work.send("/laporan", {"kind": "xlsx", "language": "id"})
    async with tenant_scope(work.shop.tenant.id) as scope:
        report: UUID = await scope.fetchval("select id from report_files")
    async with worker(database):
        await reported(work.shop, report)
    tables = [
        await site.open(f"{here}/ditolak.csv"),
        await work.send("/pelanggan/daftar.csv", page="/pelanggan"),
        await work.open("/pengaturan/catatan.csv"),
    ]
    for table in tables:
        assert RUN in table.text, "there is nothing to be afraid of"
        cells = [cell for row in csv.reader(io.StringIO(table.text.removeprefix("\ufeff"))) for cell in row]
        assert [cell for cell in cells if cell[:1] in STARTS and not NUMBER.fullmatch(cell)] == []
    book = openpyxl.load_workbook(io.BytesIO((await work.open(f"/laporan/{report}/unduh")).content))
    values = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(RUN in str(cell.value) for cell in values)
    assert [cell.value for cell in values if cell.data_type == "f"] == []


# -- uploads


def kept(base: Path) -> set[Path]:
    return {path for folder in base.glob("files[0-9]*") for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def around(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Where uploads wait while they come in, and the folder of all that tests keep."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path, tmp_path_factory.getbasetemp()


async def left(work: ShopWork, around: tuple[Path, Path], before: set[Path]) -> list[object]:
    """What is left of an upload that did not come through."""
    incoming, base = around
    async with tenant_scope(work.shop.tenant.id):
        return [*await list_uploads(10), *incoming.glob("batikrfm-upload-*"), *kept(base) - before]


@pytest.fixture
async def tight(services: Services, database: Database) -> AsyncIterator[ShopWork]:
    """A shop where uploads may weigh one megabyte and be silent for the blink of an eye."""
    async with site_of(application(services, database, upload_limit=MEGABYTE, body_seconds=0.2), services) as site:
        yield await open_shop(site)


HEADERS = {"Content-Type": "multipart/form-data; boundary=batik"}


async def beginning(work: ShopWork) -> bytes:
    """The first part of an upload of one file."""
    token = csrf_of(await work.open("/unggah"))
    value = f'--batik\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n'
    return f'{value}--batik\r\nContent-Disposition: form-data; name="files"; filename="besar.csv"\r\n\r\n'.encode()


async def test_what_is_too_large_is_refused_with_a_sentence_and_nothing_kept(tight: ShopWork, around: tuple[Path, Path]) -> None:
    before, begun = kept(around[1]), await beginning(tight)

    async def endless() -> AsyncIterator[bytes]:
        yield begun
        while True:
            yield b"x" * 100_000

    said = await tight.bring(("besar.csv", b"x" * (MEGABYTE + 1)))
    unsaid = await tight.site.client.post(f"{tight.path}/unggah", content=endless(), headers=HEADERS)
    for answer in (said, unsaid):
        assert answer.status_code == 413
        assert "terlalu besar. Paling besar 1 MB" in words_of(answer)
        assert 'name="files"' in answer.text, "the form is there to try again"
    assert await left(tight, around, before) == []


async def test_a_client_that_falls_silent_leaves_nothing(tight: ShopWork, around: tuple[Path, Path]) -> None:
    before, begun, never = kept(around[1]), await beginning(tight), asyncio.Event()

    async def silent() -> AsyncIterator[bytes]:
        yield begun + b"a,b\r\n"
        await never.wait()

    answer = await tight.site.client.post(f"{tight.path}/unggah", content=silent(), headers=HEADERS)
    assert answer.status_code == 408
    assert await left(tight, around, before) == []


async def test_a_client_that_goes_away_leaves_nothing(tight: ShopWork, around: tuple[Path, Path]) -> None:
    before, begun = kept(around[1]), await beginning(tight)
    events: list[dict[str, Any]] = [
        {"type": "http.request", "body": begun + b"a,b\r\n" * 100_000, "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Any:  # noqa: ANN401 - an ASGI event
        return events.pop(0) if events else {"type": "http.disconnect"}

    async def send(message: Any) -> None:  # noqa: ANN401 - an ASGI event
        sent.append(message.get("status"))

    sent: list[object] = []
    cookie = f"{tight.site.cookie}={tight.owner.token}".encode()
    headers = [(b"host", b"batik.example"), (b"cookie", cookie), (b"content-type", HEADERS["Content-Type"].encode())]
    path = f"{tight.path}/unggah"
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers}
    about = {"http_version": "1.1", "scheme": "https", "root_path": "", "server": ("batik.example", 443), "client": ("203.0.113.7", 1)}
    app: Any = tight.site.app
    await app({**scope, **about, "asgi": {"version": "3.0"}, "state": {}}, receive, send)
    assert events == []
    assert not {200, 303} & set(sent)
    assert await left(tight, around, before) == []


CLIMBING = ["../../../jahat.csv", "..\\..\\jahat.csv", "/tmp/jahat.csv", "C:\\jahat.csv", "..%2f..%2fjahat.csv", "x\x00/../jahat.csv"]  # noqa: S108 - it is the attack


@pytest.mark.parametrize("name", CLIMBING)
async def test_a_name_leads_to_no_other_folder(site: Site, around: tuple[Path, Path], name: str) -> None:
    work = await open_shop(site)
    before = kept(around[1])
    brought = await work.bring((name, sales_file()[1]))
    if brought.status_code == 303:
        new = kept(around[1]) - before
        assert len(new) == 1
        assert {path.relative_to(around[1]).parts[1] for path in new} == {str(work.shop.tenant.id)}
        assert not any("jahat" in str(path) for path in new)
        assert "../" not in words_of(await work.open("/unggah"))
    else:
        assert brought.status_code in {400, 422}
        assert await left(work, around, before) == []


async def test_a_packed_name_leads_to_no_other_folder(site: Site, around: tuple[Path, Path], database: Database) -> None:
    work = await open_shop(site)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("../../../jahat.csv", "/jahat.csv", "baik.csv"):
            archive.writestr(name, sales_file()[1])
    here = (await work.bring(("penjualan.zip", packed.getvalue()))).headers["location"]
    async with worker(database):
        page = await work.until_settled(here)
    assert page.status_code == 200
    assert list(around[1].rglob("jahat.csv")) == []
    assert not any(path.name == "jahat.csv" for path in Path("/").iterdir())  # noqa: ASYNC240 - a short list


# -- doors


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def office(vault: Vault, database: Database, clock: StandingClock) -> Office:  # noqa: ARG001 - it is open
    return replace(office_at(PUBLIC, vault), clock=clock)


async def test_a_code_that_was_seen_over_a_shoulder_is_worth_nothing(site: Site, clock: StandingClock) -> None:
    who = await new_person(site.services.office)
    site.sign_in(who)
    begun = await site.send("/akun/totp", page="/akun/keamanan")
    (secret,) = re.findall(r'<code class="font-mono font-semibold">([A-Z2-7 ]+)</code>', begun.text)
    phone = pyotp.TOTP(secret.replace(" ", ""))
    enrolled = phone.at(clock.now())
    assert (await site.send("/akun/totp/selesai", {"code": enrolled}, page="/akun")).status_code == 200

    async def sign_in(code: str) -> int:
        site.sign_in(None)
        assert (await site.send("/masuk", {"email": who.user.email, "password": PASSWORD})).headers["location"].startswith("/masuk/kode")
        return (await site.send("/masuk/kode", {"code": code})).status_code

    assert await sign_in(enrolled) == 422
    clock.pass_time(30)
    code = phone.at(clock.now())
    assert await sign_in(code) == 303
    assert await sign_in(code) == 422
    assert site.cookie not in site.client.cookies
    clock.pass_time(30)
    assert await sign_in(code) == 422, "it is still within the time that a slow clock is given"
    assert await sign_in(phone.at(clock.now())) == 303


async def test_an_invitation_lets_one_person_in_once(site: Site) -> None:
    owner, invited, thief = [await new_person(site.services.office) for _ in range(3)]
    shop = await shops.create_shop(owner.user, "Batik Undangan")
    async with tenant_scope(shop.tenant.id):
        await invitations.invite(site.services.office, shops.principal_of(owner.user, shop), invited.user.email, Role.ADMIN)
    link = f"/undangan/{await link_in_mail(invited.user.email, 'invitation')}"
    site.sign_in(thief)
    assert (await site.send(link, page="/akun")).status_code in {403, 404, 422}
    site.sign_in(invited)
    assert (await site.send(link)).headers["location"] == f"/toko/{shop.tenant.slug}"
    for who in (thief, invited):
        site.sign_in(who)
        assert (await site.open(link)).headers["location"] == "/toko"
        assert (await site.send(link, page="/akun")).headers["location"] == "/toko"
    site.sign_in(None)
    signed_up = await site.send(f"{link}/daftar", {"name": "Maling", "password": PASSWORD}, page="/masuk")
    assert signed_up.headers["location"] in {link, "/masuk"}
    assert site.cookie not in site.client.cookies
    async with tenant_scope(shop.tenant.id):
        members = {member.email for member in await memberships.list_members()}
    assert members == {owner.user.email, invited.user.email}


@pytest.mark.parametrize(
    "then", ["https://jahat.example", "//jahat.example", "/\\jahat.example", "/\t/jahat.example", "javascript:alert(1)"]
)
async def test_no_way_back_leads_elsewhere(site: Site, age_session: AgeSession, then: str) -> None:
    who = await new_person(site.services.office)
    shop = await shops.create_shop(who.user, "Batik Jalan Pulang")
    site.sign_in(who)
    asked = await site.client.get("/akun/buktikan", params={"next": then})
    assert 'name="next" value="/akun"' in asked.text
    assert (await site.send("/akun/buktikan", {"proof": PASSWORD, "next": then})).headers["location"] == "/akun"
    await age_session(who)
    page = f"/toko/{shop.tenant.slug}/pengaturan/keamanan"
    headers = {"Referer": f"{PUBLIC}/{then}", "HX-Current-URL": then}
    headers = {name: value.replace("\t", "%09") for name, value in headers.items()}
    sent = await site.send(f"/toko/{shop.tenant.slug}/pengaturan/hapus", {"name": "x"}, page=page, **headers)
    came_back = re.sub(r"^/akun/buktikan(\?next=)?", "", sent.headers["location"])
    assert re.match(r"$|/(?![/\\])", unescape(came_back)), came_back


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "Forwarded"])
async def test_a_forged_host_gets_into_no_mail(site: Site, header: str) -> None:
    who = await new_person(site.services.office)
    forged = "host=jahat.example" if header == "Forwarded" else "jahat.example"
    assert (await site.send("/lupa-sandi", {"email": who.user.email}, **{header: forged})).status_code == 303
    mails = [mail.text for mail in await list_outbox(10_000) if mail.recipient == who.user.email and mail.kind == "reset"]
    assert len(mails) == 1
    assert "jahat.example" not in mails[0]
    assert f"{PUBLIC}/sandi-baru/" in mails[0]


async def test_a_session_of_somebody_elses_is_not_what_one_signs_in_with(site: Site) -> None:
    mallory, victim = await new_person(site.services.office), await new_person(site.services.office)
    site.sign_in(mallory)
    await site.send("/masuk", {"email": victim.user.email, "password": PASSWORD}, page="/akun")
    assert site.client.cookies[site.cookie] not in {mallory.token, victim.token}
    assert victim.user.email in (await site.open("/akun")).text
    site.sign_in(mallory)
    assert (await site.open("/akun")).headers["location"].startswith("/masuk"), "what was planted is good for nothing any more"
