"""The settings of plugins for one tenant, kept under plugin and object. Everything here runs in the tenant's scope."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.db.lookups import Lookup, Rows, look_up
from batikrfm.plugins import forms, queries
from batikrfm.plugins.activation import is_on, require
from batikrfm.plugins.environment import ENVIRON, Environ, Filled, fill, sources
from batikrfm.plugins.errors import BadSettingsError, NoSuchObjectError, SecretLostError
from batikrfm.plugins.registry import Plugins, Registered
from batikrfm.plugins.vault import Vault
from batikrfm.sdk.config import PluginConfig, Secret
from batikrfm.sdk.errors import BatikError
from batikrfm.tenancy import current_tenant

_SALT: Final = os.urandom(16)
"""Makes fingerprints of settings worthless outside of this process."""
REMEMBERED: Final = 1_000


@dataclass(frozen=True)
class Form:
    """What a form needs: the model's JSON schema, and what was set, with the mask for secrets.

    ``given`` are the fields that the installation sets where the tenant does not: their values are not in the form, and the schema does
    not require them.
    """

    schema: forms.Values
    values: forms.Values
    given: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Standing:
    """How one registered object stands with a tenant: whether its plugin is ``on``, and its ``config`` or what is wrong with that.

    ``shared``: it runs on the installation's account, see :mod:`batikrfm.plugins.environment`. ``own`` are the fields that the tenant set.
    """

    registered: Registered
    on: bool
    config: PluginConfig | None = field(default=None, repr=False)
    problem: BatikError | None = None
    shared: bool = False
    own: frozenset[str] = frozenset()

    @cached_property
    def fingerprint(self) -> str:
        """What differs if and only if settings differ, within this process. There is a config."""
        assert self.config is not None  # noqa: S101 - whoever asks has looked
        values = json.dumps(self.config.model_dump(), default=_plainly, sort_keys=True)
        return hashlib.blake2b(values.encode(), key=_SALT, digest_size=16).hexdigest()


def _plainly(value: object) -> str:
    return value.reveal() if isinstance(value, Secret) else str(value)


@dataclass(frozen=True)
class _Seal:
    """The vault at one object's place: a secret moved to another tenant, plugin, object or field does not open."""

    vault: Vault
    place: str

    def seal(self, text: str, field: str) -> str:
        return self.vault.seal(text, f"{self.place}/{field}")

    def unseal(self, sealed: str, field: str) -> str:
        return self.vault.unseal(sealed, f"{self.place}/{field}")


