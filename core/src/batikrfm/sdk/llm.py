"""What an LLM provider is: it completes a prompt. Policy (retries, failover, quotas, cache, privacy) is the host's."""

# ruff: noqa: ARG002 - a method that a provider need not have refuses whatever it is given

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Generic, Literal

from batikrfm.sdk.account import Account, needs_capability
from batikrfm.sdk.config import ConfigT
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.plugin_errors import NotSupportedError
from batikrfm.sdk.text import Language

Tier = Literal["economy", "standard", "best"]
"""How good, and how dear, a model is wanted. Which models those are is settings, never code."""

Effort = Literal["none", "low", "medium", "high"]
"""How long a reasoning model may think. Short copy needs none."""


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """What one batch may hold, how long it may take, and what it costs as a share of the live price."""

    requests: int
    size: int  # bytes
    hours: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class LLMCapabilities:
    """What a provider can do beyond text. ``batch`` is None where there is no batch API."""

    json_schema: bool = False
    batch: BatchLimits | None = None
    moderation: bool = False
    model_list: bool = False


@dataclass(frozen=True)
class CopyBrief:
    """What a prompt asks for, as data: for a provider that does not read prose. Of groups only, never of one customer.

    ``segment`` is the key of a :class:`~batikrfm.sdk.Segment`, ``action`` what the shop should do next for it, in ``language``.
    ``placeholders`` are those that the words may hold, such as ``nama``; ``variants`` how many are wanted. ``offer`` is empty where the
    shop offers nothing.
    """

    shop: str
    trade: str
    language: Language
    segment: str
    segment_name: str
    action: str
    offer: str = ""
    occasion: str = ""
    products: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    variants: int = 1


@dataclass(frozen=True)
class CompletionRequest:
    """One prompt.

    ``id`` is unique within a batch. ``answer_schema`` (JSON schema) asks for JSON. ``temperature`` None leaves the model's own.
    ``cache_key`` groups requests that share a beginning; ``safety_id`` is a hash that stands for whoever asked. ``brief`` says as data
    what ``prompt`` says in words, where copy for a segment is wanted.
    """

    id: str
    model: str
    system: str
    prompt: str
    answer_schema: Mapping[str, Any] | None = None
    max_output_tokens: int = 1_000
    temperature: float | None = None
    effort: Effort = "none"
    cache_key: str | None = None
    safety_id: str | None = None
    brief: CopyBrief | None = None


class Finish(StrEnum):
    """How a completion ended. Only ``COMPLETE`` gives copy; the others are normal outcomes, not errors."""

    COMPLETE = "complete"
    CUT_OFF = "cut_off"  # max_output_tokens was reached
    REFUSED = "refused"  # the model declined
    FILTERED = "filtered"  # the vendor's content filter stepped in


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as billed. Cached tokens are part of the input, reasoning tokens part of the output."""

    input_tokens: int
    output_tokens: int
    cached_input_tokens: int = 0
    reasoning_tokens: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.cached_input_tokens <= self.input_tokens or not 0 <= self.reasoning_tokens <= self.output_tokens:
            raise ValueError("cached and reasoning tokens are part of input and output")


@dataclass(frozen=True)
class Completion:
    """What a model answered.

    ``data`` is the parsed JSON where a schema was asked for and ``finish`` is complete; None where the model wrote something else than
    JSON, which was paid for all the same and so is no error. ``request_id`` is the vendor's, for its support.
    """

    finish: Finish
    text: str
    model: str
    usage: Usage
    data: Any = None
    request_id: str | None = None


@dataclass(frozen=True)
class Moderation:
    """A verdict on one text: the categories that were flagged, and each category's score from 0 to 1."""

    flagged: tuple[str, ...]
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Model:
    """A model on the vendor's list. ``shutdown`` is the day on which it goes, where the vendor says so."""

    id: str
    shutdown: date | None = None


class BatchState(StrEnum):
    """Where a batch is. All but ``RUNNING`` are final; an expired or cancelled one may have answers all the same."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far a batch is."""

    state: BatchState
    total: int
    done: int
    failed: int


@dataclass(frozen=True)
class BatchAnswer:
    """What became of one request of a batch: joined by ``id``, never by order."""

    id: str
    outcome: Completion | PluginError


class LLMProvider(Account[ConfigT], Generic[ConfigT]):
    """An LLM vendor. Each call is one attempt: SDK retries off, errors as in :mod:`batikrfm.sdk.plugin_errors`."""

    capabilities: ClassVar[LLMCapabilities]

    @abstractmethod
    def models(self, tier: Tier) -> Sequence[str]:
        """The models set for ``tier``, the preferred one first; empty where none is set."""

    @abstractmethod
    async def complete(self, request: CompletionRequest) -> Completion:
        """Answer one request."""

    @needs_capability("batch")
    async def submit(self, requests: Sequence[CompletionRequest], reference: str) -> str:
        """Hand in a batch under our own ``reference``; returns the vendor's id."""
        raise NotSupportedError(capability="batch")

    @needs_capability("batch")
    async def find_batch(self, reference: str) -> str | None:
        """The vendor's id of the batch that was handed in under ``reference``: asked before handing in again."""
        raise NotSupportedError(capability="batch")

    @needs_capability("batch")
    async def poll(self, batch: str) -> BatchProgress:
        """How far the batch is."""
        raise NotSupportedError(capability="batch")

    @needs_capability("batch")
    async def collect(self, batch: str) -> Sequence[BatchAnswer]:
        """The answers of a batch that is over, each at most once; those that it never came to are missing.

        Can be asked again. ``data`` is there wherever the text is JSON.
        """
        raise NotSupportedError(capability="batch")

    @needs_capability("batch")
    async def cancel(self, batch: str) -> None:
        """Stop a batch. Stopping one that is over is no error."""
        raise NotSupportedError(capability="batch")

    @needs_capability("moderation")
    async def moderate(self, texts: Sequence[str]) -> Sequence[Moderation]:
        """A verdict on each text, in order."""
        raise NotSupportedError(capability="moderation")

    @needs_capability("model_list")
    async def list_models(self) -> Sequence[Model]:
        """The models that the vendor offers today."""
        raise NotSupportedError(capability="model_list")
