"""Reserve, settle and refund in any order, against a model that is simple enough to believe."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from batikrfm.db import database as databases
from batikrfm.db.urls import Urls
from batikrfm.tenancy import create_tenant, tenant_scope
from batikrfm.usage import (
    GENERATIONS,
    QuotaUsedUpError,
    Reservation,
    ReservationLostError,
    ReservationState,
    Standing,
    refund,
    reserve,
    set_quota,
    settle,
    standing,
)

T = TypeVar("T")
KEYS = [uuid4() for _ in range(3)]
amounts = st.integers(1, 4)


@dataclass
class Held:
    """What the model knows of a reservation. One whose lease is over and whose place nobody needed can still be settled."""

    amount: int
    state: ReservationState = ReservationState.HELD
    lease_over: bool = False

    @property
    def counts(self) -> int:
        return self.amount if self.state is ReservationState.SETTLED or (self.state is ReservationState.HELD and not self.lease_over) else 0


class Quotas(RuleBasedStateMachine):
    """``runner`` has the database open."""

    reservations = Bundle("reservations")

    def __init__(self, runner: asyncio.Runner) -> None:
        super().__init__()
        self.runner = runner
        self.tenant = self.run(create_tenant("Model")).id
        self.limit = 10
        self.held: dict[UUID, Held] = {}
        self.keys: dict[UUID, UUID] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @property
    def left(self) -> int:
        return max(0, self.limit - sum(one.counts for one in self.held.values()))

    def needed(self) -> None:
        """Somebody counted and took: leases that are over have given their places back."""
        for one in self.held.values():
            if one.state is ReservationState.HELD and one.lease_over:
                one.state = ReservationState.EXPIRED

    async def _reserve(self, amount: int, key: UUID | None, *, over: bool) -> Reservation | None:
        try:
            async with tenant_scope(self.tenant):
                return await reserve(GENERATIONS, amount, key=key, lease=timedelta(0) if over else timedelta(hours=1))
        except QuotaUsedUpError as error:
            assert (error.limit, error.left) == (self.limit, self.left)  # noqa: PT017 - it need not be raised
            return None

    @rule(target=reservations, amount=amounts, over=st.booleans())
    def reserve(self, amount: int, over: bool) -> Any:  # noqa: ANN401, FBT001 - hypothesis' own
        fits = amount <= self.left
        made = self.run(self._reserve(amount, None, over=over))
        assert (made is not None) == fits
        if made is None:
            return multiple()
        self.needed()
        self.held[made.id] = Held(amount, lease_over=over)
        return made.id

    @rule(target=reservations, key=st.sampled_from(KEYS))
    def reserve_by_key(self, key: UUID) -> Any:  # noqa: ANN401 - hypothesis' own
        there = self.held.get(self.keys.get(key, UUID(int=0)))
        lives = there is not None and there.state in {ReservationState.HELD, ReservationState.SETTLED}
        fits = lives or self.left >= 2
        made = self.run(self._reserve(2, key, over=False))
        assert (made is not None) == fits
        if made is None:
            return multiple()
        if lives and there is not None:
            assert made.id == self.keys[key]
            assert made.settled == (there.state is ReservationState.SETTLED)
            there.lease_over = False
            return multiple()
        self.needed()
        self.held[made.id] = Held(2)
        self.keys[key] = made.id
        return made.id

    @rule(reservation=reservations)
    def settle(self, reservation: UUID) -> None:
        mine = self.held[reservation]
        ended = mine.state in {ReservationState.REFUNDED, ReservationState.EXPIRED}
        fits = not ended or mine.amount <= self.limit - sum(one.counts for one in self.held.values())
        assert self.run(self._settle(reservation)) == fits
        if fits:
            if ended:
                self.needed()
            mine.state = ReservationState.SETTLED

    async def _settle(self, reservation: UUID) -> bool:
        try:
            async with tenant_scope(self.tenant):
                await settle(reservation)
        except ReservationLostError:
            return False
        return True

    @rule(reservation=reservations)
    def refund(self, reservation: UUID) -> None:
        mine = self.held[reservation]
        gives_back = mine.state is ReservationState.HELD
        assert self.run(self._refund(reservation)) == gives_back
        if gives_back:
            mine.state = ReservationState.REFUNDED

    async def _refund(self, reservation: UUID) -> bool:
        async with tenant_scope(self.tenant):
            return await refund(reservation)

    @rule(limit=st.integers(0, 12))
    def edit_the_quota(self, limit: int) -> None:
        self.limit = limit
        self.run(self._set(limit))

    async def _set(self, limit: int) -> None:
        async with tenant_scope(self.tenant):
            await set_quota(GENERATIONS, limit)

    @invariant()
    def stands_as_the_model_says(self) -> None:
        now = self.run(self._standing())
        used = sum(one.amount for one in self.held.values() if one.state is ReservationState.SETTLED)
        assert (now.limit, now.used, now.left) == (self.limit, used, self.left)
        assert now.used + now.reserved == sum(one.counts for one in self.held.values())

    async def _standing(self) -> Standing:
        async with tenant_scope(self.tenant):
            return await standing(GENERATIONS)


def test_quotas_do_what_the_model_does(database_urls: Urls) -> None:
    with asyncio.Runner() as runner:
        opened = databases.opened(database_urls)
        runner.run(opened.__aenter__())
        try:
            run_state_machine_as_test(
                lambda: Quotas(runner),  # type: ignore[arg-type] # hypothesis takes any callable that makes one
                settings=settings(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)),
            )
        finally:
            runner.run(opened.__aexit__(None, None, None))
