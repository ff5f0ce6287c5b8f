"""The server: OpenAI at ``/v1``, Groq at ``/openai/v1``, both as their documents say."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, ClassVar, Self
from uuid import uuid4

from batikrfm.testkit.llm_vendor import models, troubles
from batikrfm.testkit.llm_vendor.batches import Batches, Fate
from batikrfm.testkit.llm_vendor.chatting import Chat
from batikrfm.testkit.llm_vendor.moderating import moderated
from batikrfm.testkit.llm_vendor.serving import Answer, HttpServer, Request

GROQ = "/openai/v1"
OPENAI = "/v1"
CHAT = "chat/completions"
TROUBLE_OF_KEY: Mapping[str, Callable[[], Answer]] = {
    "invalid": troubles.invalid_key,
    "empty": troubles.quota_exhausted,
    "limited": troubles.rate_limited,
    "down": troubles.overloaded,
}
"""A key that ends in one of these (``sk-empty``) has that trouble with every request: for showing what happens then."""


def still() -> float:
    """A clock that stands: batches go on by ``pass_time`` alone."""
    return 0.0


@dataclass
class _Scripted:
    answer: Answer
    on: str


@dataclass
class _Shop:
    """One vendor's models, files and batches."""

    chat: Chat
    files: dict[str, bytes]
    batches: Batches