@dataclass(frozen=True)
class PluginSettings:
    """Reads and writes settings. ``address`` is ``<kind>.<key>`` of a registered object, such as ``channels.outbox``."""

    plugins: Plugins
    vault: Vault
    environ: Environ = field(default_factory=lambda: ENVIRON, repr=False)
    _untouched: dict[tuple[object, ...], Standing] = field(default_factory=dict, init=False, repr=False, compare=False)

    async def config(self, plugin: str, address: str) -> PluginConfig:
        """The settings as the object's model, secrets and the installation's and all.

        Raises ``BadSettingsError`` if they do not (or no longer) fit.
        """
        one = self._registered(plugin, address)
        kept, seal = await self._read(one)
        return self._config(one, kept, seal)[0]

    async def standings(self, kind: str) -> Mapping[str, Standing]:
        """How every object of ``kind`` that is installed stands with the tenant, by key. One statement; raises for none of them."""
        return self.standings_of(kind, await look_up(kept_settings()))

    def standings_of(self, kind: str, kept: Rows) -> Mapping[str, Standing]:
        """The same of settings that were read before, in the same scope."""
        rows = {row["plugin"]: row for row in kept}
        tenant = str(current_tenant())
        return {one.key: self._standing(one, rows.get(one.plugin, {}), tenant) for one in self.plugins.objects if one.kind == kind}

    async def form(self, plugin: str, address: str) -> Form:
        """What a form shows."""
        one = self._registered(plugin, address)
        kept, _ = await self._read(one)
        given = frozenset(fill(kept, one.config_model, self.environ).given)
        return Form(forms.schema(one.config_model, optional=given), forms.shown(kept, one.config_model), given)

    async def write(self, plugin: str, address: str, sent: forms.Values) -> None:
        """Keep what a form sent: all of it, or ``BadSettingsError`` and nothing. What the installation gives need not be sent.

        The mask keeps the secret that is there, a text replaces it, a secret left out is forgotten.
        """
        one = self._registered(plugin, address)
        model = one.config_model
        await current_scope().execute(queries.HOLD, uuid7(), plugin)
        before, seal = await self._read(one)
        filled = fill(forms.with_secrets_kept(sent, before, model, seal), model, self.environ)
        kept = filled.own(forms.kept(forms.validated(filled.values, model, plugin, explain=filled.explain), seal))
        await current_scope().execute(queries.WRITE, plugin, address, json.dumps(kept))

    async def rotate(self) -> int:
        """Seal every secret of the tenant under the vault's first key; how many there were."""
        rows = await current_scope().fetch(queries.ALL_LOCKED)
        count = 0
        for row in rows:
            settings, sealed = _resealed(json.loads(row["settings"]), self.vault)
            count += sealed
            await current_scope().execute(queries.REPLACE, row["plugin"], json.dumps(settings))
        return count

    def _registered(self, plugin: str, address: str) -> Registered:
        for one in require(self.plugins, plugin).objects:
            if one.address == address:
                return one
        raise NoSuchObjectError(plugin=plugin, address=address)

    def _config(self, one: Registered, kept: forms.Values, seal: _Seal) -> tuple[PluginConfig, Filled]:
        filled = fill(forms.opened(kept, one.config_model, seal), one.config_model, self.environ)
        return forms.validated(filled.values, one.config_model, one.plugin, explain=filled.explain), filled

    def _standing(self, one: Registered, row: Mapping[str, Any], tenant: str) -> Standing:
        if not is_on(require(self.plugins, one.plugin), row.get("enabled"), self.environ):
            return Standing(one, on=False)
        kept = json.loads(row["settings"]).get(one.address, {}) if row else {}
        return self._set(one, kept, tenant) if kept else self._unset(one, tenant)

    def _unset(self, one: Registered, tenant: str) -> Standing:
        """Where the tenant has set nothing, which most have not: the same for all of them, for as long as the environment says the same."""
        given = (one.address, *(source.read(self.environ) for source in sources(one.config_model)))
        key = tuple(tuple(value) if isinstance(value, list) else value for value in given)
        if key not in self._untouched:
            if len(self._untouched) >= REMEMBERED:
                self._untouched.clear()
            self._untouched[key] = self._set(one, {}, tenant)
        return self._untouched[key]

    def _set(self, one: Registered, kept: forms.Values, tenant: str) -> Standing:
        try:
            config, filled = self._config(one, kept, _Seal(self.vault, f"{tenant}/{one.plugin}/{one.address}"))
        except (BadSettingsError, SecretLostError) as error:
            return Standing(one, on=True, problem=error)
        return Standing(one, on=True, config=config, shared=filled.shared, own=frozenset(kept))

    async def _read(self, one: Registered) -> tuple[forms.Values, _Seal]:
        (row,) = await current_scope().fetch(queries.SETTINGS, one.plugin, one.address)
        return json.loads(row["settings"] or "{}"), _Seal(self.vault, f"{row['tenant']}/{one.plugin}/{one.address}")


def kept_settings() -> Lookup[Rows]:
    """The tenant's settings of all plugins, for :meth:`PluginSettings.standings_of`: sealed as they are."""
    return Lookup(queries.ALL, (), lambda rows: rows)


def _resealed(values: Any, vault: Vault) -> tuple[Any, int]:  # noqa: ANN401 - any JSON
    """``values`` with every sealed secret in them sealed anew, also those of plugins that are not installed now; and how many."""
    if not isinstance(values, dict):
        return values, 0
    if set(values) == {forms.SEALED} and isinstance(values[forms.SEALED], str):
        return {forms.SEALED: vault.reseal(values[forms.SEALED])}, 1
    parts = {key: _resealed(value, vault) for key, value in values.items()}
    return {key: value for key, (value, _) in parts.items()}, sum(count for _, count in parts.values())
