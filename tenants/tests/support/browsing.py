"""What people do in a browser, for tests: sign up, join a shop, change the language, wait for words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persons import OTHER_PASSWORD, PASSWORD

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page, ViewportSize

PHONE: ViewportSize = {"width": 360, "height": 740}


async def sign_up(page: Page, public: str, email: str) -> None:
    """Sign up, open the link of the outbox, confirm."""
    await page.goto(f"{public}/daftar")
    await page.get_by_label("Nama Anda").fill("Bu Sri")
    await page.get_by_label("Email").fill(email)
    await page.get_by_label("Kata sandi", exact=True).fill("12345")
    await page.get_by_role("button", name="Buat akun").click()
    await said(page, "Kata sandinya terlalu pendek")
    assert await page.get_by_label("Email").input_value() == email
    await page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Buat akun").click()
    await page.get_by_role("link", name="Buka kotak keluar").click()
    await letter(page, email).get_by_role("link").click()
    await page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Konfirmasi dan masuk").click()
    await page.wait_for_url("**/toko")


async def join(page: Page, public: str, email: str) -> None:
    """Open the invitation of the outbox, make an account, accept."""
    await page.goto(f"{public}/kotak-keluar")
    await letter(page, email).get_by_role("link").click()
    await page.get_by_label("Nama Anda").fill("Mbak Ratna")
    await page.get_by_label("Kata sandi", exact=True).fill(OTHER_PASSWORD)
    await page.get_by_role("button", name="Buat akun").click()
    await page.get_by_role("button", name="Terima undangan").click()


async def speak_english(page: Page, shop: str) -> None:
    """Switch the language, which the account keeps."""
    await page.goto(f"{shop}/pengaturan")
    await page.locator("header details").last.locator("summary").click()
    await page.get_by_role("button", name="English").click()
    await page.get_by_role("heading", name="Settings").wait_for()
    assert await page.locator("html").get_attribute("lang") == "en"


def letter(page: Page, email: str) -> Locator:
    """The newest mail to ``email``."""
    return page.locator("article").filter(has_text=email).first


async def said(page: Page, words: str) -> None:
    """Wait until the page says ``words``."""
    await page.get_by_text(words).first.wait_for()
