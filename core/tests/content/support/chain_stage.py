"""Fake vendors, registered as plugins are, that do as a stage tells them; a clock that only sleeping moves."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from batikrfm.content.chain import Chain, Link, Policy, Wanted
from batikrfm.content.chain.circuits import Circuits
from batikrfm.content.chain.providers import Account, Tools
from batikrfm.plugins import Plugin, Plugins, Registered
from batikrfm.sdk import (
    BatchAnswer,
    BatchLimits,
    BatchProgress,
    BatchState,
    Check,
    Completion,
    CompletionRequest,
    Finish,
    LLMCapabilities,
    LLMProvider,
    Model,
    Moderation,
    PluginConfig,
    PluginContext,
    PluginError,
    Secret,
    Text,
    Tier,
    Usage,
)
from batikrfm.usage import KeyBusyError, Limits, Permit

TENANT = UUID(int=7)
Step = Completion | PluginError | Callable[[], Any] | Sequence[Any] | BatchProgress | None
"""What a vendor does next; None: it answers well."""


@dataclass
class Ticking:
    """A monotonic clock that only sleeping moves."""

    time: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@dataclass
class Stage:
    """What the vendors do, by provider or by ``provider/model``: each step once, then what is ``always`` done, else a good answer."""

    steps: dict[str, deque[Step]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, Step] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    requests: list[CompletionRequest] = field(default_factory=list)
    offered: dict[str, Sequence[Model]] = field(default_factory=dict)
    batches: dict[str, list[CompletionRequest]] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def next(self, provider: str, what: str) -> Step:
        self.asked.append(f"{provider}/{what}")
        for name in (f"{provider}/{what}", provider):
            if self.steps[name]:
                return self.steps[name].popleft()
        return self.always.get(f"{provider}/{what}", self.always.get(provider))

    async def perform(self, provider: str, what: str, otherwise: object) -> Any:  # noqa: ANN401 - whatever a test wants
        step = self.next(provider, what)
        if isinstance(step, PluginError):
            raise step
        if callable(step):
            return await step()
        return otherwise if step is None else step


class FakeConfig(PluginConfig):
    """An account."""

    api_key: Secret = Field(json_schema_extra={"environment": "FAKE_FIRST_KEY"})
    second_api_key: Secret | None = None
    small: tuple[str, ...] = ("small",)
    best: tuple[str, ...] = ()


class OwnConfig(FakeConfig):
    """An account that the installation has none of."""

    api_key: Secret


class Fake(LLMProvider[FakeConfig]):
    """A vendor on the stage."""

    stage: Stage
    config_model: ClassVar[type[PluginConfig]] = OwnConfig
    capabilities = LLMCapabilities(json_schema=True, model_list=True)

    async def open(self) -> None:
        self.stage.opened.append(self.config.api_key.reveal())

    async def close(self) -> None:
        self.stage.closed.append(self.config.api_key.reveal())

    async def check(self) -> Check:
        return Check()

    def models(self, tier: Tier) -> Sequence[str]:
        return self.config.best if tier == "best" else self.config.small

    async def complete(self, request: CompletionRequest) -> Completion:
        self.stage.requests.append(request)
        answer: Completion = await self.stage.perform(self.key, request.model, said("halo", request.model))
        return answer

    async def list_models(self) -> Sequence[Model]:
        everything = [Model(name) for name in (*self.config.small, *self.config.best)]
        answer: Sequence[Model] = await self.stage.perform(self.key, "models", self.stage.offered.get(self.key, everything))
        return answer


class FakeWithMore(Fake):
    """A vendor that moderates and takes batches, too."""

    config_model = FakeConfig
    capabilities = LLMCapabilities(
        json_schema=True, model_list=True, moderation=True, batch=BatchLimits(requests=50, size=10**6, hours=24, price=Decimal("0.5"))
    )

    async def moderate(self, texts: Sequence[str]) -> Sequence[Moderation]:
        answer: Sequence[Moderation] = await self.stage.perform(self.key, "moderate", [Moderation(()) for _ in texts])
        return answer

    async def submit(self, requests: Sequence[CompletionRequest], reference: str) -> str:
        async def keep() -> str:
            self.stage.batches[reference] = list(requests)
            return f"batch-{reference}"

        step = self.stage.next(self.key, "submit")
        if isinstance(step, PluginError):
            raise step
        name = await keep()
        if callable(step):
            await step()
        return name

    async def find_batch(self, reference: str) -> str | None:
        there = f"batch-{reference}" if reference in self.stage.batches else None
        found: str | None = await self.stage.perform(self.key, "find", there)
        return found

    async def poll(self, batch: str) -> BatchProgress:  # noqa: ARG002 - every batch is like this one
        answer: BatchProgress = await self.stage.perform(self.key, "poll", BatchProgress(BatchState.COMPLETED, 1, 1, 0))
        return answer

    async def collect(self, batch: str) -> Sequence[BatchAnswer]:
        requests = self.stage.batches[batch.removeprefix("batch-")]
        answers: Sequence[BatchAnswer] = await self.stage.perform(
            self.key, "collect", [BatchAnswer(one.id, said("halo", one.model)) for one in requests]
        )
        return answers

    async def cancel(self, batch: str) -> None:  # noqa: ARG002 - there is nothing to stop
        await self.stage.perform(self.key, "cancel", None)


@dataclass
class FreeLimiter:
    """Lets everybody through but those with a key that is ``busy``."""

    busy: set[str] = field(default_factory=set)
    acquired: list[tuple[str, int]] = field(default_factory=list)
    corrected: list[int] = field(default_factory=list)
    slowed: list[float] = field(default_factory=list)
    limits: list[Limits] = field(default_factory=list)

    async def acquire(
        self, key_id: str, requests: int = 1, tokens: int = 0, *, tenant_id: UUID, per_minute: Limits, patience: float = 30.0
    ) -> Permit:
        assert requests == 1
        self.limits.append(per_minute)
        if key_id in self.busy:
            raise KeyBusyError(wait=patience + 1)
        self.acquired.append((key_id, tokens))
        return Permit(tenant_id, key_id, tokens)

    async def correct(self, permit: Permit, tokens: int) -> None:
        assert permit.tokens
        self.corrected.append(tokens)

    async def slow_down(self, key_id: str, seconds: float) -> None:
        assert key_id
        self.slowed.append(seconds)

    async def close(self) -> None:
        """Nobody waits."""


@dataclass
class Noted:
    """A book of models that only notes."""

    gone_models: list[str] = field(default_factory=list)

    async def gone(self, account: Account, model: str) -> None:
        self.gone_models.append(f"{account.key}/{model}")


def said(text: str, model: str = "small", finish: Finish = Finish.COMPLETE) -> Completion:
    """A completion of 50 tokens in and 10 out."""
    return Completion(finish, text, model, Usage(50, 10, cached_input_tokens=20))


def request_for(model: str) -> CompletionRequest:
    return CompletionRequest(id="1", model=model, system="Anda pemasar.", prompt="Tulis.", max_output_tokens=100)


def wanted(**changed: Any) -> Wanted[str]:  # noqa: ANN401 - fields of Wanted
    """Any text will do, unless ``changed``."""
    return Wanted(
        **{
            "purpose": "copy",
            "tier": "economy",
            "request_for": request_for,
            "accept": lambda one: one.text,
            "segment": "champions",
            **changed,
        }
    )


@dataclass
class World:
    """Fake vendors and all that a chain of them needs, without a database."""

    stage: Stage
    clock: Ticking
    limiter: FreeLimiter
    book: Noted
    plugins: Plugins
    classes: Mapping[str, type[Fake]]
    context: PluginContext

    def __post_init__(self) -> None:
        self.circuits = Circuits(self.clock)

    def link(self, key: str, config: FakeConfig | None = None, gone: Sequence[str] = ()) -> Link:
        provider = self.classes[key](config or FakeConfig(api_key=Secret(f"sk-{key}")), self.context)
        keys = (f"hash-{key}", f"hash-{key}-2") if provider.config.second_api_key else (f"hash-{key}",)
        models = {tier: tuple(provider.models(tier)) for tier in ("economy", "standard", "best")}
        return Link(Account(key, provider, keys, models, shared=False), frozenset(gone))  # type: ignore[arg-type] # tiers they are

    def chain(self, *links: Link | str, policy: Policy | None = None, limits: Mapping[str, Limits] | None = None) -> Chain:
        opened = tuple(self.link(one) if isinstance(one, str) else one for one in links)
        tools = Tools(
            self.plugins,
            self.circuits,
            self.limiter,
            limits or {},
            self.book,
            self.clock,
            self.clock.sleep,
            random.Random(7),  # noqa: S311 - a test's chance
        )
        return Chain(TENANT, opened, (), policy or Policy(), tools)


def classes_on(stage: Stage) -> dict[str, type[Fake]]:
    """Three vendors: the first moderates and takes batches."""

    def vendor(key: str, base: type[Fake]) -> type[Fake]:
        return type(key.title(), (base,), {"key": key, "name": Text(id=key.title(), en=key.title()), "stage": stage})

    return {"first": vendor("first", FakeWithMore), "second": vendor("second", Fake), "last": vendor("last", Fake)}


def plugins_of(classes: Mapping[str, type[Fake]]) -> Plugins:
    """A plugin for each, as the host has them after loading."""
    return Plugins(
        tuple(
            Plugin(f"plug_{key}", f"acme-{key}", "1", key, objects=(Registered("llm_providers", key, cls, f"plug_{key}"),))
            for key, cls in classes.items()
        )
    )
