"""What the host knows after loading: each plugin with its state, each registered object with its origin."""

# ruff: noqa: ASYNC109 - the boundary makes a typed error of a timeout, so it takes the timeout

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple, cast, overload

from batikrfm.plugins.errors import NoSuchStrategyError
from batikrfm.plugins.metrics import Metrics, NoMetrics
from batikrfm.plugins.troubles import Trouble
from batikrfm.sdk.config import PluginConfig

if TYPE_CHECKING:
    from batikrfm.sdk import Channel, Extension, LLMProvider, SegmentationStrategy

ArgsT = TypeVarTuple("ArgsT")
AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True)
class Registered:
    """An object (or class) that a plugin registered. ``key`` is unique within its kind, ``address`` over all."""

    kind: str
    key: str
    value: Any
    plugin: str

    @property
    def address(self) -> str:
        """``segmentation_strategies.rfm5``: where the settings of this object are kept, within its plugin's."""
        return f"{self.kind}.{self.key}"

    @property
    def config_model(self) -> type[PluginConfig]:
        """The model of a tenant's settings; the empty one for what serves the whole installation."""
        return cast("type[PluginConfig]", getattr(self.value, "config_model", PluginConfig))


@dataclass(frozen=True)
class Plugin:
    """One installed plugin: where it comes from, and what it registered or why it is ``off``.

    ``requires`` is the range of batikrfm that it declares; ``builtin`` plugins are on unless a tenant says otherwise.
    """

    name: str
    distribution: str
    version: str
    value: str
    off: Trouble | None = None
    objects: tuple[Registered, ...] = ()
    requires: str | None = None
    builtin: bool = False

    def switched_off(self, trouble: Trouble) -> Plugin:
        """The same plugin with the reason why it is off."""
        return replace(self, off=trouble)

    def switched_on(self, objects: tuple[Registered, ...], requires: str | None, *, builtin: bool) -> Plugin:
        """The same plugin with what it registered."""
        return replace(self, objects=objects, requires=requires, builtin=builtin)


@dataclass(frozen=True)
class Plugins:
    """Every plugin found, in a fixed order: built-ins first, then by name."""

    all: tuple[Plugin, ...] = ()
    metrics: Metrics = field(default_factory=NoMetrics)

    @cached_property
    def segmentation_strategies(self) -> Mapping[str, SegmentationStrategy[Any]]:
        """The strategies of every working plugin, by key."""
        return self._of("segmentation_strategies")

    @cached_property
    def llm_providers(self) -> Mapping[str, type[LLMProvider[Any]]]:
        """The LLM providers' classes, by key."""
        return self._of("llm_providers")

    @cached_property
    def channels(self) -> Mapping[str, type[Channel[Any]]]:
        """The channels' classes, by key."""
        return self._of("channels")

    @cached_property
    def extensions(self) -> Mapping[str, Extension]:
        """The extensions of every working plugin, by key. They serve the installation, whatever a tenant has switched."""
        return self._of("extensions")

    @cached_property
    def objects(self) -> tuple[Registered, ...]:
        """Everything registered, with its origin."""
        return tuple(one for plugin in self.all for one in plugin.objects)

    def strategy(self, key: str) -> SegmentationStrategy[Any]:
        """The strategy of this key, or :class:`NoSuchStrategyError`, which says which there are."""
        try:
            return self.segmentation_strategies[key]
        except KeyError:
            raise NoSuchStrategyError(key=key, known=", ".join(self.segmentation_strategies)) from None

    def named(self, name: str) -> Plugin | None:
        """The plugin of this name: the first, where two claim it."""
        return next((plugin for plugin in self.all if plugin.name == name), None)

    def only(self, names: Collection[str]) -> Plugins:
        """Those of ``names`` alone, in the same order."""
        return Plugins(tuple(plugin for plugin in self.all if plugin.name in names), self.metrics)

    @overload
    async def call(self, method: Callable[[*ArgsT], Awaitable[AnswerT]], /, *args: *ArgsT, timeout: float) -> AnswerT: ...
    @overload
    async def call(self, method: Callable[[*ArgsT], AnswerT], /, *args: *ArgsT, timeout: float) -> AnswerT: ...
    async def call(self, method: Callable[..., Any], /, *args: object, timeout: float) -> object:
        """Call a method of a registered object, or of an instance of a registered class, behind the boundary.

        See :func:`batikrfm.plugins.boundary.call_plugin`. ``timeout`` is in seconds.
        """
        from batikrfm.plugins.boundary import call_plugin  # it brings asyncio, which listing plugins does not need

        owner = self.owner_of(getattr(method, "__self__", None))
        return await call_plugin(method, *args, plugin=owner, timeout=timeout, metrics=self.metrics)

    def owner_of(self, value: object) -> str:
        """The plugin that registered ``value``, or the class that it is an instance of. Asking for anything else is our bug."""
        for one in self.objects:
            if one.value is value or one.value is type(value):
                return one.plugin
        raise LookupError(f"{type(value).__name__} was registered by no plugin")

    def _of(self, kind: str) -> dict[str, Any]:
        return {one.key: one.value for one in self.objects if one.kind == kind}
