"""What is known of the models of an account: which are gone, which go soon. Kept in ``llm_models``, by the hash of the account's key.

A fact about an account with a vendor is no shop's: shops that use the installation's key share it, and a row says of nobody that they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, Protocol
from uuid import UUID

from batikrfm.content.chain import queries
from batikrfm.db.engine import current_scope
from batikrfm.db.lookups import Lookup, look_up

if TYPE_CHECKING:
    from batikrfm.content.chain.providers import Account
    from batikrfm.sdk import Model

SOON: Final = timedelta(days=30)
FRESH: Final = timedelta(hours=26)
"""A daily check that is two hours late is still today's."""
State = Literal["here", "ending", "gone"]


@dataclass(frozen=True)
class KnownModel:
    """A model as the vendor's list had it when it was last read, ``checked_at``. ``gone_on`` is the day on which it was first missed."""

    account: str
    model: str
    offered: bool
    shutdown: date | None
    gone_on: date | None
    checked_at: datetime

    def state(self, today: date) -> State:
        """Gone is what is not on the list or past its day; ending, what has not many days left."""
        if not self.offered or (self.shutdown is not None and self.shutdown <= today):
            return "gone"
        return "ending" if self.shutdown is not None and self.shutdown - today <= SOON else "here"

    def fresh(self, now: datetime) -> bool:
        """Whether its list was read not long ago."""
        return now - self.checked_at < FRESH


Known = Mapping[tuple[str, str], KnownModel]
"""By account and model."""


class ModelBook(Protocol):
    """Remembers a model that a vendor no longer has."""

    async def gone(self, account: Account, model: str) -> None:
        """Remember that ``model`` of ``account`` was asked for in vain. Runs outside of any scope."""


async def known_models(accounts: Iterable[str]) -> Known:
    """All that is known of the models of ``accounts``, in the scope of any tenant."""
    return await look_up(known_models_lookup(accounts))


def known_models_lookup(accounts: Iterable[str]) -> Lookup[Known]:
    """What :func:`known_models` asks."""
    return Lookup(queries.KNOWN, (list(accounts),), lambda rows: {(row["account"], row["model"]): KnownModel(**row) for row in rows})


async def keep_list(account: str, provider: str, wanted: Sequence[str], offered: Sequence[Model]) -> None:
    """Keep of each ``wanted`` model whether it is on the vendor's list and until when, in the scope of any tenant."""
    ends = {model.id: model.shutdown for model in offered}
    models = sorted(set(wanted))
    await current_scope().execute(
        queries.SEEN, account, provider, models, [model in ends for model in models], [ends.get(model) for model in models]
    )


async def forget_old() -> None:
    """Forget what no check has confirmed for a month, in the scope of any tenant."""
    await current_scope().execute(queries.FORGET)


class StoredModels:
    """The book in the database."""

    def __init__(self, tenant_id: UUID) -> None:
        self._tenant_id = tenant_id

    async def gone(self, account: Account, model: str) -> None:
        from batikrfm.tenancy import tenant_scope

        async with tenant_scope(self._tenant_id):
            for key in account.keys:
                await keep_list(key, account.key, [model], [])


def today() -> date:
    """The vendors' day."""
    return datetime.now(UTC).date()