@dataclass
class VendorServer:
    """An LLM vendor on this machine: ``async with VendorServer() as vendor``, then talk to ``vendor.url``.

    It answers sensibly by itself. ``script`` adds answers for the next requests, ``always`` one for all of them; ``shape`` has its
    troubles, ``requests`` is what came. A batch takes ``batch_seconds``, of ``clock``, which ``pass_time`` lets go by without waiting.
    ``latency`` seconds pass before each answer.
    """

    shape: ClassVar[Any] = troubles
    batch_seconds: float = 0.0
    latency: float = 0.0
    port: int = 0
    clock: Callable[[], float] = time.monotonic
    requests: list[Request] = field(default_factory=list)
    revoked: set[str] = field(default_factory=set)
    fate: Fate = field(default_factory=Fate)
    offers: dict[str, dict[str, models.Offered]] = field(default_factory=lambda: {OPENAI: dict(models.OPENAI), GROQ: dict(models.GROQ)})
    _scripted: list[_Scripted] = field(default_factory=list)
    _always: dict[str, Answer] = field(default_factory=dict)
    _passed: float = 0.0

    def __post_init__(self) -> None:
        self._server = HttpServer(self._respond, self.port)
        self._shops = {
            OPENAI: self._shop(Chat(self.offers[OPENAI])),
            GROQ: self._shop(Chat(self.offers[GROQ], unknown=frozenset({"prompt_cache_key", "safety_identifier"}))),
        }

    @property
    def url(self) -> str:
        """Where it listens, without a path: Groq's SDK adds its own, OpenAI's wants ``/v1`` behind it."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def connections(self) -> int:
        """How many are open."""
        return self._server.open_connections

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._server.stop()

    def script(self, *answers: Answer, on: str = CHAT) -> None:
        """Answer the next requests whose path ends in ``on`` (any, if empty) with ``answers``, in order, each once."""
        self._scripted += [_Scripted(answer, on) for answer in answers]

    def always(self, answer: Answer | None, on: str = CHAT) -> None:
        """Answer every request whose path ends in ``on`` with ``answer``, until it is None."""
        self._always.pop(on, None)
        if answer is not None:
            self._always[on] = answer

    def revoke(self, key: str) -> None:
        """Refuse ``key`` from now on."""
        self.revoked.add(key)

    def switch_off(self, model: str) -> None:
        """Offer ``model`` no longer."""
        for offered in self.offers.values():
            offered.pop(model, None)

    def end_batches(self, end: str, *, share: float = 1.0, code: str = "") -> None:
        """Let batches that are handed in from now on end as ``completed``, ``expired`` with ``share`` of them done, or ``failed``."""
        self.fate = Fate(end, share, code)

    def pass_time(self, seconds: float) -> None:
        """Let time go by for the batches, without waiting."""
        self._passed += seconds

    def asked(self, on: str = CHAT) -> list[dict[str, Any]]:
        """The bodies of the requests whose path ends in ``on``."""
        return [request.data for request in self.requests if request.path.endswith(on)]

    def _shop(self, chat: Chat) -> _Shop:
        files: dict[str, bytes] = {}

        def keep(content: bytes) -> str:
            name = f"file-{uuid4().hex}"
            files[name] = content
            return name

        return _Shop(chat, files, Batches(chat.answer, keep, self._now))

    def _now(self) -> float:
        return self.clock() + self._passed

    async def _respond(self, request: Request) -> Answer:
        self.requests.append(request)
        await asyncio.sleep(self.latency)
        prefix = GROQ if request.path.startswith(GROQ) else OPENAI
        answer = self._told_to(request) or self._by_key(request.key) or self._by_path(request, self._shops[prefix], prefix)
        return replace(answer, headers={"x-request-id": f"req_{uuid4().hex}", **LIMITS, **answer.headers})

    def _told_to(self, request: Request) -> Answer | None:
        for number, scripted in enumerate(self._scripted):
            if request.path.endswith(scripted.on):
                return self._scripted.pop(number).answer
        return next((answer for on, answer in self._always.items() if request.path.endswith(on)), None)

    def _by_key(self, key: str) -> Answer | None:
        if not key or key in self.revoked:
            return troubles.invalid_key()
        trouble = TROUBLE_OF_KEY.get(key.rpartition("-")[2])
        return trouble() if trouble else None

    def _by_path(self, request: Request, shop: _Shop, prefix: str) -> Answer:
        what, *rest = request.path.removeprefix(prefix).strip("/").split("/")
        if (request.method, what, rest) == ("POST", "chat", ["completions"]):
            return shop.chat.answer(request.data)
        if what == "files":
            return _files(request, shop, rest)
        if what == "batches":
            return self._batches(request, shop, rest)
        if what == "models" and not rest:
            return Answer.json({"object": "list", "data": [_model(one) for one in self.offers[prefix].values()]})
        if what == "moderations" and prefix == OPENAI:
            return Answer.json(moderated(request.data))
        return troubles.error(404, f"Unknown request URL: {request.path}", kind="invalid_request_error", code="unknown_url")

    def _batches(self, request: Request, shop: _Shop, rest: list[str]) -> Answer:
        if not rest:
            return self._hand_in(request, shop) if request.method == "POST" else _listed(request, shop)
        batch = shop.batches.all.get(rest[0])
        if batch is None:
            return _nothing(rest[0])
        if rest[1:] == ["cancel"]:
            if batch.status(self._now()) in ("completed", "failed", "expired", "cancelled"):
                return troubles.bad_request(code="batch_is_over")
            batch.cancel(self._now())
        return Answer.json(shop.batches.shown(batch))

    def _hand_in(self, request: Request, shop: _Shop) -> Answer:
        content = shop.files.get(str(request.data.get("input_file_id")))
        if content is None:
            return _nothing(str(request.data.get("input_file_id")))
        return Answer.json(shop.batches.shown(shop.batches.create(content, request.data, self.batch_seconds, self.fate)))


LIMITS = {
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-remaining-requests": "9999",
    "x-ratelimit-limit-tokens": "2000000",
    "x-ratelimit-remaining-tokens": "1999000",
    "x-ratelimit-reset-requests": "6ms",
    "x-ratelimit-reset-tokens": "30ms",
}


def _files(request: Request, shop: _Shop, rest: list[str]) -> Answer:
    if request.method == "POST":
        form = request.form()
        if form.get("purpose") != b"batch" or "file" not in form:
            return troubles.bad_request(param="purpose")
        name = shop.batches.keep(form["file"])
        return Answer.json({"id": name, "object": "file", "bytes": len(form["file"]), "purpose": "batch", "filename": "batch.jsonl"})
    content = shop.files.get(rest[0]) if rest else None
    if content is None or rest[1:] != ["content"]:
        return _nothing("/".join(rest))
    return Answer(200, content, {"content-type": "application/octet-stream"})


def _listed(request: Request, shop: _Shop) -> Answer:
    """The newest first, a page at a time."""
    newest = list(reversed(shop.batches.all.values()))
    after, limit = request.query.get("after"), int(request.query.get("limit", "20"))
    start = next((number + 1 for number, one in enumerate(newest) if one.id == after), 0)
    page = newest[start : start + limit]
    data = [shop.batches.shown(one) for one in page]
    return Answer.json({"object": "list", "data": data, "has_more": start + limit < len(newest), "last_id": page[-1].id if page else None})


def _nothing(name: str) -> Answer:
    return troubles.error(404, f"No such object: {name}", kind="invalid_request_error")


def _model(one: models.Offered) -> dict[str, Any]:
    return {"id": one.id, "object": "model", "created": 1_790_000_000, "owned_by": "vendor", "active": True, "shutdown_date": one.shutdown}
