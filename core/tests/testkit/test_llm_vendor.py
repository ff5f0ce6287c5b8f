"""The vendor that providers are tested with: it refuses what a real one refuses, and writes what was asked for."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from batikrfm.plugins.http import open_http
from batikrfm.sdk import HttpAnswer
from batikrfm.testkit.llm_vendor import VendorServer, still, troubles

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

VARIANTS = {
    "type": "object",
    "properties": {
        "variants": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("subject", "preheader", "email", "whatsapp", "call_to_action")},
                "required": ["subject", "preheader", "email", "whatsapp", "call_to_action"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["variants"],
    "additionalProperties": False,
}
INDONESIAN = "Tulis 3 varian untuk pelanggan toko batik. Sapa dengan {nama}."
ENGLISH = "Write 3 variants for the customers of the shop. Greet them with {nama}."


@dataclass
class Caller:
    vendor: VendorServer

    async def __call__(self, method: str, path: str, data: object = None, key: str = "sk-good") -> HttpAnswer:
        async with open_http(base_url=self.vendor.url, headers={"authorization": f"Bearer {key}"} if key else {}) as http:
            return await http.request(method, path, body=None if data is None else json.dumps(data).encode())

    async def chat(self, path: str = "/v1", **more: Any) -> HttpAnswer:  # noqa: ANN401 - any parameter
        body = {"model": "gpt-6-luna", "messages": [{"role": "user", "content": INDONESIAN}], "reasoning_effort": "none", **more}
        return await self("POST", f"{path}/chat/completions", body)


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with VendorServer(batch_seconds=10, clock=still) as vendor:
        yield Caller(vendor)


def words(answer: HttpAnswer) -> list[dict[str, str]]:
    variants: list[dict[str, str]] = json.loads(answer.json()["choices"][0]["message"]["content"])["variants"]
    return variants


def schema(of: object, *, strict: bool = True) -> dict[str, object]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": strict, "schema": of}}


@pytest.mark.parametrize(("prompt", "greeting"), [(INDONESIAN, "Halo {nama}"), (ENGLISH, "Hello {nama}")])
async def test_it_writes_what_is_asked_for_in_the_language_of_the_prompt(call: Caller, prompt: str, greeting: str) -> None:
    answer = await call.chat(messages=[{"role": "user", "content": prompt}], response_format=schema(VARIANTS))
    variants = words(answer)
    assert len(variants) == 3
    assert len({variant["subject"] for variant in variants}) > 1
    assert all(variant["email"].startswith(greeting) for variant in variants)


async def test_it_uses_no_placeholder_that_the_prompt_does_not_name(call: Caller) -> None:
    prompt = [{"role": "user", "content": "Tulis 1 varian. Yang boleh dipakai: {produk_terakhir}."}]
    answer = await call.chat(messages=prompt, response_format=schema(VARIANTS))
    assert "{nama}" not in answer.body.decode()


async def test_what_begins_alike_is_cheaper_the_second_time(call: Caller) -> None:
    beginning = {"role": "system", "content": "Anda menulis untuk toko batik. " * 200}
    usages = [
        (await call.chat(messages=[beginning, {"role": "user", "content": f"Tulis. {number}"}], prompt_cache_key="k")).json()["usage"]
        for number in range(2)
    ]
    cached = [usage["prompt_tokens_details"]["cached_tokens"] for usage in usages]
    assert cached[0] == 0
    assert 1_024 <= cached[1] <= usages[1]["prompt_tokens"]
    assert cached[1] % 128 == 0


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"messages": []}, "messages"),
        ({"max_tokens": 100}, "max_tokens"),
        ({"reasoning_effort": "ultra"}, "reasoning_effort"),
        ({"reasoning_effort": "low", "temperature": 1}, "temperature"),
        ({"model": "gpt-4o-mini"}, "reasoning_effort"),
        ({"safety_identifier": "x" * 65}, "safety_identifier"),
        ({"response_format": schema({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]})}, "response_format"),
        (
            {"response_format": schema({"type": "object", "properties": {"a": {}}, "required": [], "additionalProperties": False})},
            "response_format",
        ),
    ],
)
async def test_a_parameter_that_a_model_does_not_take_is_refused(call: Caller, more: dict[str, Any], param: str) -> None:
    answer = await call.chat(**more)
    assert (answer.status, answer.json()["error"]["param"]) == (400, param)


async def test_the_two_vendors_are_two(call: Caller) -> None:
    assert (await call.chat(model="openai/gpt-oss-20b")).status == 404
    good = await call.chat("/openai/v1", model="openai/gpt-oss-20b", reasoning_effort="low")
    refused = await call.chat("/openai/v1", model="openai/gpt-oss-20b", reasoning_effort="low", prompt_cache_key="k")
    assert (good.status, refused.status) == (200, 400)
    assert (await call("POST", "/openai/v1/moderations", {"input": "x"})).status == 404
    assert good.headers["x-request-id"]


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        ("", 401, "invalid_api_key"),
        ("sk-invalid", 401, "invalid_api_key"),
        ("sk-empty", 429, "insufficient_quota"),
        ("sk-limited", 429, "rate_limit_exceeded"),
        ("sk-down", 503, "server_is_overloaded"),
    ],
)
async def test_some_keys_have_trouble(call: Caller, key: str, status: int, code: str) -> None:
    answer = await call("GET", "/v1/models", key=key)
    assert (answer.status, answer.json()["error"]["code"]) == (status, code)


async def test_what_is_scripted_comes_first_each_once_and_only_where_it_belongs(call: Caller) -> None:
    call.vendor.script(troubles.server_error(500), troubles.overloaded())
    assert (await call("GET", "/v1/models")).status == 200
    assert [(await call.chat()).status for _ in range(3)] == [500, 503, 200]


async def test_a_batch_goes_through_its_phases(call: Caller) -> None:
    batch = await handed_in(call, [line("a"), line("b", model="gpt-6-luna")])
    seen = []
    for _ in range(4):
        seen.append((await call("GET", f"/v1/batches/{batch}")).json()["status"])
        call.vendor.pass_time(4.6)
    assert seen == ["validating", "in_progress", "finalizing", "completed"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (["no json"], "invalid_json_line"),
        ([], "empty_file"),
        (["{a}", "{a}"], "duplicate_custom_id"),
        (["{a}", "{other}"], "mismatched_model"),
    ],
)
async def test_a_batch_file_that_is_wrong_makes_a_batch_that_failed(call: Caller, content: list[str], code: str) -> None:
    known = {"{a}": line("a"), "{other}": line("b", model="gpt-5.6-luna")}
    batch = await handed_in(call, [known.get(text, text) for text in content])
    shown = (await call("GET", f"/v1/batches/{batch}")).json()
    assert (shown["status"], shown["errors"]["data"][0]["code"]) == ("failed", code)


def line(id_: str, model: str = "gpt-6-luna") -> str:
    body = {"model": model, "messages": [{"role": "user", "content": "Tulis."}]}
    return json.dumps({"custom_id": id_, "method": "POST", "url": "/v1/chat/completions", "body": body})


async def handed_in(call: Caller, lines: list[str]) -> str:
    part = "--part\r\nContent-Disposition: form-data; name="
    content = "\n".join(lines)
    form = f'{part}"purpose"\r\n\r\nbatch\r\n{part}"file"; filename="b.jsonl"\r\n\r\n{content}\r\n--part--\r\n'
    async with open_http(base_url=call.vendor.url, headers={"authorization": "Bearer k"}) as http:
        kind = {"content-type": "multipart/form-data; boundary=part"}
        file = (await http.request("POST", "/v1/files", headers=kind, body=form.encode())).json()["id"]
    made = await call("POST", "/v1/batches", {"input_file_id": file, "endpoint": "/v1/chat/completions", "completion_window": "24h"})
    return str(made.json()["id"])


async def test_as_a_program_it_says_where_it_is_and_ends_when_told_to() -> None:
    command = [sys.executable, "-m", "batikrfm.testkit.llm_vendor", "--latency", "0"]
    program = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert program.stdout is not None
    url = (await program.stdout.readline()).decode().strip()
    async with open_http(base_url=url, headers={"authorization": "Bearer k"}) as http:
        models = (await http.request("GET", "/v1/models")).json()
    program.send_signal(signal.SIGTERM)
    assert await program.wait() == 0
    assert {"id": "gpt-6-luna", "object": "model"}.items() <= models["data"][0].items()
