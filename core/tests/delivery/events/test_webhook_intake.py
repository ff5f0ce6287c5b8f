"""Webhooks as they come by HTTP: unguessable URLs, forged, replayed, doubled, late, in a flood; fast 200, then work."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sending_stage import KEY

from batikrfm.delivery.events import ReplyWish, end_url, list_replies, list_urls, make_url
from batikrfm.delivery.events.errors import KeepDaysError, WebhookUrlNotFoundError
from batikrfm.delivery.events.intake import Intake, opened_intake
from batikrfm.delivery.events.keeping import Keeping, forget_events
from batikrfm.delivery.events.pacing import Pace
from batikrfm.delivery.events.reading import Reader
from batikrfm.jobs.trying import run_queued
from batikrfm.plugins.http import open_http
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk.channels import DeliveryEvent, EventKind
from batikrfm.sdk.config import Secret
from batikrfm.sdk.context import PluginContext
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.fake_channels import ChannelStage, channel_plugins, fake_email, fake_whatsapp, webhook
from batikrfm.testkit.fakes import StillClock
from batikrfm.web.settings import WebSettings
from posted import Posted, event
from websites import Opening, Site

KEYS = {"FAKE_CHANNEL_KEY": "a-key"}
RAW = "select id, channel, done_at, problem, raw::text as raw, body from webhook_requests order by id"


@dataclass
class Line:
    """A vendor's line to us: the site, and the URL that it was given."""

    posted: Posted
    site: Site
    intake: Intake
    settings: PluginSettings
    path: str

    async def post(self, *events: DeliveryEvent, secret: Secret | None = None, path: str | None = None) -> int:
        """Report ``events``, signed; the status of the answer."""
        request = webhook(*events) if secret is None else webhook(*events, secret=secret)
        answer = await self.site.client.post(path or self.path, content=request.body, headers=dict(request.headers))
        return answer.status_code

    async def work(self) -> list[str]:
        """Do what a worker would; the tasks that ran."""
        return [job.task for job in await run_queued(self.posted.tenant, only_due=True)]


@pytest.fixture
async def line(posted: Posted, open_site: Opening, still_clock: StillClock) -> AsyncIterator[Line]:
    stage = ChannelStage()
    settings = PluginSettings(channel_plugins(fake_email(stage), fake_whatsapp(stage)), Vault([KEY]), {**KEYS})
    context = PluginContext(language="id", log=logging.getLogger("plugin"), http=open_http)
    now = lambda: still_clock.now().timestamp()  # noqa: E731 - a clock
    intake = Intake(Reader(settings, context, monotonic=now), pace=Pace(1, 5, monotonic=now), monotonic=now)
    async with tenant_scope(posted.tenant):
        made = await make_url("fake_whatsapp", by="Bu Sri")
    async with open_site() as site, opened_intake(intake):
        yield Line(posted, site, intake, settings, made.path)


async def raw(line: Line) -> list[dict[str, Any]]:
    async with tenant_scope(line.posted.tenant) as scope:
        return [dict(row) for row in await scope.fetch(RAW)]


async def test_a_report_is_kept_raw_answered_200_and_worked_on_later(line: Line) -> None:
    letter = await line.posted.letter()
    assert await line.post(event(EventKind.DELIVERED, letter)) == 200
    assert (await line.posted.row(letter))["state"] == "accepted"
    (kept,) = await raw(line)
    assert kept["done_at"] is None
    assert str(letter.vendor_id).encode() in kept["body"]
    assert await line.work() == ["delivery.events"]
    assert (await line.posted.row(letter))["state"] == "delivered"
    assert (await raw(line))[0]["done_at"] is not None


async def test_one_job_for_a_burst_and_another_for_what_comes_after_it(line: Line) -> None:
    letters = [await line.posted.letter() for _ in range(4)]
    for letter in letters[:3]:
        assert await line.post(event(EventKind.DELIVERED, letter)) == 200
    assert await line.work() == ["delivery.events"]
    await line.post(event(EventKind.DELIVERED, letters[3]))
    assert await line.work() == ["delivery.events"]
    assert [(await line.posted.row(letter))["state"] for letter in letters] == ["delivered"] * 4


