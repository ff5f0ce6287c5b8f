"""A shop in the portal for tests: opened, given files, its jobs worked off, its pages read."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet

from batikrfm.content.chain import Providers, opened_providers
from batikrfm.db.database import Database
from batikrfm.jobs.running import WorkerOptions, run_worker
from batikrfm.plugins import load_plugins
from batikrfm.plugins.http import open_http
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import PluginContext
from batikrfm_tenants import shops
from batikrfm_tenants.shops import Shop
from batikrfm_tenants.signing_in import SignedIn
from portal_site import Site, csrf_of, new_person

if TYPE_CHECKING:
    import httpx

NASTY = '<script>alert("x")</script>'
HEADER = f"Tanggal,Nama Pelanggan,No HP,Produk,Jumlah,Total,Status,Catatan {NASTY}"
Upload = tuple[str, bytes]


@dataclass
class ShopWork:
    """A shop and its owner, who is signed in at ``site``."""

    site: Site
    owner: SignedIn
    shop: Shop

    @property
    def path(self) -> str:
        return f"/toko/{self.shop.tenant.slug}"

    async def open(self, path: str, **headers: str) -> httpx.Response:
        return await self.site.open(self.path + path, **headers)

    async def send(self, path: str, values: Mapping[str, object] | None = None, *, page: str | None = None) -> httpx.Response:
        return await self.site.send(self.path + path, values, page=None if page is None else self.path + page)

    async def bring(self, *files: Upload) -> httpx.Response:
        """Upload ``files`` by the form of the start page, as a browser sends it: one part without a name where none was chosen."""
        token = csrf_of(await self.open("/unggah"))
        parts = [f'name="csrf"\r\n\r\n{token}'.encode()]
        parts += [f'name="files"; filename="{name}"\r\n\r\n'.encode() + data for name, data in files or (("", b""),)]
        body = b"".join(b"--batik\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--batik--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=batik"}
        return await self.site.client.post(f"{self.path}/unggah", content=body, headers=headers, follow_redirects=False)

    async def until_settled(self, path: str) -> httpx.Response:
        """The page at ``path`` (a whole address) once it no longer waits for a job, following where it leads."""
        for _ in range(600):
            answer = await self.site.open(path)
            if answer.status_code in {302, 303}:
                path = answer.headers["location"]
            elif 'id="kemajuan"' not in answer.text and 'hx-trigger="every' not in answer.text:
                return answer
            await asyncio.sleep(0.05)
        raise TimeoutError(path)


async def open_shop(site: Site, name: str = "Batik Sekar") -> ShopWork:
    """A new shop of a new person, who is signed in."""
    owner = await new_person(site.services.office)
    site.sign_in(owner)
    return ShopWork(site, owner, await shops.create_shop(owner.user, name))


@contextlib.asynccontextmanager
async def writers(*plugins: str) -> AsyncIterator[None]:
    """Who writes words for as long as the block lasts: the built-in template, and no vendor."""
    settings = PluginSettings(load_plugins(only={"builtin", *plugins}), Vault([Fernet.generate_key().decode()]), {})
    context = PluginContext(language="id", log=logging.getLogger(__name__), http=open_http)
    async with opened_providers(Providers(settings, context, {})):
        yield


@contextlib.asynccontextmanager
async def worker(database: Database, *plugins: str) -> AsyncIterator[None]:
    """Works jobs off for as long as the block lasts, with these ``plugins`` beside the built-in one."""
    stop = asyncio.Event()
    working = asyncio.create_task(run_worker(database, stop, WorkerOptions(slots=2, lease=30.0, poll=0.05, grace=5.0)))
    async with writers(*plugins):
        try:
            yield
        finally:
            stop.set()
            await working


async def stocked(work: ShopWork, database: Database, *files: Upload) -> str:
    """Bring ``files`` (or one of ours), answer what is asked by the first answer, wait for the segments; the upload's address."""
    here: str = (await work.bring(*(files or (sales_file(),)))).headers["location"]
    async with worker(database):
        page = await work.until_settled(here)
        values = {
            "csrf": csrf_of(page),
            "save_mapping": "on",
            **dict.fromkeys(re.findall(r'type="radio" name="(s\d+\.q\d+)"', page.text), "0"),
        }
        assert (await work.site.client.post(here, data=values, follow_redirects=False)).status_code == 303
        await work.until_settled(here)
    return here


_SHARED: list[tuple[SignedIn, Shop]] = []


async def shared_shop(site: Site, database: Database) -> ShopWork:
    """A shop with sales and segments for tests that only read, made once in each process; its owner is signed in."""
    if not _SHARED:
        made = await open_shop(site)
        await stocked(made, database)
        _SHARED.append((made.owner, made.shop))
    ((owner, shop),) = _SHARED
    site.sign_in(owner)
    return ShopWork(site, owner, shop)


def sales_file(rows: Sequence[str] = (), *, customers: int = 12, name: str = "penjualan.csv") -> Upload:
    """A file that leaves one thing open (day or month first?) and has everything that can become of a row."""
    lines = [HEADER]
    for number in range(customers):
        lines += [
            f"{1 + month:02d}/0{1 + number % 9}/2026,{NASTY if number == 0 else f'Ibu {number}'},08123450{number:04d},"
            f"Kain {NASTY if number == 0 else 'Parang'},1,{(number + 1) * 50_000},Selesai,"
            for month in range(1 + number % 5)
        ]
    lines += ["02/03/2026,Pak Batal,081298765432,Kain,1,75000,Batal,", "02/03/2026,Bu Ragu,081298765433,Kain,1,75000,Entahlah,"]
    lines += ["bukan tanggal,=cmd()|x,081298765434,Kain,1,75000,Selesai,", *rows]
    return name, "\r\n".join(lines).encode()


def words_of(page: httpx.Response) -> str:
    """What a reader sees: the text of the page without its markup."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
