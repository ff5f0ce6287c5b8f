"""The outbox and what empties it, against a real SMTP server that misbehaves."""

from __future__ import annotations

import asyncio
import itertools
import logging
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from batikrfm.db.database import Database
from batikrfm.db.engine import current_scope
from batikrfm.db.reaching import connection
from batikrfm.sdk.text import Language
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.rows import Rows
from batikrfm_tenants.directory import people_scope
from batikrfm_tenants.errors import MailUrlError
from batikrfm_tenants.mail import outbox
from batikrfm_tenants.mail.letters import LETTERS, write
from batikrfm_tenants.mail.sending import ATTEMPTS, LONGEST_WAIT, send_due, serve, sweep, wait_after
from batikrfm_tenants.mail.targets import Server, mail_url, server_of
from mail_server import SENDER, MailServer, mail_server
from persons import mails_to, new_email, outcomes, undone


@pytest.fixture
async def mails(database: Database, admin: asyncpg.Connection) -> AsyncIterator[MailServer]:  # noqa: ARG001 - it is open
    await admin.execute("delete from outgoing_mails")  # what other tests of this worker left
    async with mail_server() as server:
        yield server


@pytest.fixture
async def admin(admin_url: str) -> AsyncIterator[asyncpg.Connection]:
    async with connection(admin_url) as connected:
        yield connected


async def put(email: str, kind: str = "reset", *, useful: int = 3600) -> None:
    async with people_scope("test") as scope:
        await outbox.put(scope, kind, email, "id", link="https://batik.example/sandi-baru/rahasia", useful=useful)


async def make_due(admin: asyncpg.Connection) -> None:
    await admin.execute("update outgoing_mails set due_at = now(), claimed_until = null")


async def state(admin: asyncpg.Connection, email: str) -> asyncpg.Record:
    return await admin.fetchrow("select * from outgoing_mails where recipient = $1", email)


async def test_a_mail_arrives_and_its_link_is_kept_nowhere(mails: MailServer, admin: asyncpg.Connection) -> None:
    await put(email := new_email())
    assert await send_due(mails.server) == 1
    (message,) = mails.taken
    assert mails.recipients == [email]
    assert (message["From"], message["To"], message["Subject"]) == (f"BatikRFM <{SENDER}>", email, "Buat kata sandi baru")
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = message.iter_parts()  # type: ignore[attr-defined] # an EmailMessage, by its policy
    assert "https://batik.example/sandi-baru/rahasia" in plain.get_content()
    assert 'href="https://batik.example/sandi-baru/rahasia"' in html.get_content()
    row = await state(admin, email)
    assert (row["body_text"], row["body_html"], row["problem"]) == ("", "", None)
    assert row["sent_at"] is not None
    assert await send_due(mails.server) == 0


async def test_many_mails_by_many_senders_arrive_once_each(mails: MailServer) -> None:
    emails = [new_email() for _ in range(30)]
    for email in emails:
        await put(email)
    sent = await outcomes(*(send_due(mails.server) for _ in range(4)))
    assert sum(int(str(one)) for one in sent) == 30
    assert sorted(mails.recipients) == sorted(emails)
    assert mails.connections <= 4


@pytest.mark.parametrize("answer", ["451 try later", "421 closing", "drop"])
async def test_a_server_that_has_a_bad_moment(mails: MailServer, admin: asyncpg.Connection, answer: str) -> None:
    await put(email := new_email())
    mails.answers = [answer]
    assert await send_due(mails.server) == 0
    row = await state(admin, email)
    assert row["failed_at"] is None
    assert (row["due_at"] - row["created_at"]).total_seconds() > 20
    assert row["problem"]
    assert await send_due(mails.server) == 0  # not yet
    await make_due(admin)
    assert await send_due(mails.server) == 1
    assert len(mails.taken) == 1


async def test_a_recipient_that_there_is_not(mails: MailServer, admin: asyncpg.Connection, caplog: pytest.LogCaptureFixture) -> None:
    bad, good = new_email(), new_email()
    mails.refuse = {bad: f"550 no such user <{bad}>"}
    with caplog.at_level(logging.INFO):
        for email in (bad, good):
            await put(email)
        assert await send_due(mails.server) == 1
    assert mails.recipients == [good]
    row = await state(admin, bad)
    assert row["failed_at"] is not None
    assert (row["problem"], row["body_text"]) == ("recipient 550", "")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("batikrfm")]
    assert any("recipient 550" in line for line in ours)
    assert bad not in str(ours) + str(row["problem"])