async def test_a_forged_report_is_401_counted_and_kept_nowhere(line: Line) -> None:
    letter = await line.posted.letter()
    assert await line.post(event(EventKind.COMPLAINED, letter), secret=Secret("guessed")) == 401
    answer = await line.site.client.post(line.path, content=b"\xff{", headers={"x-fake-signature": "0"})
    assert answer.status_code == 401
    assert await raw(line) == []
    assert await line.work() == []
    async with tenant_scope(line.posted.tenant):
        (url,) = await list_urls("fake_whatsapp")
    assert (url.forged, url.heard_at) == (1, None)


async def test_a_secret_that_was_changed_holds_at_once(line: Line) -> None:
    letter = await line.posted.letter()
    assert await line.post(event(EventKind.DELIVERED, letter)) == 200
    async with tenant_scope(line.posted.tenant):
        await line.settings.write("plug_fake_whatsapp", "channels.fake_whatsapp", {"api_key": "own", "webhook_secret": "another"})
    assert await line.post(event(EventKind.READ, letter), secret=Secret("another")) == 200


async def test_a_replayed_request_changes_nothing(line: Line) -> None:
    letter = await line.posted.letter()
    told = event(EventKind.DELIVERED, letter)
    assert [await line.post(told) for _ in range(3)] == [200, 200, 200]
    await line.work()
    before = await line.posted.row(letter)
    assert len(await raw(line)) == 1
    assert await line.post(told) == 200
    assert await line.work() == []
    assert await line.posted.row(letter) == before
    assert await line.posted.counts(letter) == {("delivered", None): 1}


async def test_the_same_event_in_another_request_counts_once(line: Line) -> None:
    letter = await line.posted.letter()
    told = event(EventKind.READ, letter)
    assert await line.post(told) == 200
    assert await line.post(event(EventKind.DELIVERED, letter), told) == 200
    await line.work()
    assert await line.posted.counts(letter) == {("read", None): 1}


async def test_an_unguessable_url_of_nobody_is_404_and_a_guesser_is_limited(line: Line) -> None:
    assert await line.post(path="/hooks/" + "A" * 43) == 404
    assert await line.post(path="/hooks/%00%ff") == 404
    assert len(line.path.removeprefix("/hooks/")) == 43
    assert WebSettings().per_address == 60


async def test_a_new_url_takes_the_place_of_the_old_one_which_is_heard_for_a_time(line: Line, still_clock: StillClock) -> None:
    async with tenant_scope(line.posted.tenant) as scope:
        new = await make_url("fake_whatsapp", by="Bu Sri")
        kept = await scope.fetchval("select string_agg(encode(token_hash, 'hex'), '') from webhook_urls")
        assert new.token not in kept
        assert [url.ends_at is None for url in await list_urls("fake_whatsapp")] == [True, False]
    assert new.token not in repr(new)
    letter = await line.posted.letter()
    assert await line.post(event(EventKind.DELIVERED, letter)) == 200
    assert await line.post(event(EventKind.READ, letter), path=new.path) == 200
    async with tenant_scope(line.posted.tenant) as scope:
        await scope.execute("update webhook_urls set ends_at = now() - interval '1 second' where ends_at is not null")
    still_clock.move(60)
    assert await line.post(event(EventKind.READ, letter, 9)) == 404


async def test_a_url_that_was_ended_or_is_anothers_cannot_be_ended(line: Line, other_tenant: UUID) -> None:
    async with tenant_scope(line.posted.tenant):
        (url,) = await list_urls("fake_whatsapp")
    for tenant, channel in ((other_tenant, "fake_whatsapp"), (line.posted.tenant, "fake_email")):
        with pytest.raises(WebhookUrlNotFoundError):
            async with tenant_scope(tenant):
                await end_url(channel, url.id)
    async with tenant_scope(line.posted.tenant):
        await end_url("fake_whatsapp", url.id)
    with pytest.raises(WebhookUrlNotFoundError):
        async with tenant_scope(line.posted.tenant):
            await end_url("fake_whatsapp", url.id)


