"""Settings between four forms: what a person sends, the model, what the database keeps, what a form shows.

Only what was set is kept, so a plugin's new default reaches everyone who never chose. A secret is kept as ``{"sealed": "..."}``
and shown as the mask; the mask, sent back, means the secret that is there.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Protocol

from pydantic import ValidationError

from batikrfm.plugins.errors import BadSettingsError
from batikrfm.plugins.problems import problem_of
from batikrfm.plugins.secret_fields import Path, secret_paths
from batikrfm.sdk.config import MASK, ConfigT, PluginConfig
from batikrfm.sdk.text import Text

SEALED = "sealed"
Values = dict[str, Any]
Explain = Callable[[str, Text], Text]


class Seal(Protocol):
    """A vault that already knows tenant, plugin and object."""

    def seal(self, text: str, field: str) -> str:
        """Encrypt the secret of a field."""

    def unseal(self, sealed: str, field: str) -> str:
        """Decrypt the secret of a field."""


def schema(model: type[PluginConfig], *, optional: Collection[str] = ()) -> Values:
    """The JSON schema of a form: secrets are ``format: password`` and ``writeOnly``. ``optional`` fields are not required."""
    found = model.model_json_schema(by_alias=False)
    required = [name for name in found.pop("required", ()) if name not in optional]
    return {**found, **({"required": required} if required else {})}


def shown(kept: Mapping[str, Any], model: type[PluginConfig]) -> Values:
    """What was set, with the mask for secrets."""
    values = copy.deepcopy(dict(kept))
    for parent, field, _ in _secrets(values, model):
        parent[field] = MASK
    return values


def opened(kept: Mapping[str, Any], model: type[PluginConfig], seal: Seal) -> Values:
    """What was set, with its secrets in clear text: for the model only."""
    values = copy.deepcopy(dict(kept))
    for parent, field, path in _secrets(values, model):
        parent[field] = seal.unseal(parent[field][SEALED], ".".join(path))
    return values


def kept(config: PluginConfig, seal: Seal) -> Values:
    """What the database keeps of ``config``."""
    values = config.model_dump(mode="json", exclude_unset=True, by_alias=False)
    for parent, field, path in _secrets(values, type(config)):
        secret = _at(config, path)
        parent[field] = {SEALED: seal.seal(secret.reveal(), ".".join(path))}
    return values


def with_secrets_kept(sent: Mapping[str, Any], before: Mapping[str, Any], model: type[PluginConfig], seal: Seal) -> Values:
    """``sent`` with the secrets of ``before`` in place of masks. Only those are opened: a lost one can still be replaced."""
    values = copy.deepcopy(dict(sent))
    for parent, field, path in list(_secrets(values, model)):
        if parent[field] == MASK:
            there = _at(before, path)
            if there is None:
                del parent[field]
            else:
                parent[field] = seal.unseal(there[SEALED], ".".join(path))
    return values


def validated(
    values: Mapping[str, Any], model: type[ConfigT], plugin: str, *, explain: Explain = lambda _field, problem: problem
) -> ConfigT:
    """The model with ``values``. Raises :class:`BadSettingsError`, which repeats no value and no secret.

    ``explain`` may put the problem of a field into other words.
    """
    try:
        return model.model_validate_json(json.dumps(values))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
    # Outside of the except clause: pydantic's error holds the input, and would stay with ours as its context.
    secrets = [str(parent[field]) for parent, field, _ in _secrets(dict(values), model)]
    where = ".".join(map(str, first["loc"])) or "*"
    raise BadSettingsError(plugin=plugin, field=where, problem=explain(where.partition(".")[0], problem_of(first, secrets)))


def _secrets(values: Values, model: type[PluginConfig]) -> Iterator[tuple[Values, str, Path]]:
    """The dictionary and key of each secret that has a value in ``values``, with its path."""
    for path in sorted(secret_paths(model)):
        parent = _at(values, path[:-1])
        if isinstance(parent, dict) and parent.get(path[-1]) is not None:
            yield parent, path[-1], path


def _at(values: Any, path: Path) -> Any:  # noqa: ANN401 - settings are whatever a plugin's model says
    """What is at ``path`` of nested dictionaries or models, None where there is nothing."""
    for name in path:
        if values is None:
            return None
        values = values.get(name) if isinstance(values, dict) else getattr(values, name, None)
    return values