async def test_grey_listing_is_waited_for(mails: MailServer, admin: asyncpg.Connection) -> None:
    await put(email := new_email())
    mails.refuse = {email: "450 come back"}
    assert await send_due(mails.server) == 0
    mails.refuse = {}
    await make_due(admin)
    assert await send_due(mails.server) == 1


async def test_a_mail_that_is_refused_for_good(mails: MailServer, admin: asyncpg.Connection) -> None:
    await put(email := new_email())
    mails.answers = ["554 spam"]
    assert await send_due(mails.server) == 0
    assert (await state(admin, email))["problem"] == "data 554"


async def test_a_mail_taken_by_a_server_that_hung_up_comes_twice_as_the_same_mail(mails: MailServer, admin: asyncpg.Connection) -> None:
    """At least once: nobody can know whether it arrived. Its Message-ID and date are the same, so mail programs show one."""
    await put(new_email())
    mails.answers = ["taken and drop"]
    assert await send_due(mails.server) == 0
    await make_due(admin)
    assert await send_due(mails.server) == 1
    first, second = mails.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


async def test_a_sender_that_was_killed_is_followed_by_another(mails: MailServer, admin: asyncpg.Connection) -> None:
    await put(email := new_email())
    await admin.execute("update outgoing_mails set claimed_until = now() + interval '5 minutes', attempts = 1 where recipient = $1", email)
    assert await send_due(mails.server) == 0
    await admin.execute("update outgoing_mails set claimed_until = now() where recipient = $1", email)
    assert await send_due(mails.server) == 1


async def test_giving_up(mails: MailServer, admin: asyncpg.Connection) -> None:
    await put(email := new_email())
    await admin.execute("update outgoing_mails set attempts = $2 where recipient = $1", email, ATTEMPTS - 1)
    mails.answers = ["451 later"]
    assert await send_due(mails.server) == 0
    assert (await state(admin, email))["failed_at"] is not None


async def test_a_link_that_is_good_for_nothing_any_more_is_not_sent(mails: MailServer, admin: asyncpg.Connection) -> None:
    await put(email := new_email(), useful=-1)
    assert await send_due(mails.server) == 0
    assert ((await state(admin, email))["problem"], mails.taken) == ("too late", [])


async def test_no_server_at_all(mails: MailServer, admin: asyncpg.Connection) -> None:
    await put(email := new_email())
    assert await send_due(Server("127.0.0.1", 1, "none", SENDER)) == 0
    assert (await state(admin, email))["failed_at"] is None
    await make_due(admin)
    assert await send_due(mails.server) == 1


async def test_signing_in_to_the_server(admin: asyncpg.Connection, database: Database) -> None:  # noqa: ARG001 - it is open
    async with mail_server(auth_required=True, auth_require_tls=False) as mails:
        url = f"smtp://pengguna:s%40ndi%2F@127.0.0.1:{mails.port}?tls=none&from={SENDER}"
        server, wrong = server_of(url), server_of(url.replace("s%40ndi", "salah"))
        assert server is not None
        assert wrong is not None
        await put(email := new_email())
        assert await send_due(wrong) == 0
        row = await state(admin, email)
        assert (row["failed_at"], row["problem"]) == (None, "answer 535")
        await make_due(admin)
        await send_due(server)
        assert email in mails.recipients


async def test_mail_and_password_go_through_a_real_tls_handshake(
    admin: asyncpg.Connection,
    database: Database,  # noqa: ARG001 - it is open
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theirs, authority = certificate(tmp_path)
    async with mail_server(auth_required=True, require_starttls=True, tls_context=theirs) as mails:
        server = server_of(f"smtp://pengguna:s%40ndi%2F@127.0.0.1:{mails.port}?from={SENDER}")
        assert server is not None
        assert server.tls == "starttls"
        await put(email := new_email())
        assert await send_due(server) == 0, "nobody vouches for that server"
        assert (mails.taken, (await state(admin, email))["failed_at"]) == ([], None)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        await make_due(admin)
        await send_due(server)
        assert email in mails.recipients


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS for 127.0.0.1, and the file of who vouches for it: itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "surat.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certified, secret = folder / "certificate.pem", folder / "key.pem"
    certified.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified, secret)
    return context, certified


async def test_a_server_without_tls_is_not_told_anything(mails: MailServer, admin: asyncpg.Connection) -> None:
    await put(email := new_email())
    assert await send_due(Server("127.0.0.1", mails.port, "starttls", SENDER)) == 0
    assert mails.taken == []
    assert (await state(admin, email))["failed_at"] is None