async def test_a_flood_is_told_to_come_again_and_loses_nothing_of_the_good_ones(line: Line, still_clock: StillClock) -> None:
    letters = [await line.posted.letter() for _ in range(8)]
    statuses = [await line.post(event(EventKind.DELIVERED, letter)) for letter in letters]
    assert statuses == [200] * 5 + [429] * 3
    answer = await line.site.client.post(line.path, content=b"[]")
    assert int(answer.headers["retry-after"]) >= 1
    still_clock.move(3)
    assert [await line.post(event(EventKind.DELIVERED, letter)) for letter in letters[5:]] == [200] * 3
    await line.work()
    assert {(await line.posted.row(letter))["state"] for letter in letters} == {"delivered"}


async def test_a_body_that_is_too_large_is_refused(line: Line) -> None:
    answer = await line.site.client.post(line.path, content=b"x" * 4_100_000)
    assert answer.status_code == 413


async def test_a_report_for_another_shops_message_moves_nothing(line: Line, other_tenant: UUID) -> None:
    theirs = await replace(line.posted, tenant=other_tenant).letter()
    assert await line.post(event(EventKind.COMPLAINED, theirs)) == 200
    await line.work()
    assert (await replace(line.posted, tenant=other_tenant).row(theirs))["state"] == "accepted"


async def test_a_channel_that_is_not_set_up_asks_the_vendor_to_come_again(line: Line) -> None:
    letter = await line.posted.letter()
    line.settings.environ.clear()  # type: ignore[attr-defined] # a dictionary here
    try:
        assert await line.post(event(EventKind.DELIVERED, letter)) == 503
    finally:
        line.settings.environ.update({"FAKE_CHANNEL_KEY": "a-key"})  # type: ignore[attr-defined] # likewise
    assert await line.post(event(EventKind.DELIVERED, letter)) == 200


async def test_what_cannot_be_worked_on_holds_up_none_of_the_others(line: Line) -> None:
    letter = await line.posted.letter()
    await line.post(event(EventKind.READ, letter, 1))
    async with tenant_scope(line.posted.tenant) as scope:
        await scope.execute("""update webhook_requests set told = '{"events": 7}', fingerprint = 'x'""")
    await line.post(event(EventKind.DELIVERED, letter, 2))
    await line.work()
    assert (await line.posted.row(letter))["state"] == "delivered"
    assert [kept["problem"] for kept in await raw(line)] == ["ValidationError", None]


async def test_no_secret_of_the_request_is_kept(line: Line) -> None:
    letter = await line.posted.letter()
    request = webhook(event(EventKind.DELIVERED, letter))
    headers = {**request.headers, "authorization": "Bearer top-secret", "cookie": "a=top-secret", "user-agent": "vendor/1"}
    await line.site.client.post(f"{line.path}?secret=top-secret", content=request.body, headers=headers)
    (kept,) = await raw(line)
    assert "top-secret" not in str(kept["raw"])
    assert "vendor/1" in str(kept["raw"])


async def test_stored_raw_for_a_limited_time(line: Line) -> None:
    letter = await line.posted.letter()
    await line.post(event(EventKind.DELIVERED, letter), event(EventKind.REPLIED, None, 3, address="+628999111222", text="Halo"))
    await line.work()
    assert await forget_events(line.posted.tenant, Keeping()) == 0
    async with tenant_scope(line.posted.tenant) as scope:
        for statement in (
            "update webhook_requests set received_at = received_at - interval '8 days'",
            "update replies set received_at = received_at - interval '181 days'",
        ):
            await scope.execute(statement)
    assert await forget_events(line.posted.tenant, Keeping()) == 2
    assert await raw(line) == []
    async with tenant_scope(line.posted.tenant):
        assert await list_replies(ReplyWish()) == []


def test_days_to_keep_are_read_from_the_environment() -> None:
    assert Keeping.from_environment({"BATIKRFM_KEEP_WEBHOOKS_DAYS": "3"}).webhooks == dt.timedelta(days=3)
    for wrong in ("0", "x", "-1", "99999"):
        with pytest.raises(KeepDaysError):
            Keeping.from_environment({"BATIKRFM_KEEP_REPLIES_DAYS": wrong})
