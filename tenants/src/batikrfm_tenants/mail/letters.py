"""What our mails say. Each is a subject, a few sentences and perhaps a button; two layouts put them into plain text and HTML."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from batikrfm.sdk.text import Language, Text


@dataclass(frozen=True, slots=True)
class Letter:
    """One kind of mail. ``button`` is the label of its link."""

    subject: Text
    sentences: tuple[Text, ...]
    button: Text | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in one language, ready to be sent."""

    subject: str
    text: str
    html: str


NOT_YOU: Final = Text(
    id="Kalau bukan Anda yang memintanya, abaikan saja email ini.",
    en="If it was not you who asked for this, simply ignore this mail.",
)
WAS_IT_YOU: Final = Text(
    id="Kalau ini bukan Anda, segera buat kata sandi baru lewat “Lupa sandi” di halaman masuk.",
    en="If this was not you, choose a new password now through “Forgot password” on the sign-in page.",
)

LETTERS: Final = {
    "confirm": Letter(
        Text(id="Konfirmasi email Anda", en="Confirm your address"),
        (
            Text(
                id="Tinggal satu langkah lagi. Buka tautan ini, lalu ketik kata sandi yang tadi Anda buat. Tautannya berlaku 48 jam.",
                en="One step to go. Open this link and type the password that you chose. The link is good for 48 hours.",
            ),
            NOT_YOU,
        ),
        Text(id="Konfirmasi email", en="Confirm address"),
    ),
    "have_account": Letter(
        Text(id="Anda sudah punya akun", en="You have an account already"),
        (
            Text(
                id="Baru saja ada yang mendaftar dengan alamat email ini, padahal akunnya sudah ada. Silakan langsung masuk.",
                en="Somebody has just signed up with this address, which has an account already. You can simply sign in.",
            ),
            Text(id="Lupa kata sandinya? Buat yang baru dari halaman masuk.", en="Forgotten the password? Choose a new one from there."),
            NOT_YOU,
        ),
        Text(id="Masuk", en="Sign in"),
    ),
    "reset": Letter(
        Text(id="Buat kata sandi baru", en="Choose a new password"),
        (
            Text(
                id="Buka tautan ini untuk membuat kata sandi baru. Berlaku satu jam dan hanya sekali pakai.",
                en="Open this link to choose a new password. It is good for one hour, and once.",
            ),
            NOT_YOU,
        ),
        Text(id="Buat kata sandi baru", en="Choose a new password"),
    ),
    "password_changed": Letter(
        Text(id="Kata sandi Anda sudah diganti", en="Your password was changed"),
        (
            Text(
                id="Kata sandi akun Anda baru saja diganti, dan perangkat lain sudah dikeluarkan.",
                en="The password of your account has just been changed, and other devices were signed out.",
            ),
            WAS_IT_YOU,
        ),
    ),
    "email_change": Letter(
        Text(id="Pakai alamat email ini", en="Use this address"),
        (
            Text(
                id="Buka tautan ini di perangkat tempat Anda sedang masuk, agar akun Anda memakai alamat ini. Berlaku satu jam.",
                en="Open this link on the device where you are signed in, and your account uses this address. It is good for one hour.",
            ),
            NOT_YOU,
        ),
        Text(id="Pakai alamat ini", en="Use this address"),
    ),
    "email_changed": Letter(
        Text(id="Alamat email akun Anda sudah diganti", en="Your account's address was changed"),
        (
            Text(
                id="Akun Anda sekarang memakai alamat email lain; alamat ini tidak dipakai lagi untuk masuk.",
                en="Your account uses another address now; this one is not used to sign in any more.",
            ),
            Text(
                id="Kalau ini bukan Anda, segera hubungi pengelola BatikRFM Anda.",
                en="If this was not you, get in touch with whoever runs your BatikRFM now.",
            ),
        ),
    ),
    "totp_on": Letter(
        Text(id="Verifikasi dua langkah sudah aktif", en="Two-step sign-in is on"),
        (
            Text(
                id="Mulai sekarang, masuk ke akun Anda perlu kode dari aplikasi. Simpan kode pemulihan Anda di tempat aman.",
                en="From now on, signing in takes a code from your app. Keep your recovery codes in a safe place.",
            ),
            WAS_IT_YOU,
        ),
    ),
    "totp_off": Letter(
        Text(id="Verifikasi dua langkah dimatikan", en="Two-step sign-in is off"),
        (
            Text(
                id="Masuk ke akun Anda sekarang cukup dengan kata sandi.",
                en="Signing in to your account takes the password alone now.",
            ),
            WAS_IT_YOU,
        ),
    ),
    "identity_linked": Letter(
        Text(id="Cara masuk baru ditambahkan", en="A new way to sign in was added"),
        (
            Text(
                id="Mulai sekarang Anda juga bisa masuk ke akun ini lewat {provider}.",
                en="From now on you can also sign in to this account by {provider}.",
            ),
            WAS_IT_YOU,
        ),
    ),
    "account_deleted": Letter(
        Text(id="Akun Anda sudah dihapus", en="Your account is deleted"),
        (
            Text(
                id="Akun Anda dan semua cara masuknya sudah dihapus, seperti yang Anda minta. Terima kasih sudah memakai BatikRFM.",
                en="Your account and all its ways to sign in are deleted, as you asked. Thank you for having used BatikRFM.",
            ),
            Text(
                id="Kalau ini bukan Anda, segera hubungi pengelola BatikRFM Anda.",
                en="If this was not you, get in touch with whoever runs your BatikRFM now.",
            ),
        ),
    ),
    "invitation": Letter(
        Text(id="Undangan ke tim {shop}", en="An invitation to the team of {shop}"),
        (
            Text(
                id="{inviter} mengundang Anda bergabung ke tim {shop} di BatikRFM.",
                en="{inviter} invites you to join the team of {shop} on BatikRFM.",
            ),
            Text(
                id="Undangan ini hanya untuk alamat email ini dan berlaku tujuh hari.",
                en="The invitation is for this address only, and good for seven days.",
            ),
            Text(id="Kalau Anda tidak mengenal toko ini, abaikan saja.", en="If you do not know this shop, simply ignore it."),
        ),
        Text(id="Lihat undangan", en="See the invitation"),
    ),
    "news": Letter(
        Text(id="{subject}", en="{subject}"),
        (
            Text(id="{words}", en="{words}"),
            Text(id="Email ini untuk pemilik toko {shop}.", en="This mail is for the owners of the shop {shop}."),
        ),
        Text(id="Buka halamannya", en="Open the page"),
    ),
}
"""The letters by kind."""


def write(kind: str, language: Language, link: str | None = None, **values: str) -> Written:
    """The letter ``kind`` in ``language``. ``values`` fill its placeholders; line ends in them become spaces."""
    letter = LETTERS[kind]
    one_line = {name: " ".join(value.split()) for name, value in values.items()}
    subject = letter.subject.say(language, **one_line)
    page = {
        "subject": subject,
        "sentences": [sentence.say(language, **one_line) for sentence in letter.sentences],
        "button": letter.button.say(language) if letter.button else None,
        "link": link,
        "language": language,
    }
    return Written(subject, *(_layouts().get_template(name).render(page) for name in ("letter.txt.j2", "letter.html.j2")))


@functools.cache
def _layouts() -> Environment:
    return Environment(
        loader=PackageLoader("batikrfm_tenants.mail"),
        autoescape=lambda name: name is not None and ".html" in name,  # noqa: S701 - HTML is escaped, plain text is no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
