"""The kinds of objects that plugins register, and what is checked of each before it is let in."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from batikrfm import sdk
from batikrfm.plugins import troubles
from batikrfm.plugins.secret_fields import secret_paths
from batikrfm.sdk.config import PluginConfig
from batikrfm.sdk.text import Text

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class Kind:
    """One kind. ``base`` is a name of the sdk, looked up when the first such object comes; ``as_class``: classes are registered.

    ``configured``: each tenant has settings for it, so it has a ``config_model``.
    """

    name: str
    base: str
    as_class: bool
    configured: bool = True

    @property
    def hook(self) -> str:
        return f"register_{self.name}"

    @property
    def expected(self) -> str:
        return f"type[{self.base}]" if self.as_class else self.base


KINDS = {
    kind.hook: kind
    for kind in (
        Kind("segmentation_strategies", "SegmentationStrategy", as_class=False),
        Kind("llm_providers", "LLMProvider", as_class=True),
        Kind("channels", "Channel", as_class=True),
        Kind("extensions", "Extension", as_class=False, configured=False),
    )
}


def check_object(kind: Kind, value: object) -> str:
    """The key of ``value`` if it may be let in. Raises a :class:`troubles.Trouble`."""
    cls = _class_of(kind, value)
    missing = sorted(getattr(cls, "__abstractmethods__", ())) + list(_missing_attributes(kind, cls))
    if missing:
        raise troubles.IncompleteError(name=cls.__name__, missing=", ".join(missing))
    if not NAME.fullmatch(cls.key):
        raise troubles.BadNameError(name=cls.key)
    if kind.configured:
        secret_paths(cls.config_model)
    _check_capabilities(cls)
    return str(cls.key)


def _class_of(kind: Kind, value: object) -> Any:  # noqa: ANN401 - a class with the attributes that are checked next
    base = getattr(sdk, kind.base)
    if kind.as_class:
        if isinstance(value, type) and issubclass(value, base):
            return value
    elif isinstance(value, base):
        return type(value)
    got = f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
    raise troubles.WrongTypeError(hook=kind.hook, expected=kind.expected, got=got)


def _missing_attributes(kind: Kind, cls: type) -> Iterator[str]:
    base = getattr(sdk, kind.base)
    if not isinstance(getattr(cls, "key", None), str):
        yield "key"
    if not isinstance(getattr(cls, "name", None), Text):
        yield "name"
    model = getattr(cls, "config_model", None)
    if kind.configured and not (isinstance(model, type) and issubclass(model, PluginConfig)):
        yield "config_model"
    if "capabilities" in inspect.get_annotations(base) and not hasattr(cls, "capabilities"):
        yield "capabilities"
    if "segments" in inspect.get_annotations(base) and not getattr(cls, "segments", ()):
        yield "segments"


def _check_capabilities(cls: Any) -> None:  # noqa: ANN401 - a class that passed _class_of
    """A capability is declared if and only if its methods are there."""
    for base in cls.__mro__:
        for name, method in vars(base).items():
            capability = getattr(method, "needs_capability", None)
            if capability is None:
                continue
            declared = bool(getattr(cls.capabilities, capability))
            if declared != (getattr(cls, name) is not method):
                raise troubles.CapabilityError(name=cls.__name__, capability=capability, method=name)
