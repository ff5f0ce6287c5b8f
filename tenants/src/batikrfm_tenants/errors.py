"""What can go wrong between a person and their account, in sentences for that person.

None of them says whether an address has an account, but to somebody who has shown that it is theirs.
"""

from __future__ import annotations

from batikrfm.sdk.errors import BatikError, InputError, NotFoundError, SetupError
from batikrfm.sdk.text import Text


class EmailError(InputError):
    """What was typed is no mail address."""

    text = Text(
        id="Alamat emailnya belum benar; tulis seperti nama@contoh.com.",
        en="That is not an email address yet; write it like name@example.com.",
    )


class PersonNameError(InputError):
    """Values: longest."""

    text = Text(
        id="Tulis nama dalam satu baris, paling panjang {longest} huruf, tanpa alamat web.",
        en="Write a name on one line, at most {longest} characters, without a web address.",
    )


class WeakPasswordError(InputError):
    """Values: none; each way to be weak is a class of its own below."""


class ShortPasswordError(WeakPasswordError):
    """Values: shortest."""

    text = Text(
        id="Kata sandinya terlalu pendek; pakai paling sedikit {shortest} karakter, misalnya beberapa kata yang tidak berhubungan.",
        en="That password is too short; use at least {shortest} characters, such as a few words that have nothing in common.",
    )


class LongPasswordError(WeakPasswordError):
    """Values: longest."""

    text = Text(
        id="Kata sandinya terlalu panjang; paling banyak {longest} karakter.",
        en="That password is too long; use at most {longest} characters.",
    )


class GuessablePasswordError(WeakPasswordError):
    """It is on a list of common or breached passwords, or made of what is known of the person."""

    text = Text(
        id="Kata sandi ini mudah ditebak. Coba gabungkan empat kata yang tidak berhubungan, yang tidak memuat nama atau email Anda.",
        en="That password is easy to guess. Try four words that have nothing to do with each other, none of them your name or address.",
    )


class WrongCredentialsError(InputError):
    """Address or password; which, is not said."""

    text = Text(
        id="Email atau kata sandinya tidak cocok. Coba lagi, atau buat kata sandi baru lewat “Lupa sandi”.",
        en="Email and password do not match. Try again, or choose a new password through “Forgot password”.",
    )


class WrongProofError(InputError):
    """A password or code of somebody whom we know already."""

    text = Text(id="Belum cocok; periksa lalu coba lagi.", en="That is not right; check it and try again.")


class WrongCodeError(WrongProofError):
    """A one-time code."""

    text = Text(
        id="Kodenya tidak cocok atau sudah dipakai; tunggu kode berikutnya di aplikasi Anda, lalu coba lagi.",
        en="That code is wrong or was used already; wait for the next one in your app and try again.",
    )


class NotConfirmedError(InputError):
    """The address still has to be confirmed."""

    text = Text(
        id="Email Anda belum dikonfirmasi. Kami baru saja mengirim tautannya lagi; buka dari kotak masuk Anda.",
        en="Your address is not confirmed yet. We have just sent the link again; open it from your inbox.",
    )


