"""What LLM providers and channels share: a class of which each instance serves one tenant's settings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ClassVar, Generic, Self, TypeVar

from batikrfm.sdk.config import ConfigT, PluginConfig
from batikrfm.sdk.context import PluginContext
from batikrfm.sdk.text import Text

MethodT = TypeVar("MethodT", bound=Callable[..., Any])
SelfT = TypeVar("SelfT", bound="Account[Any]")


@dataclass(frozen=True)
class Check:
    """A check that went well. ``facts`` are shown to the owner: a plan, what is left, until when; never a secret."""

    facts: Mapping[str, str] = field(default_factory=dict)


class Account(ABC, Generic[ConfigT]):
    """One tenant's account with a vendor.

    A plugin registers the *class*; the host makes an instance per tenant's settings and uses it as an async context manager, so
    connections live in the instance and two tenants never share one.
    """

    key: ClassVar[str]
    """Stable and unique among its kind: lower-case letters, digits and ``_``."""
    name: ClassVar[Text]
    config_model: ClassVar[type[PluginConfig]]

    def __init__(self, config: ConfigT, context: PluginContext) -> None:
        """Keep what is given; open nothing yet."""
        self.config = config
        self.context = context

    @abstractmethod
    async def check(self) -> Check:
        """Whether the settings work, without any side effect: nothing sent, nothing bought. Raises a ``PluginError`` if not."""

    async def open(self) -> None:
        """Open connections, if there are any to keep."""

    async def close(self) -> None:
        """Close what :meth:`open` and the work opened."""

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()


def needs_capability(capability: str) -> Callable[[MethodT], MethodT]:
    """Marks a method that exists only where ``capabilities.<capability>`` is set. The host refuses a class where the two differ."""

    def mark(method: MethodT) -> MethodT:
        method.needs_capability = capability  # type: ignore[attr-defined] # a mark on a function of ours
        return method

    return mark
