"""Takes the pictures of the documentation from a demonstration that runs. Usage: python tools/screenshots.py URL EMAIL PASSWORD [FOLDER].

It goes the ways of ``docs/tutorial``: the account opens a new shop, "Batik Sekar", brings the sample file and looks around; and it sends
the campaign that the sample shop has ready.
Each picture is written with 256 colours, which makes it small.
"""

from __future__ import annotations

import asyncio
import base64
import re
import struct
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from playwright.async_api import Browser, Page

ROOT: Final = Path(__file__).parents[1]
DESK: Final = {"width": 1280, "height": 800}
PHONE: Final = {"width": 360, "height": 740}
TALL: Final = {"width": 1280, "height": 1420}
"""For the README: down to the chart of segments."""
SHOP: Final = "Batik Sekar"
COLLEAGUE: Final = "ratna@contoh.example"
PIXELS: Final = """async (data) => {
    const image = await createImageBitmap(await (await fetch("data:image/png;base64," + data)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const bytes = pen.getImageData(0, 0, image.width, image.height).data;
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return [image.width, image.height, btoa(text)];
}"""
"""Lets the browser decode a picture."""


def indexed(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG of ``pixels`` (height x width x 3) with the 256 colours that say most of it."""
    packed = (pixels.astype(np.uint32) * np.array([65536, 256, 1], dtype=np.uint32)).sum(axis=2)
    colours, inverse, counts = np.unique(packed, return_inverse=True, return_counts=True)
    often = np.argsort(-counts, kind="stable")
    _, first = np.unique(colours[often] & 0xF8F8F8, return_index=True)  # of colours that look alike, the most frequent one
    palette = rgb(colours[often][np.sort(first)[:256]])
    nearest = np.concatenate([distances(part, palette).argmin(axis=1) for part in np.array_split(rgb(colours), 64)]).astype(np.uint8)
    rows = np.pad(nearest[inverse].reshape(packed.shape), ((0, 0), (1, 0)))  # in front of each row: no filter
    header = struct.pack(">IIBBBBB", packed.shape[1], packed.shape[0], 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", palette.astype(np.uint8).tobytes()), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, body) for kind, body in parts)


def rgb(colours: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Packed colours as three columns."""
    return np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(np.int32)


def distances(some: NDArray[np.int32], others: NDArray[np.int32]) -> NDArray[np.int32]:
    """How far each of ``some`` is from each of ``others``, squared."""
    return np.asarray(((some[:, None, :] - others[None, :, :]) ** 2).sum(axis=2), dtype=np.int32)


def chunk(kind: bytes, body: bytes) -> bytes:
    """One part of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


class Album:
    """Takes pictures of one page into ``folder``."""

    def __init__(self, page: Page, darkroom: Page, folder: Path) -> None:
        self._page = page
        self._darkroom = darkroom
        self._folder = folder

    async def take(self, name: str, *, at: str | None = None) -> None:
        """Keep what the page shows as ``name``.png; ``at`` is what to scroll to."""
        await self._page.wait_for_load_state("networkidle")
        if at:
            await self._page.locator(at).first.evaluate("element => { element.scrollIntoView(); scrollBy(0, -24); }")
        await asyncio.sleep(1.2)  # charts are drawn, and come in softly
        shot = base64.b64encode(await self._page.screenshot()).decode()
        width, height, data = await self._darkroom.evaluate(PIXELS, shot)
        pixels = np.frombuffer(base64.b64decode(data), dtype=np.uint8).reshape(height, width, 4)[:, :, :3]
        path = self._folder / f"{name}.png"
        path.write_bytes(indexed(pixels))
        print(path, path.stat().st_size)


async def sign_in(page: Page, url: str, email: str, password: str) -> None:
    """As the person."""
    await page.goto(f"{url}/masuk")
    await page.get_by_label("Email").fill(email)
    await page.get_by_label("Kata sandi", exact=True).fill(password)
    await page.get_by_role("button", name="Masuk").click()
    await page.wait_for_url(f"{url}/toko**")


async def walk(browser: Browser, folder: Path, url: str, email: str, password: str) -> None:
    """The tutorial, on a phone until the shop has sales, and on a desk afterwards."""
    darkroom = await browser.new_page()
    context = await browser.new_context(viewport=PHONE, locale="id-ID", color_scheme="light")  # type: ignore[arg-type] # a plain dict
    page = await context.new_page()
    album = Album(page, darkroom, folder)
    await page.goto(f"{url}/masuk")
    await page.get_by_label("Email").fill(email)
    await album.take("sign-in")
    await sign_in(page, url, email, password)
    await page.set_viewport_size(TALL)  # type: ignore[arg-type] # a plain dict
    await page.goto(f"{url}/toko/batik-contoh/ringkasan")
    await album.take("ringkasan")
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type] # a plain dict
    await page.goto(f"{url}/toko")
    await page.get_by_label("Nama toko").fill(SHOP)
    await page.get_by_role("button", name="Buka toko", exact=True).click()
    await page.wait_for_url("**/unggah")
    shop = page.url.removesuffix("/unggah")
    await album.take("upload")
    await bring_sample(page, album)
    await page.set_viewport_size(DESK)  # type: ignore[arg-type] # a plain dict
    await page.goto(f"{shop}/ringkasan")
    await album.take("overview")
    await page.goto(f"{shop}/pelanggan")
    await page.locator("main table tbody a, main .cards a").first.click()
    await page.wait_for_url("**/pelanggan/*-*")
    await album.take("customer")
    await page.goto(f"{shop}/segmen")
    await album.take("segments")
    await page.goto(f"{shop}/laporan")
    await page.get_by_role("button", name="PDF untuk dibaca").click()
    await page.get_by_role("link", name="Unduh").first.wait_for()
    await album.take("reports")
    await page.goto(f"{shop}/pengaturan/tim")
    await page.get_by_label("Email").fill(COLLEAGUE)
    await album.take("team", at="#undang")
    await page.get_by_role("button", name="Kirim undangan").click()
    await page.get_by_text("Undangan sudah dikirim").first.wait_for()


async def campaigns(browser: Browser, folder: Path, url: str, email: str, password: str) -> None:
    """The tutorial of campaigns, in the demonstration's own shop: what the week has ready, all of it on one page, and what came of it."""
    darkroom = await browser.new_page()
    context = await browser.new_context(viewport=DESK, locale="id-ID", color_scheme="light")  # type: ignore[arg-type] # a plain dict
    page = await context.new_page()
    album = Album(page, darkroom, folder)
    await sign_in(page, url, email, password)
    shop = f"{url}/toko/batik-contoh"
    await page.goto(f"{shop}/kampanye")
    await album.take("campaigns-week")
    ready = page.locator("#siap ~ ul a").first
    address = f"{url}{await ready.get_attribute('href')}"
    await page.goto(f"{address}/periksa?pada=sekarang")
    await album.take("campaigns-check")
    await page.locator("summary", has_text=re.compile("irim$")).click()
    await page.get_by_role("button", name="Ya, kirim").click()
    await page.get_by_text("Selesai").first.wait_for(timeout=600_000)
    await page.locator("dl.figures dd").last.filter(has_text=re.compile("[1-9]")).wait_for(timeout=600_000)
    await page.set_viewport_size(TALL)  # type: ignore[arg-type] # a plain dict
    await album.take("campaigns-results")


async def bring_sample(page: Page, album: Album) -> None:
    """Upload the sample file, check its columns, wait for the result."""
    await page.get_by_role("button", name="contoh").click()
    await page.get_by_role("heading", name="Periksa kolomnya").wait_for()
    await album.take("columns")
    await page.get_by_role("button", name="Masukkan").click()
    await page.get_by_role("heading", name="Penjualan sudah masuk").wait_for()
    await album.take("result")


async def main(url: str, email: str, password: str, folder: str = "docs/pictures") -> None:
    """Take every picture."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=ROOT / ".tools" / "chromium", args=["--no-sandbox"])
        for way in (walk, campaigns):
            await way(browser, ROOT / folder, url.rstrip("/"), email, password)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