class TooManyAttemptsError(BatikError):
    """Values: minutes. ``retry_after`` in seconds is for the ``Retry-After`` header (status 429)."""

    text = Text(
        id="Terlalu banyak percobaan. Tunggu sekitar {minutes} menit lalu coba lagi; perangkat yang biasa Anda pakai tetap bisa masuk.",
        en="Too many attempts. Wait about {minutes} minutes and try again; a device that you use regularly still gets in.",
    )

    def __init__(self, retry_after: float) -> None:
        self.retry_after = max(1, round(retry_after))
        super().__init__(minutes=-(-self.retry_after // 60))


class LinkExpiredError(InputError):
    """A link of a mail, or the step between password and code."""

    text = Text(
        id="Tautan ini sudah dipakai atau sudah kedaluwarsa; minta yang baru.",
        en="This link was used already or is too old; ask for a new one.",
    )


class StepUpNeededError(BatikError):
    """The session is not fresh: ask for password or code, then do it again (status 403, with a form)."""

    text = Text(
        id="Demi keamanan, buktikan dulu bahwa ini benar Anda.",
        en="To be safe, show first that it is really you.",
    )


class AlreadyOnError(InputError):
    """TOTP is on."""

    text = Text(id="Verifikasi dua langkah sudah aktif.", en="Two-step sign-in is on already.")


class NotOnError(InputError):
    """TOTP is off."""

    text = Text(id="Verifikasi dua langkah belum aktif.", en="Two-step sign-in is not on.")


class NotBegunError(InputError):
    """There is no TOTP set-up to finish."""

    text = Text(
        id="Penyiapan verifikasi dua langkah belum dimulai atau sudah lewat waktunya; mulai dari awal.",
        en="Setting up two-step sign-in was not begun or took too long; start over.",
    )


class MemberNotFoundError(NotFoundError):
    """No such member in this shop."""

    text = Text(id="Anggota tim itu tidak ada di toko ini.", en="There is no such member in this shop.")


class NotYoursToGiveError(BatikError):
    """Somebody tried to give more than they have (status 403)."""

    text = Text(
        id="Peran Anda di toko ini tidak cukup untuk itu; minta pemilik toko melakukannya.",
        en="Your role in this shop is not enough for that; ask an owner of the shop to do it.",
    )


class LastOwnerError(InputError):
    """Nobody would own the shop."""

    text = Text(
        id="Toko harus punya pemilik. Jadikan orang lain pemilik dulu, baru lakukan ini.",
        en="A shop needs an owner. Make somebody else an owner first.",
    )


class OnlyOwnerError(InputError):
    """Values: shops, their names. An account cannot go while they have no other owner."""

    text = Text(
        id="Hanya Anda pemilik {shops}. Jadikan orang lain pemilik, atau hapus tokonya, baru hapus akun Anda.",
        en="You are the only owner of {shops}. Make somebody else an owner, or delete the shop, before you delete your account.",
    )


class TooManyShopsError(InputError):
    """Values: most."""

    text = Text(
        id="Satu orang bisa punya paling banyak {most} toko. Hapus toko yang tidak dipakai lagi, atau minta pengelola menaikkan batasnya.",
        en="One person can own at most {most} shops. Delete one that is not used any more, or ask whoever runs BatikRFM for more.",
    )


class ShopLimitError(SetupError):
    """Values: given."""

    text = Text(
        id="BATIKRFM_SHOPS_PER_PERSON tidak bisa dibaca: {given}. Tulis bilangan bulat mulai dari 1.",
        en="BATIKRFM_SHOPS_PER_PERSON cannot be read: {given}. Write a whole number from 1.",
    )


class AlreadyMemberError(InputError):
    """Somebody with this address is in the team."""

    text = Text(id="Orang dengan email itu sudah ada di tim ini.", en="Somebody with that address is in this team already.")


class InvitationNotFoundError(NotFoundError):
    """No such open invitation in this shop."""

    text = Text(id="Undangan itu tidak ada atau sudah dipakai.", en="There is no such invitation, or it was used already.")


class NotYourInvitationError(InputError):
    """It is bound to another address."""

    text = Text(
        id="Undangan ini dikirim ke alamat email lain. Masuk dengan alamat itu, atau minta diundang dengan alamat Anda yang ini.",
        en="This invitation was sent to another address. Sign in with that one, or ask to be invited with yours.",
    )


class HaveAccountError(InputError):
    """Said to somebody who holds a link from that address's mailbox."""

    text = Text(
        id="Alamat ini sudah punya akun; masuk dulu, lalu buka undangannya lagi.",
        en="This address has an account already; sign in, then open the invitation again.",
    )


class KeyNameError(InputError):
    """Values: longest."""

    text = Text(
        id="Beri kunci ini nama dalam satu baris, paling panjang {longest} huruf, misalnya untuk apa kunci ini dipakai.",
        en="Give the key a name on one line, at most {longest} characters, such as what it is for.",
    )


class KeyExpiryError(InputError):
    """The expiry is not in the future."""

    text = Text(id="Tanggal kedaluwarsa kunci harus di masa depan.", en="A key has to expire in the future.")


class NoPermissionsError(InputError):
    """A key that can do nothing."""

    text = Text(id="Pilih paling sedikit satu izin untuk kunci ini.", en="Choose at least one thing that the key may do.")


class KeyNotFoundError(NotFoundError):
    """No such key in this shop."""

    text = Text(id="Kunci API itu tidak ada di toko ini.", en="There is no such API key in this shop.")


class OidcSettingsError(SetupError):
    """Values: variable."""

    text = Text(
        id="{variable} belum diisi atau tidak benar; isi ISSUER (https://...), CLIENT_ID, dan CLIENT_SECRET bersama-sama.",
        en="{variable} is missing or wrong; ISSUER (https://...), CLIENT_ID and CLIENT_SECRET go together.",
    )


class OidcError(InputError):
    """Signing in by somebody else did not work; each reason is a class below."""


class ProviderDownError(OidcError):
    """Values: provider."""

    text = Text(
        id="{provider} sedang tidak bisa dihubungi; coba lagi sebentar lagi, atau masuk dengan kata sandi.",
        en="{provider} cannot be reached just now; try again in a moment, or sign in with a password.",
    )


class SignInCancelledError(OidcError):
    """The person said no, over there."""

    text = Text(
        id="Anda batal masuk; tidak apa-apa, coba lagi kapan saja.", en="You did not go through with it; try again whenever you like."
    )


class ForgedAnswerError(OidcError):
    """State, nonce, signature, issuer, audience or time do not fit, or the answer came twice."""

    text = Text(
        id="Jawaban dari penyedia akun tidak bisa dipastikan asli atau sudah dipakai; mulai masuk dari awal.",
        en="The answer of the account's provider cannot be trusted or was used already; start signing in again.",
    )


class UnverifiedEmailError(OidcError):
    """The provider does not vouch for the address."""

    text = Text(
        id="Penyedia akun itu belum memastikan alamat email Anda; konfirmasikan di sana dulu, atau daftar dengan kata sandi.",
        en="That provider has not verified your address; confirm it over there first, or sign up with a password.",
    )


class IdentityTakenError(OidcError):
    """The account elsewhere belongs to another person here."""

    text = Text(
        id="Akun itu sudah dipakai untuk masuk oleh orang lain di sini.",
        en="That account is used by another person here.",
    )


class LastWayInError(InputError):
    """Without it the person could not sign in any more."""

    text = Text(
        id="Ini satu-satunya cara Anda masuk; buat kata sandi dulu, baru lepaskan.",
        en="This is your only way in; choose a password first.",
    )


class MailUrlError(SetupError):
    """Values: none, for the URL holds a password."""

    text = Text(
        id="BATIKRFM_MAIL_URL tidak benar; tulis outbox: atau smtp://pengguna:sandi@server:587?tls=starttls&from=alamat@toko.com.",
        en="BATIKRFM_MAIL_URL is wrong; write outbox: or smtp://user:password@server:587?tls=starttls&from=address@shop.com.",
    )


class UserNotFoundError(NotFoundError):
    """Values: email. For operators only."""

    text = Text(
        id="Tidak ada akun dengan alamat {email}; lihat yang ada dengan `batikrfm user list`.",
        en="There is no account with the address {email}; see those that exist with `batikrfm user list`.",
    )


class UserExistsError(InputError):
    """Values: email. For operators only."""

    text = Text(id="Akun {email} sudah ada.", en="The account {email} exists already.")
