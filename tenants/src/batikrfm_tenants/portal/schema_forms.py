"""A settings form from a plugin's JSON schema: one field for each setting, and back from what was sent to the settings.

Settings within settings are fields named ``outer.inner``; a list of simple values is one value a line; whatever else there may be is JSON.
What cannot be read is handed on as it was typed: the plugin's own model says what is wrong with it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Literal

from batikrfm.sdk.config import MASK
from batikrfm_tenants.portal.forms import Form

Kind = Literal["text", "secret", "number", "tick", "choice", "lines", "json"]
Schema = Mapping[str, Any]
SIMPLE = {"string", "integer", "number"}
KINDS: Mapping[str, Kind] = {"boolean": "tick", "integer": "number", "number": "number", "string": "text"}
PREFIX = "s."
"""Before each setting's name in the form, so that a setting may have any name."""


@dataclass(frozen=True)
class SettingField:
    """One field. ``value`` is what the form shows; of a secret that is the mask. ``type`` is the schema's.

    ``given``: the installation sets it where the shop does not.
    """

    name: str
    label: str
    help: str
    kind: Kind
    type: str
    required: bool
    value: str
    options: tuple[str, ...] = ()
    default: str = ""
    given: bool = False

    @property
    def field(self) -> str:
        """The field's name in the form."""
        return PREFIX + self.name

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The options as a select has them; one that need not be chosen begins with nothing."""
        own = tuple((option, option) for option in self.options)
        return own if self.required or self.value else (("", ""), *own)


def fields(schema: Schema, values: Mapping[str, Any], given: Collection[str] = ()) -> tuple[SettingField, ...]:
    """The fields of a form with what was set; ``given`` are those that the installation sets."""
    found = _fields(schema, schema.get("$defs", {}), values, "")
    return tuple(replace(one, given=True, default="") if one.name in given else one for one in found)


def sent_values(schema: Schema, form: Form) -> dict[str, Any]:
    """The settings that ``form`` says. A field left empty is a setting that nobody made: the plugin's default counts."""
    values: dict[str, Any] = {}
    for one in fields(schema, {}):
        value = _read(one, form)
        if value is not None:
            _put(values, one.name.split("."), value)
    return values


def _fields(schema: Schema, defs: Schema, values: Mapping[str, Any], prefix: str) -> Iterator[SettingField]:
    required = set(schema.get("required", ()))
    for name, raw in schema.get("properties", {}).items():
        shape = _resolved(raw, defs)
        inside = values.get(name)
        if shape.get("type") == "object" and "properties" in shape:
            yield from _fields(shape, defs, inside if isinstance(inside, Mapping) else {}, f"{prefix}{name}.")
        else:
            yield _field(f"{prefix}{name}", shape, inside, required=name in required)


def _field(name: str, shape: Schema, value: object, *, required: bool) -> SettingField:
    kind = _kind(shape)
    default = shape.get("default")
    shown = default if value is None and kind in {"tick", "choice"} else value
    return SettingField(
        name=name,
        label=str(shape.get("title") or name),
        help=str(shape.get("description") or ""),
        kind=kind,
        type=str(shape.get("type", "")),
        required=required,
        value=_written(shown, kind),
        options=tuple(str(option) for option in shape.get("enum", ())),
        default="" if default is None or kind in {"tick", "choice", "secret"} else _written(default, kind).replace("\n", ", "),
    )


def _resolved(shape: Schema, defs: Schema) -> Schema:
    """``shape`` with its reference followed, and of "this or nothing" the this."""
    outer = {key: value for key, value in shape.items() if key in {"title", "description", "default"}}
    for choice in ("anyOf", "oneOf", "allOf"):
        real = [one for one in shape.get(choice, ()) if one.get("type") != "null"]
        if len(real) == 1:
            return {**_resolved(real[0], defs), **outer}
    if "$ref" in shape:
        return {**_resolved(defs.get(shape["$ref"].rpartition("/")[2], {}), defs), **outer}
    if "const" in shape:
        return {**shape, "enum": [shape["const"]]}
    return shape


def _kind(shape: Schema) -> Kind:
    if shape.get("format") == "password":
        return "secret"
    if "enum" in shape:
        return "choice"
    if shape.get("type") == "array" and shape.get("items", {}).get("type") in SIMPLE:
        return "lines"
    return KINDS.get(str(shape.get("type")), "json")


def _written(value: object, kind: Kind) -> str:
    if value is None:
        return ""
    if kind == "secret":
        return MASK
    if kind == "lines" and isinstance(value, list):
        return "\n".join(str(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _read(one: SettingField, form: Form) -> object:
    text = form.exactly(one.field) if one.kind == "secret" else form[one.field]
    if one.kind == "tick":
        return form.ticked(one.field, "on")
    if not text:
        return None
    match one.kind:
        case "number" | "json":
            return _as_json(text)
        case "lines":
            return [_as_json(line) if one.type != "string" and _is_number(line) else line for line in _lines(text)]
        case _:
            return text


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _is_number(text: str) -> bool:
    with suppress(ValueError):
        float(text)
        return True
    return False


def _as_json(text: str) -> object:
    """What ``text`` is as JSON; else the text itself, which the model will refuse with a sentence."""
    try:
        return json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text


def _put(values: dict[str, Any], path: list[str], value: object) -> None:
    for name in path[:-1]:
        values = values.setdefault(name, {})
    values[path[-1]] = value
