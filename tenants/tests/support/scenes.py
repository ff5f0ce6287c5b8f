"""What pages answer to a form, and what opens at a tap: nobody finds it by an address. :mod:`visits` has the pages that have one.

A scene is a person going about something in a browser; it yields a name each time that there is something to look at. A new form adds a
scene, or a line to one.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

import pyotp

from batikrfm.db.keys import uuid7
from batikrfm.sales.uploads import find_upload
from batikrfm.tenancy import tenant_scope
from batikrfm_tenants import shops
from batikrfm_tenants.portal.services import Services
from batikrfm_tenants.signing_in import SignedIn
from browsing import letter
from persons import OTHER_PASSWORD, PASSWORD, new_email
from portal_site import new_person
from visits import Furnished

if TYPE_CHECKING:
    from playwright.async_api import Page

LONG: Final = "Pertanggungjawaban Keberlangsungan Ketidakberpihakan Perindustrian"
"""Words as long as Indonesian has them."""


@dataclass
class Stage:
    """Where a scene is played."""

    page: Page
    public: str
    there: Furnished
    services: Services

    async def open(self, path: str) -> None:
        """A page, by its path with names in braces."""
        await self.page.goto(self.public + path.format(**self.there.values))

    async def enter(self, who: SignedIn) -> None:
        """From now on ``who`` is signed in."""
        await self.page.context.add_cookies([{"name": "session", "value": who.token, "url": self.public}])

    async def fill(self, **fields: str) -> None:
        """Type into fields, by their names."""
        for name, value in fields.items():
            await self.page.locator(f"main [name={name}]").first.fill(value)

    async def press(self, button: str) -> None:
        """A button of the page, and wait for what comes of it."""
        await self.page.locator("main").get_by_role("button", name=button, exact=True).first.click()
        await self.page.wait_for_load_state()

    async def said(self, words: str) -> None:
        """Wait until the page says so."""
        await self.page.locator("main").get_by_text(words).first.wait_for()


Scene = Callable[[Stage], AsyncIterator[str]]


async def joining(stage: Stage) -> AsyncIterator[str]:
    email = new_email()
    await stage.open("/daftar")
    await stage.fill(name="lihat https://jahat.example", email="bukan alamat", password="12345")
    await stage.press("Buat akun")
    yield "sign-up-refused"
    await stage.fill(name=LONG, email=email, password=PASSWORD)
    await stage.press("Buat akun")
    await stage.page.get_by_role("heading", name="Cek email Anda").wait_for()
    yield "sign-up-check-mail"
    await stage.page.get_by_text("Suratnya belum datang?").click()
    await stage.fill(email=email)
    await stage.press("Kirim lagi")
    yield "sign-up-sent-again"
    await stage.open("/kotak-keluar")
    await letter(stage.page, email).get_by_role("link").click()
    await stage.fill(password="bukan ini kata sandinya")
    await stage.press("Konfirmasi dan masuk")
    yield "confirm-refused"
    await stage.fill(password=PASSWORD)
    await stage.press("Konfirmasi dan masuk")
    await stage.page.get_by_role("heading", name="Buka toko pertama Anda").wait_for()
    yield "confirmed"
    await stage.fill(name="")
    await stage.press("Buka toko")
    yield "shop-refused"
    await stage.fill(name=f"Toko {LONG}"[:60])
    await stage.press("Buka toko")
    await stage.said("Toko Anda sudah dibuka")
    yield "shop-opened"
    await stage.page.locator("header details").first.locator("summary").click()
    yield "menu-of-shops"
    await stage.page.locator("header details").last.locator("summary").click()
    yield "menu-of-the-person"


async def forgetting(stage: Stage) -> AsyncIterator[str]:
    who = await new_person(stage.services.office)
    await stage.open("/masuk")
    await stage.fill(email=who.user.email, password="bukan ini kata sandinya")
    await stage.press("Masuk")
    yield "sign-in-refused"
    await stage.open("/lupa-sandi")
    await stage.fill(email=who.user.email)
    await stage.press("Kirim tautan")
    await stage.said("tautannya sudah kami kirim")
    yield "reset-sent"
    await stage.open("/kotak-keluar")
    await letter(stage.page, who.user.email).get_by_role("link").click()
    await stage.fill(password="12345")
    await stage.press("Simpan kata sandi")
    yield "reset-refused"
    await stage.fill(password=OTHER_PASSWORD)
    await stage.press("Simpan kata sandi")
    await stage.said("Kata sandi baru sudah tersimpan")
    yield "reset-done"


async def second_step(stage: Stage) -> AsyncIterator[str]:
    who = await new_person(stage.services.office, name=LONG)
    await stage.enter(who)
    await stage.open("/akun/keamanan")
    await stage.press("Aktifkan")
    secret = await stage.page.locator("code").first.inner_text()
    yield "totp-to-scan"
    await stage.fill(code="000000")
    await stage.press("Aktifkan")
    yield "totp-refused"
    phone = pyotp.TOTP(secret.replace(" ", ""))
    await stage.fill(code=phone.now())
    await stage.press("Aktifkan")
    await stage.page.get_by_role("heading", name="Simpan kode pemulihan ini").wait_for()
    yield "recovery-codes"
    await stage.page.get_by_role("link", name="Sudah saya simpan").click()
    yield "totp-on"
    await stage.page.locator("summary", has_text="Matikan").click()
    yield "totp-off-asked"
    await stage.page.context.clear_cookies()
    await stage.open("/masuk")
    await stage.fill(email=who.user.email, password=PASSWORD)
    await stage.press("Masuk")
    yield "sign-in-code"
    await stage.fill(code="000000")
    await stage.press("Lanjut")
    yield "sign-in-code-refused"


async def ones_account(stage: Stage) -> AsyncIterator[str]:
    await stage.enter(await new_person(stage.services.office))
    await stage.open("/akun")
    await stage.fill(name="lihat https://jahat.example")
    await stage.press("Simpan")
    yield "account-refused"
    await stage.fill(name=LONG)
    await stage.press("Simpan")
    await stage.said("Tersimpan")
    yield "account-saved"
    await stage.fill(email=f"{LONG.replace(' ', '').lower()[:60]}.{uuid7().hex}@perusahaan-dagang.contoh.example")
    await stage.press("Kirim tautan")
    await stage.said("Tautannya sudah kami kirim")
    yield "address-sent"
    await stage.open("/akun/keamanan")
    await stage.fill(password="12345")
    await stage.press("Ganti kata sandi")
    yield "password-refused"
    await stage.open("/akun/buktikan")
    await stage.fill(proof="bukan ini kata sandinya")
    await stage.press("Lanjut")
    yield "proof-refused"
    await stage.open("/akun")
    await stage.fill(proof="bukan ini kata sandinya")
    await stage.press("Hapus akun selamanya")
    yield "account-deletion-refused"
    await stage.fill(proof=PASSWORD)
    await stage.press("Hapus akun selamanya")
    await stage.said("Akun Anda sudah dihapus")
    yield "account-deleted"


async def team_and_keys(stage: Stage) -> AsyncIterator[str]:
    await stage.enter(stage.there.people["owner"])
    await stage.open("{shop}/pengaturan/tim")
    await stage.fill(email="bukan alamat")
    await stage.press("Kirim undangan")
    yield "invitation-refused"
    await stage.fill(email=f"{LONG.replace(' ', '').lower()[:60]}.{uuid7().hex}@perusahaan-dagang.contoh.example")
    await stage.press("Kirim undangan")
    await stage.said("Undangan sudah dikirim")
    yield "invitation-sent"
    await stage.page.locator("summary", has_text="Keluarkan").first.click()
    yield "member-removal-asked"
    await stage.open("{shop}/pengaturan/kunci-api")
    await stage.press("Buat kunci")
    yield "key-refused"
    await stage.fill(name=LONG)
    await stage.page.get_by_role("checkbox").first.check()
    await stage.press("Buat kunci")
    await stage.page.locator("#kunci-baru").wait_for()
    yield "key-shown-once"
    await stage.page.get_by_role("link", name="Sudah saya simpan").click()
    await stage.page.locator("summary", has_text="Cabut").first.click()
    yield "key-revocation-asked"


async def settings(stage: Stage) -> AsyncIterator[str]:
    await stage.enter(stage.there.people["owner"])
    await stage.open("{shop}/pengaturan")
    await stage.fill(name="")
    await stage.press("Simpan")
    yield "profile-refused"
    await stage.open("{shop}/pengaturan/keamanan")
    await stage.fill(name="bukan ini namanya")
    await stage.press("Hapus toko selamanya")
    yield "shop-deletion-refused"
    await stage.open("{shop}/pengaturan/plugin/builtin/segmentation_strategies.rfm5")
    await stage.page.locator("main form").last.locator("input:not([type=hidden]):not([type=checkbox]), textarea").first.fill("bukan angka")
    await stage.press("Simpan")
    yield "plugin-refused"


async def uploading(stage: Stage) -> AsyncIterator[str]:
    await stage.enter(stage.there.people["owner"])
    await stage.open("{empty}/unggah")
    await stage.press("Unggah berkas")
    yield "upload-none"
    await stage.page.locator("#files").set_input_files({"name": "catatan.docx", "mimeType": "text/plain", "buffer": b"halo"})
    await stage.press("Unggah berkas")
    yield "upload-of-no-sales"
    await stage.open("{shop}/unggah/{asking}")
    await stage.page.get_by_role("button", name=re.compile("Masukkan")).click()
    await stage.page.locator("#masalah").wait_for()
    yield "upload-unanswered"
    for question in await stage.page.locator("fieldset:has(input[type=radio])").all():
        await question.get_by_role("radio").first.check()
    yield "upload-answered"
    await stage.page.locator("summary", has_text="Batalkan unggahan").click()
    yield "upload-giving-up-asked"
    await half_way(stage)
    await stage.open("{empty}/unggah/{waiting}")
    yield "upload-half-way"


async def half_way(stage: Stage) -> None:
    """As if a worker were in the middle of the upload that waits: nobody can be quick enough to see a real one."""
    visit = await shops.shop_of(stage.there.people["owner"].user, stage.there.values["empty"].rpartition("/")[2])
    assert visit is not None
    async with tenant_scope(visit.shop.tenant.id) as scope:
        job_id = (await find_upload(UUID(stage.there.values["waiting"]))).job_id
        await scope.execute(
            "update jobs set state = 'running', due = false, claim = $2, lease_until = now() + interval '1 hour', started_at = now(), "
            "done = 612345, total = 1000000 where id = $1",
            job_id,
            uuid7(),
        )


async def customers(stage: Stage) -> AsyncIterator[str]:
    await stage.enter(stage.there.people["owner"])
    await stage.open("{shop}/pelanggan")
    await stage.page.get_by_role("searchbox").fill("tidak ada yang bernama begini")
    await stage.page.keyboard.press("Enter")
    await stage.page.wait_for_timeout(500)
    yield "customers-nobody-found"
    await stage.open("{shop}/pelanggan/{customer}")
    await stage.press("Simpan catatan")
    yield "note-refused"
    await stage.fill(note=f"{LONG} {LONG.replace(' ', '')}\nSuka kain parang.")
    await stage.press("Simpan catatan")
    await stage.said("Suka kain parang")
    yield "note-kept"
    await stage.page.get_by_text("Catat jawabannya").click()
    await stage.fill(source=LONG)
    await stage.page.locator("form[action$=izin] button").click()
    yield "consent-kept"


async def what_if(stage: Stage) -> AsyncIterator[str]:
    await stage.enter(stage.there.people["owner"])
    await stage.open("{shop}/segmen/aturan")
    await stage.fill(since_days="nol")
    await stage.press("Lihat siapa yang pindah")
    yield "rules-refused"
    await stage.fill(since_days="")
    await stage.page.locator("input[name=mode]").last.check()
    await stage.press("Lihat siapa yang pindah")
    await stage.said("Belum ada yang disimpan")
    yield "rules-preview"
    await stage.press("Simpan dan hitung ulang")
    yield "segments-counting"
    await stage.open("{shop}/laporan")
    await stage.page.locator("button.order").first.click()
    await stage.page.wait_for_load_state()
    yield "report-ordered"
    await stage.page.locator("summary", has_text="Hapus").first.click()
    yield "report-deletion-asked"


async def campaigning(stage: Stage) -> AsyncIterator[str]:
    await stage.enter(stage.there.people["owner"])
    await stage.open("{shop}/kampanye/baru")
    await stage.page.get_by_label("Segmen tertentu").check()
    await stage.page.get_by_text("Saring lagi").click()
    await stage.fill(name="", spent_least="banyak sekali")
    await stage.page.get_by_role("button", name="Lanjut: apa yang dikirim").click()
    await stage.page.locator("#masalah").wait_for()
    yield "campaign-who-refused"
    await stage.open("{shop}/kampanye/{draft}/apa")
    await stage.page.get_by_label("Coba dulu, lalu kirim yang menang").check()
    for box in await stage.page.locator("input[name=text]").all():
        await box.uncheck()
    await stage.page.get_by_role("button", name="Lanjut: kapan").click()
    await stage.page.locator("#masalah").wait_for()
    yield "campaign-what-refused"
    await stage.open("{shop}/kampanye/{draft}/kapan")
    await stage.page.get_by_label("Pada waktu tertentu").check()
    await stage.fill(date="2020-01-01")
    await stage.page.get_by_label("Batas sendiri untuk kampanye ini").check()
    await stage.page.get_by_label("Jangan kirim pada malam hari").check()
    await stage.page.get_by_role("button", name="Lanjut: periksa").click()
    await stage.page.locator("#masalah").wait_for()
    yield "campaign-when-refused"
    await stage.open("{shop}/kampanye/{draft}/periksa")
    await stage.fill(to="bukan alamat")
    await stage.press("Kirim percobaan")
    yield "campaign-trial-refused"
    await stage.open("{shop}/kampanye/{scheduled}")
    await stage.page.locator("summary", has_text="Batalkan kampanye").click()
    yield "campaign-calling-off-asked"
    await stage.open("{shop}/pengaturan/saluran/outbox_whatsapp")
    await stage.press("Periksa sambungan")
    await stage.said("Tersambung")
    yield "channel-checked"
    await stage.page.locator("summary", has_text="Hentikan dulu").click()
    await stage.press("Hentikan saluran ini")
    await stage.page.locator("#masalah").wait_for()
    yield "channel-stop-refused"
    await stage.open("{shop}/pengaturan/saluran/whatsapp_fonnte")
    await stage.page.locator("summary", has_text="Ubah batas nomor").click()
    await stage.fill(plan="dua puluh", pause_to="3", closes="07:00")
    await stage.press("Simpan batas")
    await stage.page.locator("#masalah").wait_for()
    yield "channel-limits-refused"
    await stage.fill(plan="50, 100", pause_to="30", closes="23:00")
    await stage.press("Simpan batas")
    await stage.said("lebih longgar dari saran kami: ")
    await stage.page.locator("summary", has_text="Ubah batas nomor").click()
    yield "channel-limits-loose"


async def refusals(stage: Stage) -> AsyncIterator[str]:
    """A form that is not ours, a shop that is not one's own, and a mistake of ours (see ``broken`` of the tests)."""
    await stage.enter(stage.there.people["newcomer"])
    await stage.open("{shop}/ringkasan")
    yield "shop-of-others"
    await stage.open("/akun")
    await stage.page.evaluate("document.querySelectorAll('[name=csrf]').forEach((one) => { one.value = 'palsu' })")
    await stage.press("Simpan")
    yield "form-not-ours"
    await stage.open("/akun/keamanan")
    yield "our-mistake"


SCENES: Final[tuple[Scene, ...]] = (
    *(joining, forgetting, second_step, ones_account),
    *(team_and_keys, settings, uploading, customers, what_if, campaigning, refusals),
)