async def test_the_loop_sends_until_it_is_told_to_stop(mails: MailServer) -> None:
    stop = asyncio.Event()
    loop = asyncio.create_task(serve(stop, f"smtp://127.0.0.1:{mails.port}?tls=none&from={SENDER}", pause=0.01))
    await put(email := new_email())
    async with asyncio.timeout(20):
        while email not in mails.recipients:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
    stop.set()
    await loop


@pytest.mark.usefixtures("database")
async def test_with_an_outbox_mail_stays_here() -> None:
    stop = asyncio.Event()
    loop = asyncio.create_task(serve(stop, "outbox:", pause=0.01))
    await put(email := new_email())
    await asyncio.sleep(0.05)
    stop.set()
    await loop
    (mail,) = await mails_to(email)
    assert (mail.kind, mail.sent_at) == ("reset", None)
    assert "rahasia" in mail.text
    assert "rahasia" not in repr(mail)


async def test_a_shop_puts_mail_in_and_sees_none(tenant: UUID) -> None:
    email = new_email()
    async with tenant_scope(tenant) as scope:
        await outbox.put(scope, "have_account", email, "id", link="https://batik.example/masuk")
    assert len(await mails_to(email)) == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with tenant_scope(tenant) as scope:
            await scope.fetch("select count(*) from outgoing_mails")


async def test_a_mail_is_kept_with_what_it_speaks_of_or_not_at_all(tenant: UUID) -> None:
    email = new_email()

    async def work() -> None:
        await outbox.put(current_scope(), "have_account", email, "id", link="https://batik.example/masuk")

    await undone(tenant, work())
    assert await mails_to(email) == []


async def test_sweeping_leaves_what_is_good(mails: MailServer, admin: asyncpg.Connection) -> None:  # noqa: ARG001 - it empties the outbox
    old, new = new_email(), new_email()
    for email in (old, new):
        await put(email)
    await admin.execute("update outgoing_mails set created_at = now() - interval '31 days' where recipient = $1", old)
    await sweep()
    assert [len(await mails_to(email)) for email in (old, new)] == [0, 1]


async def test_sweeping_takes_nobody_out_of_a_team(rows: Rows, tenant: UUID) -> None:
    member = await rows.put("memberships", tenant)
    old = "update users set confirmed_at = null, created_at = now() - interval '8 days' where id = $1"
    await rows.admin.execute(old, member["user_id"])
    await sweep()
    assert await rows.admin.fetchval("select count(*) from users where id = $1", member["user_id"]) == 1


def test_waits_grow_and_end() -> None:
    waits = [wait_after(attempts) for attempts in range(1, ATTEMPTS + 1)]
    assert waits[0] < 40
    assert max(waits) <= LONGEST_WAIT * 1.25
    assert all(later > earlier for earlier, later in itertools.pairwise(waits[:8]))


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_letter_in_both_languages(kind: str, language: Language) -> None:
    evil = '<script>alert("x")</script>\r\nBcc: a@b.example'
    written = write(kind, language, "https://batik.example/?a=1&b=2", shop=evil, inviter=evil, provider=evil, subject=evil, words=evil)
    assert "{" not in written.subject + written.text
    assert "\n" not in written.subject
    assert "<script" not in written.html
    assert "\nBcc" not in written.text
    assert "BatikRFM" in written.text


def test_where_mail_goes() -> None:
    assert server_of("outbox:") is None
    assert mail_url({}) == mail_url({"BATIKRFM_MAIL_URL": ""}) == "outbox:"
    assert server_of("smtp://u%40x:p%2Fw@surat.example?from=batik@toko.example") == Server(
        "surat.example", 587, "starttls", "batik@toko.example", "u@x", "p/w"
    )
    assert server_of("smtp://surat.example:2525?tls=implicit&from=a@toko.example") == Server(
        "surat.example", 2525, "implicit", "a@toko.example"
    )


WRONG = [
    "", "outbox", "http://surat.example?from=a@b.example", "smtp://surat.example", "smtp://?from=a@b.example", "smtp://h?from=nobody",
    "smtp://h:x?from=a@b.example", "smtp://h?from=a@b.example&tls=maybe", "smtp://h?from=a@b.example&verify=no",
]  # fmt: skip


@pytest.mark.parametrize("url", WRONG)
def test_where_mail_cannot_go(url: str) -> None:
    with pytest.raises(MailUrlError) as wrong:
        server_of(url.replace("//", "//u:rahasia@", 1))
    assert "rahasia" not in str(wrong.value)
    assert wrong.value.__suppress_context__
