"""The gateways that channels are tested with: they take, refuse and report what the real ones do."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections import Counter
from urllib.parse import urlencode

import pytest

from batikrfm.plugins.http import open_http
from batikrfm.sdk import HttpAnswer
from batikrfm.testkit.llm_vendor.serving import Answer, HttpServer, Request
from batikrfm.testkit.whatsapp_vendors import FonnteVendor, MetaVendor, WablasVendor, WhatsAppVendor, meta

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
FORM = {"content-type": "application/x-www-form-urlencoded", "authorization": "tok"}


async def ask(vendor: WhatsAppVendor, path: str, body: bytes, headers: dict[str, str] | None = None) -> HttpAnswer:
    async with vendor.http(base_url=f"https://{vendor.host}", headers=headers) as http:
        return await http.request("POST", path, body=body)


async def test_fonnte_reads_a_list_bars_and_a_country_as_fonnte_does() -> None:
    async with FonnteVendor() as vendor:
        fields = {"target": "081200000001|Ani,+6281200000002", "message": "Halo"}
        answer = (await ask(vendor, "/send", urlencode(fields).encode(), FORM)).json()
    assert answer["target"] == ["6281200000001", "6281200000002"]
    assert len(answer["id"]) == 2
    assert [arrived.to for arrived in vendor.arrived] == answer["target"]


async def test_fonnte_does_not_read_json_and_says_so_with_a_good_status() -> None:
    async with FonnteVendor() as vendor:
        answer = await ask(vendor, "/send", b'{"target": "62812"}', {"content-type": "application/json"})
    assert (answer.status, answer.json()["status"]) == (200, False)
    assert not vendor.arrived


async def test_meta_fills_in_no_value_with_a_break() -> None:
    parameters = [{"type": "text", "text": "Ibu\nAni"}]
    body = {"type": "template", "template": {"components": [{"type": "body", "parameters": parameters}]}}
    with pytest.raises(AssertionError, match="new-line"):
        meta.content_of(body)


@pytest.mark.parametrize("address", ["https://jahat.example", "http://graph.facebook.com", "https://graph.facebook.com:444", ""])
async def test_no_other_address_leads_anywhere(address: str) -> None:
    with pytest.raises(AssertionError, match="elsewhere"):
        MetaVendor().http(base_url=address)


@pytest.mark.parametrize(
    ("kind", "path", "body"),
    [
        (FonnteVendor, "/send", urlencode({"target": "6281200000001", "message": "Halo"}).encode()),
        (WablasVendor, "/api/v2/send-message", json.dumps({"data": [{"phone": "6281200000001", "message": "Halo"}]}).encode()),
        (MetaVendor, "/v23.0/1/messages", json.dumps({"to": "6281200000001", "type": "text", "text": {"body": "Halo"}}).encode()),
    ],
    ids=["fonnte", "wablas", "meta"],
)
async def test_what_became_of_a_message_is_posted_each_time_twice(kind: type[WhatsAppVendor], path: str, body: bytes) -> None:
    came: list[Request] = []
    enough = asyncio.Event()

    async def listen(request: Request) -> Answer:
        came.append(request)
        if len(came) == 2 * len(kind().news("1", "62812")):
            enough.set()
        return Answer()

    shop = HttpServer(listen)
    port = await shop.start()
    async with kind(reports_to=f"http://127.0.0.1:{port}/kait/rahasia", pause=0.01) as vendor:
        await ask(vendor, path, body, FORM)
        async with asyncio.timeout(20):
            await enough.wait()
    await shop.stop()
    assert set(Counter(request.body for request in came).values()) == {2}
    assert {request.path for request in came} == {"/kait/rahasia"}


async def test_a_shop_that_does_not_listen_is_nothing_to_the_vendor() -> None:
    async with FonnteVendor(reports_to="http://127.0.0.1:9/", pause=0) as vendor:
        await ask(vendor, "/send", urlencode({"target": "6281200000001", "message": "Halo"}).encode(), FORM)


@pytest.mark.parametrize("name", ["fonnte", "wablas", "meta"])
async def test_it_runs_as_a_program(name: str) -> None:
    command = [sys.executable, "-m", "batikrfm.testkit.whatsapp_vendors", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: ASYNC220 - a moment
        assert running.stdout is not None
        url = running.stdout.readline().strip()
        async with open_http(base_url=url) as http:
            assert (await http.request("POST", "/")).status < 500
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
