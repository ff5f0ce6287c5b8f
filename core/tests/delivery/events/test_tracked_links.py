"""Tracking is optional and anonymisable; links are signed and no open redirect; bots and scanners are filtered."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sending_stage import KEY

from batikrfm.db.keys import uuid7
from batikrfm.delivery.letters.model import DIRECT, LinkMaker
from batikrfm.delivery.links import Links
from batikrfm.delivery.signing import LinkKind, Signer
from batikrfm.delivery.tracking import Tracking, change_tracking, link_maker, read_tracking
from batikrfm.delivery.tracking.errors import WindowError
from batikrfm.delivery.tracking.judging import judge_all
from batikrfm.delivery.tracking.links import is_web_page
from batikrfm.delivery.tracking.robots import Seen, Visit, robot_by_word, robots_by_deed
from batikrfm.plugins.vault import Vault
from batikrfm.tenancy import tenant_scope
from posted import SENT_AT, Letter, Posted
from websites import Opening, Site

SHOP, PAGE, NEWS = "https://toko.example/kain?warna=biru&a=1", "https://toko.example/baru", "http://kabar.example/"
LINKS = Links("https://batik.example", Signer(Vault([KEY])))
PERSON = {"user-agent": "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"}
NOW = dt.timedelta(0)


@dataclass
class Reading:
    """Letters of a shop that tracks, and people who read them."""

    posted: Posted
    site: Site

    async def track(self, **wanted: bool) -> None:
        async with tenant_scope(self.posted.tenant):
            await change_tracking(Tracking(**{"opens": True, "clicks": True, **wanted}))

    async def maker(self, letter: Letter, variant: int = 0, urls: tuple[str, ...] = (SHOP, PAGE, NEWS)) -> LinkMaker:
        async with tenant_scope(self.posted.tenant):
            return await link_maker(letter.campaign_id, variant, urls, LINKS)

    async def visit(self, url: str, method: str = "GET", **headers: str) -> tuple[int, str | None]:
        path = url.removeprefix(LINKS.site)
        answer = await self.site.client.request(method, path, headers={**PERSON, **headers}, follow_redirects=False)
        assert answer.headers.get("cache-control") == "no-store" or answer.status_code == 404
        assert "set-cookie" not in answer.headers
        return answer.status_code, answer.headers.get("location")

    async def judged(self) -> dict[str, int]:
        async with tenant_scope(self.posted.tenant) as scope:  # it was all a while ago, one after the other
            await scope.execute("update deliveries set accepted_at = accepted_at - interval '1 day'")
        return await judge_all(self.posted.tenant, NOW)

    async def spread(self) -> None:
        """Let a minute lie between visits."""
        async with tenant_scope(self.posted.tenant) as scope:
            await scope.execute("update link_visits set at = at - interval '1 minute'")


@pytest.fixture
async def reading(posted: Posted, open_site: Opening) -> AsyncIterator[Reading]:
    async with open_site() as site:
        yield Reading(posted, site)


async def test_off_until_the_owner_switches_it_on(reading: Reading) -> None:
    letter = await reading.posted.letter()
    assert await reading.maker(letter) is DIRECT
    async with tenant_scope(reading.posted.tenant):
        assert await read_tracking() == Tracking(opens=False, clicks=False, anonymous=False, window_days=7)
        for days in (0, 91):
            with pytest.raises(WindowError):
                await change_tracking(Tracking(window_days=days))
    await reading.track(clicks=False)
    maker = await reading.maker(letter)
    assert maker.link(letter.id, 0, SHOP) == SHOP
    assert maker.pixel(letter.id) is not None


async def test_a_link_leads_where_the_letter_said_and_is_counted_for_its_message(reading: Reading) -> None:
    letter = await reading.posted.letter()
    await reading.track()
    maker = await reading.maker(letter)
    assert await reading.visit(maker.link(letter.id, 0, SHOP)) == (302, SHOP)
    await reading.spread()
    assert await reading.visit(maker.link(letter.id, 0, SHOP)) == (302, SHOP)
    assert await reading.visit(str(maker.pixel(letter.id))) == (200, None)
    assert await reading.judged() == {"people": 3, "robots": 0}
    assert await reading.posted.counts(letter) == {("delivered", None): 1, ("opened", None): 1, ("clicked", None): 1}
    row = await reading.posted.row(letter)
    assert (row["clicked_at"] < row["opened_at"], row["state"]) == (True, "delivered")
    async with tenant_scope(reading.posted.tenant) as scope:
        assert await scope.fetchval("select visits from campaign_links where url = $1", SHOP) == 2


async def test_anonymised_it_is_counted_how_many_and_never_who(reading: Reading) -> None:
    letter, other = await reading.posted.letter(), None
    other = await reading.posted.letter(letter.campaign_id)
    await reading.track(anonymous=True)
    maker = await reading.maker(letter, 3)
    assert maker.link(letter.id, 0, PAGE) == maker.link(other.id, 5, PAGE)
    assert maker.pixel(letter.id) == maker.pixel(other.id)
    await reading.visit(maker.link(letter.id, 0, PAGE))
    await reading.visit(str(maker.pixel(letter.id)))
    await reading.judged()
    assert await reading.posted.counts(letter) == {("accepted", None): 2, ("opened", None): 1, ("clicked", None): 1}
    assert (await reading.posted.row(letter))["clicked_at"] is None
    async with tenant_scope(reading.posted.tenant) as scope:
        assert await scope.fetchval("select count(*) from link_visits where delivery_id is not null") == 0
        assert await scope.fetchval("select count(*) from campaign_counts where what = 'clicked' and variant = 3") == 1


async def test_a_link_that_was_of_a_person_says_nothing_of_them_once_the_shop_is_anonymous_or_stops(reading: Reading) -> None:
    letter = await reading.posted.letter()
    await reading.track()
    maker = await reading.maker(letter)
    await reading.track(anonymous=True)
    assert await reading.visit(maker.link(letter.id, 0, SHOP)) == (302, SHOP)
    await reading.track(clicks=False)
    assert await reading.visit(maker.link(letter.id, 0, SHOP)) == (302, SHOP)
    async with tenant_scope(reading.posted.tenant) as scope:
        assert [row["delivery_id"] for row in await scope.fetch("select delivery_id from link_visits")] == [None]


async def test_no_open_redirect(reading: Reading, other_tenant: UUID) -> None:
    """A tracking link turned into an open redirect: no token leads to an address that was not written down for its campaign."""
    letter, theirs = await reading.posted.letter(), await reading.posted.letter()
    await reading.track()
    maker = await reading.maker(letter)
    good = maker.link(letter.id, 0, SHOP)
    sign = LINKS.signer.sign
    tenant = reading.posted.tenant
    wrong = [
        f"{good}?url=https://evil.example",
        f"{good[:-1]}{'A' if good[-1] != 'A' else 'B'}",
        f"{LINKS.site}/t/https:%2F%2Fevil.example",
        f"{LINKS.site}/t/" + sign(LinkKind.CLICK, tenant, letter.id, 99),  # a number that the campaign has not
        f"{LINKS.site}/t/" + sign(LinkKind.CLICK, tenant, theirs.id, 1),  # a campaign without links
        f"{LINKS.site}/t/" + sign(LinkKind.CLICK, other_tenant, letter.id, 1),  # another shop
        f"{LINKS.site}/t/" + sign(LinkKind.OPEN, tenant, letter.id, 1),  # another kind of link
        f"{LINKS.site}/t/" + sign(LinkKind.UNSUBSCRIBE, tenant, letter.id),
        f"{LINKS.site}/t/" + sign(LinkKind.CLICK, tenant, uuid7(), 1),
        f"{LINKS.site}/t/" + Signer(Vault(["YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY="])).sign(LinkKind.CLICK, tenant, letter.id, 1),
    ]
    assert await reading.visit(wrong[0]) == (302, SHOP)
    for url in wrong[1:]:
        assert await reading.visit(url) == (404, None), url
    for token in ("x", sign(LinkKind.OPEN, other_tenant, letter.id)):
        assert await reading.visit(f"{LINKS.site}/o/{token}") == (200, None)


async def test_an_address_that_became_bad_in_the_database_is_not_followed(reading: Reading) -> None:
    letter = await reading.posted.letter()
    await reading.track()
    url = (await reading.maker(letter)).link(letter.id, 0, SHOP)
    async with tenant_scope(reading.posted.tenant) as scope:
        await scope.execute("update campaign_links set url = 'javascript:alert(1)'")
    assert await reading.visit(url) == (404, None)


async def test_only_web_pages_are_written_down_and_two_workers_number_them_alike(reading: Reading) -> None:
    letter = await reading.posted.letter()
    await reading.track()
    odd = ("javascript:alert(1)", "mailto:a@b.example", "https://user:pw@toko.example/", "https://toko.example/a b", "tel:+62812")
    first = await reading.maker(letter, 0, (SHOP, *odd))
    second = await reading.maker(letter, 1, (PAGE, SHOP))
    assert [first.link(letter.id, 0, url) for url in odd] == list(odd)
    assert first.link(letter.id, 0, SHOP) == second.link(letter.id, 1, SHOP)
    assert second.link(letter.id, 0, PAGE) not in {PAGE, second.link(letter.id, 1, SHOP)}


@given(st.text(max_size=30))
def test_whatever_is_no_web_page_is_no_address_to_lead_to(tail: str) -> None:
    assert not is_web_page(f"javascript:{tail}")
    assert not is_web_page(f"//{tail}")
    if is_web_page(f"https://{tail}"):
        assert not set(tail) & set("@\\ \t\r\n\x00") or "@" in tail.split("/", 1)[-1] or "@" in tail.partition("?")[2] or "#" in tail


async def test_bots_and_scanners_are_filtered(reading: Reading) -> None:
    letter = await reading.posted.letter()
    await reading.track()
    maker = await reading.maker(letter)
    link = maker.link(letter.id, 0, SHOP)
    for method, headers in (
        ("HEAD", {}),
        ("GET", {"user-agent": "WhatsApp/2.24.20.89 A"}),
        ("GET", {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
        ("GET", {"user-agent": ""}),
        ("GET", {"sec-purpose": "prefetch;prerender"}),
        ("GET", {"x-moz": "prefetch"}),
    ):
        assert await reading.visit(link, method, **headers) == (302, SHOP)
    await reading.visit(str(maker.pixel(letter.id)), **{"user-agent": "Mozilla/5.0"})
    assert await reading.judged() == {"people": 0, "robots": 7}
    for url in (SHOP, PAGE, NEWS):  # a scanner that says that it is a browser, and follows whatever there is
        await reading.visit(maker.link(letter.id, 0, url))
    assert await reading.judged() == {"people": 0, "robots": 3}
    assert await reading.posted.counts(letter) == {("accepted", None): 1}


def test_what_programs_say_of_themselves() -> None:
    assert robot_by_word(Visit(PERSON), picture=False) is None
    assert robot_by_word(Visit({"user-agent": "Mozilla/5.0"}), picture=False) is None
    gmail = {"user-agent": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"}
    assert robot_by_word(Visit(gmail), picture=True) is None, "Gmail fetches the picture when somebody opens the letter"
    assert robot_by_word(Visit(PERSON, head=True), picture=False) == "head"


def test_who_comes_too_soon_or_everywhere_at_once_is_no_person() -> None:
    at = SENT_AT + dt.timedelta(hours=1)
    second = dt.timedelta(seconds=1)
    assert robots_by_deed([Seen(1, SENT_AT + second, SENT_AT)], 3) == ["at_once"]
    assert robots_by_deed([Seen(1, at, SENT_AT), Seen(2, at + second, SENT_AT)], 2) == ["all_links", "all_links"]
    assert robots_by_deed([Seen(1, at, SENT_AT), Seen(2, at + second, SENT_AT)], 5) == [None, None]
    assert robots_by_deed([Seen(1, at, SENT_AT), Seen(2, at + 60 * second, SENT_AT)], 2) == [None, None]
    assert robots_by_deed([Seen(1, at, None)], 1) == [None]
    assert robots_by_deed([Seen(0, at, SENT_AT), Seen(1, at + second, SENT_AT)], 1) == [None, None]
