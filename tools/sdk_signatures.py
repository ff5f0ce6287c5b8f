"""Writes ``core/hookspecs.lock``: the signature of every hook and of every public name of ``batikrfm.sdk`` and its ``openai_shape``.

A plugin author reads these as promises, so a change of one is a change that a reviewer sees and a plugin author is told of.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path

from batikrfm import sdk
from batikrfm.sdk import hooks, openai_shape

LOCK = Path(__file__).resolve().parent.parent / "core" / "hookspecs.lock"
IN_MEMORY = re.compile(r"<function (\w+) at 0x\w+>")
HEADING = "# Hooks and the SDK's public names. Written by: make signatures. A change needs a fragment changelog.d/+<slug>.plugin-api.md\n"


def signatures() -> str:
    """The text of the lock file for the SDK as it is."""
    lines = [HEADING]
    lines += [f"hook {name}{signature_of(function)}\n" for name, function in sorted(specifications().items())]
    for page in (sdk, openai_shape):
        lines += ["\n" + "".join(f"{line}\n" for line in _described(name, getattr(page, name))) for name in sorted(page.__all__)]
    return "".join(lines)


def specifications() -> dict[str, Callable[..., object]]:
    """Every hook by its name."""
    return {name: value for name, value in vars(hooks).items() if hasattr(value, f"{hooks.PROJECT}_spec")}


def _described(name: str, value: object) -> Iterator[str]:
    if isinstance(value, type):
        yield f"class {name}({', '.join(base.__name__ for base in value.__bases__ if base is not object)})"
        yield from (f"    {line}" for line in _members(value))
    elif inspect.isfunction(value):
        yield f"def {name}{signature_of(value)}"
    elif isinstance(value, int | str):
        yield f"{name} = {value!r}"
    elif hasattr(value, "__args__"):
        written = IN_MEMORY.sub(r"\1", str(value))
        yield f"{name} = {written.replace('batikrfm.sdk.', '')}"
    else:
        yield f"{name}: {type(value).__name__}"


def _members(cls: type) -> Iterator[str]:
    if issubclass(cls, Enum):
        yield from (f"{member.name} = {member.value!r}" for member in cls)
        return
    defaults = {field.name: _default(field) for field in dataclasses.fields(cls)} if dataclasses.is_dataclass(cls) else {}
    for name, annotation in inspect.get_annotations(cls).items():
        if not name.startswith("_"):
            yield f"{name}: {annotation}{defaults.get(name, '')}"
    for name, value in vars(cls).items():
        shown = _member(name, value, cls)
        if shown and (not name.startswith("_") or name in {"__init__", "__call__"}) and name not in inspect.get_annotations(cls):
            yield shown


def _member(name: str, value: object, cls: type) -> str | None:
    if isinstance(value, property):
        return f"property {name}{signature_of(value.fget)}" if value.fget else None
    if isinstance(value, classmethod | staticmethod):
        return f"{type(value).__name__} {name}{signature_of(value.__func__)}"
    if inspect.isfunction(value):
        if name == "__init__" and (dataclasses.is_dataclass(cls) or getattr(cls, "_is_protocol", False)):
            return None  # its fields say it; nobody makes a protocol
        kind = "async def" if inspect.iscoroutinefunction(value) else "def"
        return f"{_marks(value)}{kind} {name}{signature_of(value)}"
    if name == "retryable":
        return f"retryable = {value}"
    return None


def _marks(method: Callable[..., object]) -> str:
    capability = getattr(method, "needs_capability", None)
    if capability:
        return f"[needs {capability}] "
    return "[abstract] " if getattr(method, "__isabstractmethod__", False) else ""


def _default(field: dataclasses.Field[object]) -> str:
    if field.default is not dataclasses.MISSING:
        return f" = {field.default!r}"
    return " = ..." if field.default_factory is not dataclasses.MISSING else ""


def signature_of(function: Callable[..., object]) -> str:
    """As written: annotations are texts, whatever version of Python reads them."""
    signature = inspect.signature(function)
    parameters = [one.replace(annotation=_as_written(one.annotation)) for one in signature.parameters.values()]
    return str(signature.replace(parameters=parameters, return_annotation=_as_written(signature.return_annotation)))


@dataclasses.dataclass(frozen=True)
class _Written:
    text: str

    def __repr__(self) -> str:
        return self.text


def _as_written(annotation: object) -> object:
    return _Written(annotation) if isinstance(annotation, str) else annotation


def main() -> int:
    """Write the lock file."""
    LOCK.write_text(signatures(), encoding="utf-8")
    print(LOCK.name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
