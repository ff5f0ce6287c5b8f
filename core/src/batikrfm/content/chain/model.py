"""What a chain is made of, what it is asked for, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from uuid import UUID

from batikrfm.sdk.text import Language, Text

if TYPE_CHECKING:
    from batikrfm.content.chain.providers import Account, Tools
    from batikrfm.sdk import BatchAnswer, Completion, CompletionRequest, LLMCapabilities, LLMProvider, Moderation, Tier
    from batikrfm.usage import Call

T = TypeVar("T")

ORDER: Final = ("openai", "groq", "template")
"""Which provider is asked first where the shop has not said: by key."""


@dataclass(frozen=True)
class Policy:
    """How long and how often. Seconds.

    One attempt takes ``attempt`` at most. A model is tried ``tries`` times where trying again can help (``slow_tries`` where it did not
    answer in time: it may be billed all the same), after a wait that starts at ``first_wait`` and doubles; a vendor that asks for more
    than ``longest_wait`` is left for the next one. All of it ends after ``total``, but each provider gets ``share`` of its own however
    late it is: the last link always has its turn. Of a tier's models ``models`` are tried at most.
    """

    attempt: float = 45.0
    tries: int = 3
    slow_tries: int = 2
    first_wait: float = 0.5
    longest_wait: float = 20.0
    total: float = 120.0
    share: float = 5.0
    models: int = 3


@dataclass(frozen=True)
class Skipped:
    """A provider that was passed over or gave no usable answer, and why."""

    provider: str
    reason: Text

    def say(self, language: Language = "id") -> str:
        """One sentence that begins with the provider's name."""
        return f"{self.provider}: {self.reason.say(language)}"


@dataclass(frozen=True)
class Link:
    """One provider of a chain, open and ready.

    ``gone`` are models that the vendor has switched off: they are passed over. ``shared``: it runs on the installation's key.
    """

    account: Account
    gone: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The provider's key, such as ``openai``."""
        return self.account.key

    @property
    def shared(self) -> bool:
        """Whether it runs on the installation's key."""
        return self.account.shared

    @property
    def provider(self) -> LLMProvider[Any]:
        """The provider's instance. It is called through the boundary only."""
        return self.account.provider

    @property
    def capabilities(self) -> LLMCapabilities:
        """What it can do beyond text."""
        return self.account.provider.capabilities

    def models(self, tier: Tier) -> tuple[str, ...]:
        """The models of a tier that are still there, the preferred one first."""
        return tuple(model for model in self.account.models[tier] if model not in self.gone)


@dataclass(frozen=True)
class Chain:
    """The providers of one tenant in the order in which they are asked. ``skipped`` are those of its order that cannot be, and why."""

    tenant_id: UUID
    links: tuple[Link, ...]
    skipped: tuple[Skipped, ...]
    policy: Policy
    tools: Tools = field(repr=False)

    def link(self, provider: str) -> Link | None:
        """The link of this provider, or None if the chain has none (any more)."""
        return next((one for one in self.links if one.key == provider), None)


@dataclass(frozen=True)
class Wanted(Generic[T]):
    """What is wanted of whichever provider can give it.

    ``request_for`` makes the request for a model. ``accept`` makes of a complete answer what the caller needs, or raises
    :class:`UnusableAnswerError`; it gets no answer that was refused or filtered. ``repair`` makes the request that asks for the same once
    more, told what was wrong; None where there is nothing to ask. ``redact`` is what the ledger may keep of a request's prompt.
    """

    purpose: str
    tier: Tier
    request_for: Callable[[str], CompletionRequest]
    accept: Callable[[Completion], T]
    repair: Callable[[CompletionRequest, Completion, Sequence[Text]], CompletionRequest] | None = None
    segment: str | None = None
    job_id: UUID | None = None
    redact: Callable[[CompletionRequest], str] = lambda request: request.prompt


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """A usable answer: what ``accept`` made of it, who gave it, and every call it took, failed ones too, for the ledger.

    ``skipped`` says why those before ``provider`` did not answer.
    """

    answer: T
    completion: Completion
    provider: str
    model: str
    calls: tuple[Call, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class Moderated:
    """Verdicts on texts, in order; or None and the ``reason`` why there are none. A draft is never lost for want of a verdict."""

    verdicts: tuple[Moderation, ...] | None
    provider: str | None = None
    reason: Text | None = None
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True)
class Collected:
    """What came of a batch: its answers by the request's id, and a call for each, for the ledger."""

    answers: Mapping[str, BatchAnswer]
    calls: tuple[Call, ...]
