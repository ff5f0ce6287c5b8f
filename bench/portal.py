"""The portal's pages in a browser, in shops of 1 and 1,000,000 customers. Usage: python bench/portal.py FOLDER [SIZE ...].

An embedded server, the web application as the command line makes it, and Chromium as wide as a phone. Each page is asked for twice, as
somebody would come to it: by an address, a form or a link. The table says the milliseconds of the second time until the page and its
scripts have loaded, charts not drawn yet. A picture of each goes to FOLDER, to be looked at: nothing may run out of the screen.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

import uvicorn
from customers import open_shop
from playwright.async_api import async_playwright

from batikrfm.db.database import Database
from batikrfm.plugins import load_plugins
from batikrfm.settings import Settings
from batikrfm.tenancy import find_tenant, open_database
from batikrfm.tenancy.permissions import Role
from batikrfm.web.app import create_app
from batikrfm.web.settings import WebSettings
from batikrfm_tenants import operators, signing_in
from batikrfm_tenants.origins import Origin
from batikrfm_tenants.passwords import Passwords
from batikrfm_tenants.plugin import office_of
from batikrfm_tenants.signing_in import SignedIn

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, ViewportSize

PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
LAUNCHER: Final = Path(__file__).parents[1] / ".tools" / "chromium"
EMAIL: Final = "pemilik@contoh.example"
PATIENCE: Final = 120_000  # milliseconds
Going = Callable[[], Awaitable[object]]


@dataclass
class Walk:
    """Somebody going through a shop's pages."""

    page: Page
    shop: str
    folder: Path
    size: int
    taken: dict[str, float] = field(default_factory=dict)
    wide: list[str] = field(default_factory=list)

    async def look(self, name: str, *going: Going) -> None:
        """Go where ``going`` leads, twice; time the last step of the second time, and keep a picture."""
        began = 0.0
        for _ in range(2):
            for step in going:
                began = time.perf_counter()
                await step()
                await self.page.wait_for_load_state()
            self.taken[name] = (time.perf_counter() - began) * 1_000
        await self.page.wait_for_timeout(1_200)  # charts are drawn, and come in softly
        await self.page.screenshot(path=self.folder / f"{self.size}-{name.replace(' ', '-').replace(',', '')}.png", full_page=True)
        if await self.page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            self.wide.append(name)

    def to(self, path: str) -> Going:
        """To an address of the shop."""
        return lambda: self.page.goto(f"{self.shop}{path}")

    def press(self, button: str) -> Going:
        """A button, until the next page has come."""

        async def pressed() -> None:
            async with self.page.expect_navigation():
                await self.page.locator("main").get_by_role("button", name=button, exact=True).first.click()

        return pressed

    def follow(self, link: str) -> Going:
        """The first link that the selector finds."""

        async def followed() -> None:
            async with self.page.expect_navigation():
                await self.page.locator(link).first.click()

        return followed

    def choose(self, **choices: str) -> Going:
        """Fill fields in by their ids, or choose in a list."""

        async def chosen() -> None:
            for name, value in choices.items():
                element = self.page.locator(f"#{name}")
                if await element.evaluate("one => one.tagName") == "SELECT":
                    await element.select_option(value)
                else:
                    await element.fill(value)

        return chosen


async def walk(way: Walk) -> None:
    """Every page that grows with a shop."""
    many = way.size > 100
    await way.look("overview", way.to("/ringkasan"))
    await way.look("overview, a year", way.to("/ringkasan?hari=365"))
    await way.look("customers", way.to("/pelanggan"))
    await way.look("customers by name", way.to("/pelanggan"), way.choose(urut="name"), way.press("Saring"))
    await way.look("customers, searched", way.to("/pelanggan"), way.choose(cari="budi 77" if many else "sari"), way.press("Cari"))
    await way.look("customers, nobody found", way.to("/pelanggan"), way.choose(cari="zzz"), way.press("Cari"))
    await way.look("one customer", way.to("/pelanggan"), way.follow("tbody th a"))
    await way.look("segments", way.to("/segmen"))
    await way.look("a segment", way.to("/segmen"), way.follow("a[href*='/segmen/']:not([href$=aturan]):not([href$=riwayat])"))
    await way.look("rules", way.to("/segmen/aturan"))
    await way.look("what if", way.to("/segmen/aturan"), way.choose(since_days="365"), way.press("Lihat siapa yang pindah"))
    await way.look("history", way.to("/segmen/riwayat"))
    await way.look("reports", way.to("/laporan"))
    if many:
        await way.look("customers, next page", way.to("/pelanggan"), way.follow("nav a:has-text('Berikutnya')"))
        await way.look("customers of a segment", way.to("/pelanggan"), way.choose(segmen="loyal"), way.press("Saring"))
        await way.look("customers of a cell", way.to("/ringkasan"), way.follow(".score-grid a"))


@contextlib.asynccontextmanager
async def portal(folder: Path, database: Database) -> AsyncIterator[str]:
    """The application on a port of this machine; its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        public = f"http://127.0.0.1:{listener.getsockname()[1]}"
        os.environ.update(BATIKRFM_DATA_DIR=str(folder), BATIKRFM_PUBLIC_URL=public)

        @contextlib.asynccontextmanager
        async def already_open() -> AsyncIterator[Database]:
            yield database

        app = create_app(WebSettings(public_url=public), already_open, load_plugins(only={"builtin", "tenants"}))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", ws="none"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0.01)
        try:
            yield public
        finally:
            server.should_exit = True
            await serving


async def owner_of(tenant_id: UUID) -> tuple[SignedIn, str]:
    """Somebody who owns the shop, signed in; and its address."""
    tenant, password = await find_tenant(str(tenant_id)), operators.new_password()
    email = f"{tenant.slug}.{EMAIL}"
    await operators.add_to_shop(await operators.create_user(Passwords(), email, "Ibu Sri", password), tenant, Role.OWNER)
    signed_in = await signing_in.sign_in(office_of(os.environ), Origin("127.0.0.1", "bench"), email, password)
    if not isinstance(signed_in, SignedIn):
        raise TypeError(signed_in)
    return signed_in, f"/toko/{tenant.slug}"


async def measured(browser: Browser, public: str, pictures: Path, size: int) -> Walk:
    """A walk through a shop of ``size`` customers."""
    signed_in, path = await owner_of(await open_shop(size))
    context = await browser.new_context(viewport=PHONE, locale="id-ID")
    await context.add_cookies([{"name": "session", "value": signed_in.token, "url": public}])
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    way = Walk(page, public + path, pictures, size)
    await walk(way)
    await context.close()
    return way


def table(ways: list[Walk]) -> Iterator[str]:
    """The times, a row for each page."""
    yield "| ms in the browser | " + " | ".join(f"{way.size:,}" for way in ways) + " |"
    yield "|---|" + "---|" * len(ways)
    for name in max((way.taken for way in ways), key=len):
        yield f"| {name} | " + " | ".join(f"{way.taken[name]:.0f}" if name in way.taken else "" for way in ways) + " |"
    yield from (f"Wider than the screen with {way.size:,}: {', '.join(way.wide)}" for way in ways if way.wide)


async def main(pictures: Path, sizes: list[int]) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            open_database(Settings(data_dir=Path(folder))) as database,
            portal(Path(folder), database) as public,
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(executable_path=LAUNCHER, args=["--disable-gpu"])
            ways = [await measured(browser, public, pictures, size) for size in sizes]
            await browser.close()
    print("\n".join(table(ways)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]] or [1, 1_000_000]))
