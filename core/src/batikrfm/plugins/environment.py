"""Settings that the installation gives: fields of a model that name a variable of the environment.

::

    api_key: Secret = Field(json_schema_extra={"environment": "OPENAI_API_KEY"})

What a tenant leaves out is filled from there; it is never stored, shown or sent to a form. **An account is used whole or not at all:** a
tenant that sets anything else than numbers and ticks (an address, a model, a key) has an account of its own, and gets nothing of the
installation's but numbers and ticks. Else one could have the installation's key sent to an address of one's own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args, get_origin

from batikrfm.plugins import forms
from batikrfm.plugins.errors import BadSettingsError
from batikrfm.plugins.secret_fields import secret_paths
from batikrfm.sdk.config import PluginConfig
from batikrfm.sdk.text import Text

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

Environ = Mapping[str, str]
ENVIRON: Final[Environ] = os.environ
"""Read anew at each use."""
EXTRA: Final = "environment"
HARMLESS: Final = frozenset({int, float, bool, Decimal, timedelta, NoneType})
"""Types of settings that can lead no key elsewhere and choose no dearer model."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the installation's value of a field comes from."""

    field: str
    variable: str
    harmless: bool
    many: bool
    required: bool
    secret: bool

    def read(self, environ: Environ) -> str | list[str] | None:
        """The variable, None where it is not set; of a list its parts, which commas separate."""
        text = environ.get(self.variable, "").strip()
        if not text:
            return None
        return [part.strip() for part in text.split(",") if part.strip()] if self.many else text


@dataclass(frozen=True)
class Filled:
    """``values`` with what the installation gives; ``given`` are those fields, with their variables.

    ``withheld`` are fields that it would have given if the tenant had not set up an account of its own.
    """

    values: dict[str, Any]
    given: Mapping[str, Source]
    withheld: frozenset[str] = frozenset()

    @property
    def shared(self) -> bool:
        """Whether this is the installation's account: a secret of it is used."""
        return any(source.secret for source in self.given.values())

    def own(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """``values`` without what the installation gave."""
        return {name: value for name, value in values.items() if name not in self.given}

    def explain(self, field: str, problem: Text) -> Text:
        """``problem`` of a field, in words that also say where its value came from or why it did not come."""
        if field in self.withheld:
            return OWN_ACCOUNT
        source = self.given.get(field)
        if source is None:
            return problem
        return Text(id=f"nilai {source.variable} dari pemasangan: {problem.id}", en=f"{source.variable} of the installation: {problem.en}")


OWN_ACCOUNT: Final = Text(
    id="wajib diisi, karena pengaturan lain di sini berarti memakai akun sendiri.",
    en="it is required, for another setting here means an account of your own.",
)


def fill(values: Mapping[str, Any], model: type[PluginConfig], environ: Environ = ENVIRON) -> Filled:
    """``values``, which a tenant set, with what the installation gives for the rest."""
    filled, given, withheld = dict(values), {}, set()
    alone = has_own_account(values, model, environ)
    for source in sources(model):
        value = source.read(environ) if filled.get(source.field) is None else None
        if value is None:
            continue
        if alone and not source.harmless:
            withheld.add(source.field)
        else:
            filled[source.field], given[source.field] = value, source
    return Filled(filled, given, frozenset(withheld))


def has_own_account(values: Mapping[str, Any], model: type[PluginConfig], environ: Environ = ENVIRON) -> bool:
    """Whether a tenant set more than numbers and ticks, and what a field is anyway: a form sends that, too."""
    plain = _harmless_fields(model)
    elsewhere = {source.field for source in sources(model) if source.read(environ) is not None}
    return any(
        value is not None and name not in plain and (name in elsewhere or value != _default(model, name)) for name, value in values.items()
    )


def is_enough(model: type[PluginConfig], environ: Environ = ENVIRON) -> bool:
    """Whether the installation gives every setting that ``model`` requires, and it requires one."""
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    return bool(required) and required <= {source.field for source in sources(model) if source.read(environ) is not None}


def variables_of(model: type[PluginConfig], environ: Environ = ENVIRON) -> tuple[str, ...]:
    """The variables that are set for ``model``: their names, never what they say."""
    return tuple(source.variable for source in sources(model) if source.read(environ) is not None)


def problem_with(model: type[PluginConfig], plugin: str, environ: Environ = ENVIRON) -> BadSettingsError | None:
    """What is wrong with what the environment says for ``model``; that something is missing there is a tenant's to mend, and not wrong."""
    filled = fill({}, model, environ)
    try:
        forms.validated(filled.values, model, plugin, explain=filled.explain)
    except BadSettingsError as error:
        return error if error.values["field"] in filled.given else None
    return None


@cache
def sources(model: type[PluginConfig]) -> tuple[Source, ...]:
    """The fields of ``model`` itself that name a variable. Those of models inside it name none."""
    return tuple(_sources(model))


def _sources(model: type[PluginConfig]) -> Iterator[Source]:
    secrets = {path[0] for path in secret_paths(model) if len(path) == 1}
    for name, field in model.model_fields.items():
        variable = _variable(field)
        if variable is not None:
            types = set(_types(field.annotation))
            yield Source(
                name,
                variable,
                harmless=types <= HARMLESS,
                many=bool(types & {list, tuple, set, frozenset}),
                required=field.is_required(),
                secret=name in secrets,
            )


def _variable(field: FieldInfo) -> str | None:
    extra = field.json_schema_extra
    variable = extra.get(EXTRA) if isinstance(extra, dict) else None
    return variable if isinstance(variable, str) else None


@cache
def _harmless_fields(model: type[PluginConfig]) -> frozenset[str]:
    return frozenset(name for name, field in model.model_fields.items() if set(_types(field.annotation)) <= HARMLESS)


def _default(model: type[PluginConfig], name: str) -> object:
    field = model.model_fields.get(name)
    return None if field is None else field.get_default(call_default_factory=False)


def _types(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - any type there is
    """The types that a field may have: of a list it is the list, of this or nothing both."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        for one in get_args(annotation):
            yield from _types(one)
    elif origin is Annotated:
        yield from _types(get_args(annotation)[0])
    else:
        yield origin or annotation
