"""The outbox keeps what a channel without a vendor accepted: once, for its own shop, for thirty days."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery.model import Medium
from batikrfm.delivery.outbox import (
    Handed,
    NoSuchOutboxMessageError,
    erase,
    find_outbox_message,
    forget,
    keep,
    list_outbox,
)
from batikrfm.delivery.outbox.tasks import forget_outbox
from batikrfm.jobs.context import JobContext, in_job
from batikrfm.sdk import Message
from batikrfm.tenancy import tenant_scope

CUSTOMER = """
insert into customers (tenant_id, id, contact_at, key, name) values (current_setting('app.tenant_id')::uuid, $1, now(), $2, 'Ani')
"""
AGE = "update outbox_messages set created_at = now() - $1::interval"


def mail(id_: UUID | None = None, text: str = "Halo Ani") -> Message:
    headers = {"List-Unsubscribe": "<https://toko.example/b>"}
    return Message(str(id_ or uuid7()), "ani@toko.example", text, subject="Kabar", html=f"<p>{text}</p>", headers=headers)


async def customer() -> UUID:
    made = uuid7()
    await current_scope().execute(CUSTOMER, made, str(made))
    return made


async def test_a_message_is_kept_as_it_would_have_gone_out(tenant: UUID) -> None:
    message = mail()
    async with tenant_scope(tenant):
        ani = await customer()
        assert await keep("outbox_email", Medium.EMAIL, [Handed(message, ani)]) == 1
        kept = await find_outbox_message(UUID(message.id))
    assert (kept.address, kept.subject, kept.text, kept.html) == (message.to, message.subject, message.text, message.html)
    assert (dict(kept.headers), kept.channel, kept.medium, kept.customer_id) == (message.headers, "outbox_email", Medium.EMAIL, ani)
    assert "ani@" not in repr(kept)
    assert "Halo" not in repr(kept)


async def test_a_message_handed_in_again_is_there_once_and_as_it_was(tenant: UUID) -> None:
    message = mail()
    async with tenant_scope(tenant):
        await keep("outbox_email", Medium.EMAIL, [Handed(message)])
        assert await keep("outbox_email", Medium.EMAIL, [Handed(mail(UUID(message.id), "lain")), Handed(mail())]) == 1
        assert [one.text for one in await list_outbox()] == ["Halo Ani"] * 2
        assert await keep("outbox_email", Medium.EMAIL, []) == 0


async def test_pages_go_from_the_newest_to_the_oldest(tenant: UUID) -> None:
    ids = sorted(uuid7() for _ in range(5))
    async with tenant_scope(tenant):
        await keep("outbox_email", Medium.EMAIL, [Handed(mail(one)) for one in ids])
        await keep("outbox_whatsapp", Medium.WHATSAPP, [Handed(Message(str(uuid7()), "+6281200000001", "Halo"))])
        first = await list_outbox(limit=3, medium=Medium.EMAIL)
        rest = await list_outbox(first[-1].id, limit=3, medium=Medium.EMAIL)
        assert [one.id for one in (*first, *rest)] == ids[::-1]
        assert [one.channel for one in await list_outbox(medium=Medium.WHATSAPP)] == ["outbox_whatsapp"]


async def test_another_shop_finds_nothing(tenant: UUID, other_tenant: UUID) -> None:
    message = mail()
    async with tenant_scope(tenant):
        await keep("outbox_email", Medium.EMAIL, [Handed(message)])
    async with tenant_scope(other_tenant):
        assert not await list_outbox()
        with pytest.raises(NoSuchOutboxMessageError):
            await find_outbox_message(UUID(message.id))


async def test_nothing_of_an_erased_customer_stays_or_comes_back(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        ani, budi = await customer(), await customer()
        late = Handed(mail(), budi)
        await keep("outbox_email", Medium.EMAIL, [Handed(mail(), ani), Handed(mail(), ani), Handed(mail(), budi)])
        assert await erase(ani) == 2
        await scope.execute("delete from customers where id = $1", budi)
        assert await keep("outbox_email", Medium.EMAIL, [late]) == 0
        assert not await list_outbox()


async def test_messages_go_after_thirty_days(tenant: UUID) -> None:
    async with tenant_scope(tenant) as scope:
        await keep("outbox_email", Medium.EMAIL, [Handed(mail()), Handed(mail())])
        await scope.execute(AGE, dt.timedelta(days=29))
        assert await forget() == 0
        await scope.execute(AGE, dt.timedelta(days=31))
        (job,) = await scope.fetch("select run_at, now() as now from jobs where task = 'delivery.outbox.forget'")
    assert dt.timedelta(days=30) < job["run_at"] - job["now"] <= dt.timedelta(days=32)
    with in_job(JobContext(tenant, uuid7(), 1, 3, uuid7())):
        assert await forget_outbox() == {"forgotten": 2}
    async with tenant_scope(tenant):
        assert not await list_outbox()
