"""What every request and every answer has, and who is turned away before anything else happens."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import get
from litestar.types import Scope

from batikrfm.web.clients import Client, client_of, is_loopback, network_of
from batikrfm.web.edge import Edge
from batikrfm.web.errors import TooSlowError
from batikrfm.web.guards import public
from batikrfm.web.metrics import WebMetrics
from batikrfm.web.settings import WebSettingError, WebSettings
from websites import Opening, Site

HOME = "https://toko.example.id"


@get("/hello", opt=public("a test"))
async def hello() -> str:
    return "halo"


@pytest.fixture
async def front(open_site: Opening) -> AsyncIterator[Site]:
    settings = WebSettings(public_url=HOME, hosts=frozenset({"lain.example.id"}), metrics_token="rahasia")
    async with open_site(settings, routes=(hello,)) as site:
        yield site


@pytest.mark.parametrize("path", ["/hello", "/nothing", "/api/nothing", "/api/jobs", "/health/live"])
async def test_every_answer_is_safe_and_has_an_id(path: str, front: Site) -> None:
    answer = await front.client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


@pytest.mark.parametrize(
    ("given_id", "kept"), [("tiket-12345", True), ("short", False), ("a" * 65, False), ("has space in it", False), ("<script>alert", False)]
)
async def test_an_id_that_is_sent_is_kept_if_it_is_one(given_id: str, kept: bool, front: Site) -> None:  # noqa: FBT001 - a parameter of the test
    answer = await front.client.get("/hello", headers={"X-Request-ID": given_id})
    assert (answer.headers["x-request-id"] == given_id) is kept


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("toko.example.id", 200),
        ("TOKO.example.id:443", 200),
        ("lain.example.id", 200),
        ("localhost:8000", 200),
        ("evil.example.com", 421),
        ("toko.example.id.evil.com", 421),
        ("evil.com/toko.example.id", 421),
        ("", 421),
    ],
)
async def test_only_names_of_ours_are_answered(host: str, status: int, front: Site) -> None:
    answer = await front.client.get("/hello", headers={"Host": host})
    assert answer.status_code == status
    assert "evil" not in answer.text
    assert (await front.client.get("/health/live", headers={"Host": host})).status_code in {200, 400}


async def test_head_is_get_without_its_body(front: Site) -> None:
    get_answer, head = await front.client.get("/hello"), await front.client.head("/hello")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get_answer.headers["content-length"]
    assert (await front.client.head("/api/nothing")).content == b""


async def test_figures_are_for_whoever_has_the_token(front: Site) -> None:
    await front.client.get("/hello")
    await front.client.get("/api/nothing/Ibu-Sri")
    assert (await front.client.get("/metrics")).status_code == 404
    assert (await front.client.get("/metrics", headers={"Authorization": "Bearer salah"})).status_code == 404
    page = (await front.client.get("/metrics", headers={"Authorization": "Bearer rahasia"})).text
    assert 'batikrfm_http_requests_total{method="GET",route="/hello",status="200"}' in page
    assert 'route="unmatched",status="404"' in page
    assert 'batikrfm_jobs{state="queued"}' in page
    assert "Sri" not in page


async def test_without_a_token_figures_are_for_this_machine(open_site: Opening) -> None:
    async with open_site() as site:
        assert (await site.client.get("/metrics")).status_code == 200
        assert (await site.client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})).status_code == 404
        assert (await site.client.get("/metrics", headers={"Forwarded": "for=127.0.0.1"})).status_code == 404


async def test_it_lives_and_is_ready(front: Site) -> None:
    assert (await front.client.get("/health/live")).json() == {"status": "ok"}
    assert (await front.client.get("/health/ready")).json() == {"status": "ok"}


async def test_a_client_that_is_silent_in_its_body_is_cut_off() -> None:
    async def app(_scope: Any, receive: Any, _send: Any) -> None:  # noqa: ANN401 - ASGI
        while (await receive()).get("more_body"):
            pass

    first: list[dict[str, object]] = [{"type": "http.request", "body": b"halo", "more_body": True}]

    async def receive() -> Any:  # noqa: ANN401 - ASGI
        if first:
            return first.pop()
        return await asyncio.Event().wait()

    sent: list[Any] = []

    async def send(message: Any) -> None:  # noqa: ANN401 - ASGI
        sent.append(message)

    edge = Edge(app, WebSettings(body_seconds=0.05), WebMetrics())
    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/api/imports",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "state": {},
    }
    await edge(scope, receive, send)
    assert sent[0]["status"] == 408
    assert TooSlowError().say("id").encode() in sent[1]["body"]


def scope_of(peer: str | None, *headers: tuple[bytes, bytes]) -> tuple[Scope, dict[bytes, bytes]]:
    scope: Any = {"client": (peer, 1) if peer else None, "headers": list(headers)}
    return scope, dict(headers)


PROXIES = (ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    ("peer", "forwarded", "believed"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # nobody's proxy
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),  # what the client wrote itself is not believed
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        (None, "198.51.100.1", None),
    ],
)
def test_a_proxy_is_believed_only_if_it_is_ours(peer: str | None, forwarded: str | None, believed: str | None) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    client = client_of(*scope_of(peer, *headers), PROXIES)
    assert client.address == believed
    assert client.direct is (forwarded is None)


@given(st.binary(), st.ip_addresses())
def test_no_forwarded_header_is_too_strange(header: bytes, peer: object) -> None:
    client = client_of(*scope_of(str(peer), (b"x-forwarded-for", header)), (ip_network("0.0.0.0/0"), ip_network("::/0")))
    assert network_of(client)
    assert not is_loopback(client)


def test_an_ipv6_line_counts_once() -> None:
    assert network_of(Client("2001:db8:1:2::1", direct=True)) == network_of(Client("2001:db8:1:2:ffff::9", direct=True))
    assert network_of(Client("2001:db8:1:2::1", direct=True)) != network_of(Client("2001:db8:1:3::1", direct=True))
    assert network_of(Client("::ffff:192.0.2.1", direct=True)) == network_of(Client("192.0.2.1", direct=True))


@pytest.mark.parametrize(
    "environ",
    [
        {"BATIKRFM_PUBLIC_URL": "toko.id"},
        {"BATIKRFM_PROXIES": "everyone"},
        {"BATIKRFM_RATE_PER_KEY": "0"},
        {"BATIKRFM_UPLOAD_LIMIT_MB": "2 GB"},
    ],
)
def test_a_setting_that_cannot_be_read_is_said(environ: dict[str, str]) -> None:
    with pytest.raises(WebSettingError, match=next(iter(environ))):
        WebSettings.from_environment(environ)


def test_secrets_are_not_shown() -> None:
    settings = WebSettings.from_environment(
        {"REDIS_URL": "redis://:sandi@h", "SENTRY_DSN": "https://kunci@h", "BATIKRFM_METRICS_TOKEN": "tok"}
    )
    assert not re.search("sandi|kunci|tok", repr(settings))
