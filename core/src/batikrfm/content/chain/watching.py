"""The daily look at the vendors' lists of models: so that one that goes is known before it is gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from batikrfm.content.chain.asking import through
from batikrfm.content.chain.model_book import Known, forget_old, keep_list, known_models
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.plugin_errors import UnavailableError
from batikrfm.tenancy import tenant_scope

if TYPE_CHECKING:
    from batikrfm.content.chain.model import Chain, Link
    from batikrfm.content.chain.providers import Account

SECONDS: Final = 30.0
ASK_AGAIN: Final = 3_600.0
"""Seconds until a process asks for a check once more, where the last one did not come to pass."""
REMEMBERED: Final = 10_000


async def see_to_checks(tenant_id: UUID, accounts: Sequence[Account], known: Known, reminders: Reminders) -> None:
    """Have the accounts' lists read each day from now on, and soon, where one of their models was not checked of late."""
    if not any(_stale(account, known) for account in accounts) or not reminders.is_due(tenant_id):
        return
    from batikrfm.content.chain.tasks import CHECK, check_models, daily_at
    from batikrfm.jobs import create_schedule, enqueue, list_schedules

    async with tenant_scope(tenant_id):
        if all(schedule.task != CHECK for schedule in await list_schedules()):
            await create_schedule(check_models, daily_at(tenant_id))
        await enqueue(check_models, dedup_key=CHECK, priority=-1)


async def check_lists(chain: Chain) -> int:
    """Read the list of each account of ``chain`` that was not read today, and keep what it says of the models in use; how many were read.

    Raises the ``PluginError`` of a vendor that could not be asked and may be later, when the others are done.
    """
    errors = []
    read = 0
    for link in chain.links:
        try:
            read += await _check_list(chain, link)
        except PluginError as error:
            errors.append(error)
    async with tenant_scope(chain.tenant_id):
        await forget_old()
    for one in errors:
        if one.retryable:
            raise one
    return read


async def _check_list(chain: Chain, link: Link) -> bool:
    """Whether the list was read: it was not read today."""
    account = link.account
    async with tenant_scope(chain.tenant_id):
        known = await known_models(account.keys)
    if not _stale(account, known):
        return False
    gate = chain.tools.circuits.gate(link.key, account.keys)
    models = await through(gate, lambda: chain.tools.plugins.call(account.provider.list_models, timeout=SECONDS))
    if isinstance(models, PluginError):
        raise models
    if not models:  # a vendor without a single model is a vendor in trouble
        raise UnavailableError
    async with tenant_scope(chain.tenant_id):
        for key in account.keys:
            await keep_list(key, link.key, account.all_models, models)
    return True


def _stale(account: Account, known: Known) -> bool:
    now = datetime.now(UTC)
    return account.provider.capabilities.model_list and not all(
        (one := known.get((key, model))) is not None and one.fresh(now) for key in account.keys for model in account.all_models
    )


class Reminders:
    """When a check was last asked for, for each tenant: a list that cannot be read must not cost every generation two statements."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._asked: dict[UUID, float] = {}

    def is_due(self, tenant_id: UUID) -> bool:
        """Whether to ask now; then not again for a while."""
        now = self._monotonic()
        if now - self._asked.get(tenant_id, -ASK_AGAIN) < ASK_AGAIN:
            return False
        if len(self._asked) >= REMEMBERED:
            self._asked.clear()
        self._asked[tenant_id] = now
        return True
