"""One's own account: name and language; password, second step, sessions, accounts elsewhere; proving who is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from batikrfm.sdk.text import Text
from batikrfm_tenants import accounts, leaving, oidc, sessions, shops, totp
from batikrfm_tenants.errors import LinkExpiredError
from batikrfm_tenants.oidc import Identity, Provider
from batikrfm_tenants.portal import cookies as jar
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk, shown
from batikrfm_tenants.portal.errors import FORM_ERRORS
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.frame import Shop
from batikrfm_tenants.portal.pages.doors import FOR_PEOPLE
from batikrfm_tenants.portal.paths import local
from batikrfm_tenants.sessions import Session
from batikrfm_tenants.users import User

EMPTY = Form()
SAVED = Text(id="Tersimpan.", en="Saved.")
PASSWORD_CHANGED = Text(
    id="Kata sandi baru tersimpan; sesi Anda di perangkat lain sudah diakhiri.",
    en="Your new password is kept; your other sessions have ended.",
)
MAIL_SENT = Text(
    id="Tautannya sudah kami kirim ke alamat baru. Alamat lama tetap dipakai sampai tautan itu dibuka.",
    en="A link is on its way to the new address. The old one counts until that link is opened.",
)
EMAIL_CHANGED = Text(id="Alamat email Anda sudah diganti.", en="Your address has been changed.")
EMAIL_LINK_GONE = Text(
    id="Tautan ini sudah tidak berlaku. Minta yang baru di sini.", en="This link is no longer good. Ask for a new one here."
)
TOTP_OFF = Text(id="Verifikasi dua langkah dimatikan.", en="Two-step sign-in is off.")
SESSION_ENDED = Text(id="Sesi itu sudah diakhiri.", en="That session has ended.")
SESSIONS_ENDED = Text(id="Semua sesi lain sudah diakhiri.", en="All other sessions have ended.")
DELETED = Text(
    id="Akun Anda sudah dihapus. Terima kasih sudah memakai BatikRFM.", en="Your account is deleted. Thank you for having used BatikRFM."
)
UNLINKED = Text(id="Akun itu sudah dilepas.", en="That account is no longer linked.")


@dataclass(frozen=True, kw_only=True)
class AccountPage(Page):
    """Name, language and address."""

    template: ClassVar[str] = "account/page.html"
    form: Form = field(metadata={"help": "The profile's form as it was sent."})
    address: Form = field(metadata={"help": "The new address's form as it was sent."})
    leave: Form = field(metadata={"help": "The form that deletes the account as it was sent."})
    user: User = field(metadata={"help": "Who is signed in."})
    alone: tuple[Shop, ...] = field(metadata={"help": "Shops that only this person owns: they stand in the way of deleting the account."})


@dataclass(frozen=True, kw_only=True)
class SecurityPage(Page):
    """Everything about getting in: password, second step, sessions, accounts elsewhere."""

    template: ClassVar[str] = "account/security.html"
    form: Form = field(metadata={"help": "The form of a new password."})
    user: User = field(metadata={"help": "Who is signed in."})
    here: UUID = field(metadata={"help": "This browser's session."})
    sessions: tuple[Session, ...] = field(metadata={"help": "The person's live sessions, the one used last first."})
    identities: tuple[Identity, ...] = field(metadata={"help": "Accounts elsewhere by which the person signs in."})
    providers: tuple[Provider, ...] = field(metadata={"help": "Where one could link an account."})
    codes_left: int = field(metadata={"help": "Recovery codes that are not used yet; 0 where the second step is off."})


@dataclass(frozen=True, kw_only=True)
class TotpPage(Page):
    """Setting up the second step."""

    template: ClassVar[str] = "account/totp.html"
    form: Form = field(metadata={"help": "The form as it was sent."})
    secret: str = field(metadata={"help": "The secret to type by hand, in groups of four; empty after a wrong code."})
    picture: Markup = field(metadata={"help": "The QR code as an svg element; empty after a wrong code."})


@dataclass(frozen=True, kw_only=True)
class RecoveryPage(Page):
    """Recovery codes, shown once."""

    template: ClassVar[str] = "account/recovery.html"
    codes: tuple[str, ...] = field(metadata={"help": "The codes; nobody can show them again."})


@dataclass(frozen=True, kw_only=True)
class ProofPage(Page):
    """Before dangerous work: password or code once more."""

    template: ClassVar[str] = "account/proof.html"
    form: Form = field(metadata={"help": "The form as it was sent."})
    user: User = field(metadata={"help": "Who is signed in; with a second step they are asked for a code."})
    then: str = field(metadata={"help": "The page to go back to."})


@dataclass(frozen=True, kw_only=True)
class NewAddressPage(Page):
    """The link in the mail to a new address was opened."""

    template: ClassVar[str] = "account/new_address.html"
    token: str = field(metadata={"help": "The link's token."})


async def account_page(desk: Desk, form: Form = EMPTY, address: Form = EMPTY, leave: Form = EMPTY) -> AccountPage:
    """The page with the one of its forms that was sent."""
    return AccountPage(
        form=form, address=address, leave=leave, user=desk.user, alone=tuple(shown(shop) for shop in await shops.owned_alone(desk.user))
    )


@get("/akun", opt=FOR_PEOPLE)
async def account(desk: Desk) -> Response[str]:
    """Who one is."""
    return desk.show(await account_page(desk))


@post("/akun", opt=FOR_PEOPLE)
async def account_sent(desk: Desk) -> Response[str]:
    """Keep name and language."""
    form = await desk.form()
    try:
        user = await accounts.change_profile(desk.signed_in, name=form["name"], language="en" if form["language"] == "en" else "id")
    except FORM_ERRORS as error:
        return desk.refuse(await account_page(desk, form.refused_by(error)), error)
    desk.keep(jar.LANGUAGE, user.language)
    return desk.go("/akun", say=SAVED)


@post("/akun/email", opt=FOR_PEOPLE)
async def new_address(desk: Desk) -> Response[str]:
    """Send a link to the new address."""
    form = await desk.form()
    try:
        await accounts.request_email_change(desk.services.office, desk.origin, desk.signed_in, form["email"])
    except FORM_ERRORS as error:
        return desk.refuse(await account_page(desk, address=form.refused_by(error)), error)
    return desk.go("/akun", say=MAIL_SENT)


@get("/akun/email/{token:str}", opt=FOR_PEOPLE)
async def address_link(desk: Desk, token: FromPath[str]) -> Response[str]:
    """The link of that mail. Opening it changes nothing yet."""
    if not await accounts.peek(token, "email"):
        return desk.go("/akun", say=EMAIL_LINK_GONE, tone="warning")
    return desk.show(NewAddressPage(token=token))


@post("/akun/email/{token:str}", opt=FOR_PEOPLE)
async def address_confirmed(desk: Desk, token: FromPath[str]) -> Response[str]:
    """Change the address."""
    try:
        await accounts.confirm_email_change(desk.signed_in, token)
    except LinkExpiredError:
        return desk.go("/akun", say=EMAIL_LINK_GONE, tone="warning")
    return desk.go("/akun", say=EMAIL_CHANGED)


@post("/akun/hapus", opt=FOR_PEOPLE)
async def delete(desk: Desk) -> Response[str]:
    """Delete the account, for who shows once more that it is theirs."""
    form = await desk.form()
    try:
        await leaving.delete_account(desk.services.office, desk.signed_in, form.exactly("proof"))
    except FORM_ERRORS as error:
        return desk.refuse(await account_page(desk, leave=form.refused_by(error)), error)
    desk.forget(jar.SESSION, jar.DEVICE, jar.VISITOR)
    return desk.go("/masuk", say=DELETED)


async def security_page(desk: Desk, form: Form) -> SecurityPage:
    """The page with ``form``."""
    session = desk.signed_in
    return SecurityPage(
        form=form,
        user=desk.user,
        here=session.id,
        sessions=tuple(await sessions.list_sessions(session)),
        identities=tuple(await oidc.list_identities(session)),
        providers=tuple(desk.services.providers.values()),
        codes_left=await totp.recovery_codes_left(session) if desk.user.has_totp else 0,
    )


@get("/akun/keamanan", opt=FOR_PEOPLE)
async def security(desk: Desk) -> Response[str]:
    """How one gets in."""
    return desk.show(await security_page(desk, Form()))


@post("/akun/sandi", opt=FOR_PEOPLE)
async def new_password(desk: Desk) -> Response[str]:
    """Keep a new password; the session goes on under a new token."""
    form = await desk.form()
    try:
        token = await accounts.change_password(desk.services.office, desk.signed_in, form.exactly("password"))
    except FORM_ERRORS as error:
        return desk.refuse(await security_page(desk, form.refused_by(error)), error)
    desk.keep(jar.SESSION, token)
    return desk.go("/akun/keamanan", say=PASSWORD_CHANGED)


@post("/akun/totp", opt=FOR_PEOPLE)
async def begin_totp(desk: Desk) -> Response[str]:
    """A new secret, to be scanned."""
    try:
        enrolment = await totp.begin(desk.services.office, desk.signed_in)
    except FORM_ERRORS as error:
        return desk.refuse(await security_page(desk, Form().refused(error)), error)
    picture = Markup(enrolment.svg)  # noqa: S704 - the service draws it, nobody's text is in it
    return desk.show(TotpPage(form=Form(), secret=enrolment.secret, picture=picture))


@post("/akun/totp/selesai", opt=FOR_PEOPLE)
async def finish_totp(desk: Desk) -> Response[str]:
    """On, once the app gives the right code; the recovery codes are shown now and never again."""
    form = await desk.form()
    try:
        enabled = await totp.finish(desk.services.office, desk.signed_in, form["code"])
    except FORM_ERRORS as error:
        return desk.refuse(TotpPage(form=form.refused_by(error), secret="", picture=Markup()), error)
    desk.keep(jar.SESSION, enabled.token)
    return desk.show(RecoveryPage(codes=enabled.recovery_codes))


@post("/akun/totp/mati", opt=FOR_PEOPLE)
async def disable_totp(desk: Desk) -> Response[str]:
    """Off."""
    desk.keep(jar.SESSION, await totp.disable(desk.signed_in))
    return desk.go("/akun/keamanan", say=TOTP_OFF)


@post("/akun/totp/kode-pemulihan", opt=FOR_PEOPLE)
async def new_recovery_codes(desk: Desk) -> Response[str]:
    """Ten new ones."""
    return desk.show(RecoveryPage(codes=await totp.regenerate_recovery_codes(desk.signed_in)))


@post("/akun/sesi/{session_id:uuid}/akhiri", opt=FOR_PEOPLE)
async def end_session(desk: Desk, session_id: FromPath[UUID]) -> Response[str]:
    """End one of one's own sessions."""
    await sessions.revoke(desk.signed_in, session_id)
    return desk.go("/akun/keamanan", say=SESSION_ENDED)


@post("/akun/sesi/akhiri-lainnya", opt=FOR_PEOPLE)
async def end_others(desk: Desk) -> Response[str]:
    """End all but this one."""
    await sessions.revoke_others(desk.signed_in)
    return desk.go("/akun/keamanan", say=SESSIONS_ENDED)


@post("/akun/terhubung/{identity_id:uuid}/lepas", opt=FOR_PEOPLE)
async def unlink(desk: Desk, identity_id: FromPath[UUID]) -> Response[str]:
    """Forget an account elsewhere."""
    try:
        await oidc.unlink(desk.signed_in, identity_id)
    except FORM_ERRORS as error:
        return desk.refuse(await security_page(desk, Form().refused(error)), error)
    return desk.go("/akun/keamanan", say=UNLINKED)


@get("/akun/buktikan", opt=FOR_PEOPLE)
async def proof(desk: Desk) -> Response[str]:
    """Ask who is there."""
    return desk.show(ProofPage(form=Form(), user=desk.user, then=local(desk.request.query_params.get("next"), "/akun")))


@post("/akun/buktikan", opt=FOR_PEOPLE)
async def proof_sent(desk: Desk) -> Response[str]:
    """The session is fresh again, under a new token."""
    form = await desk.form()
    then = local(form["next"], "/akun")
    try:
        token = await sessions.step_up(desk.services.office, desk.signed_in, form.exactly("proof"))
    except FORM_ERRORS as error:
        return desk.refuse(ProofPage(form=form.refused_by(error), user=desk.user, then=then), error)
    desk.keep(jar.SESSION, token)
    return desk.go(then)


ROUTES = [
    *(account, account_sent, new_address, address_link, address_confirmed, delete),
    *(security, new_password, begin_totp, finish_totp, disable_totp, new_recovery_codes),
    *(end_session, end_others, unlink, proof, proof_sent),
]
