"""What every channel promises when there is trouble: one attempt, the truth, the right type, and after it things go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from batikrfm.sdk import (
    Accepted,
    Channel,
    InvalidCredentialsError,
    PluginError,
    RateLimitedError,
    Receipt,
    Rejected,
    Rejection,
    RetryAfter,
    UnavailableError,
    UnknownOutcome,
)
from batikrfm.testkit.channels.accounts import MOMENT, OPEN_ERRORS, Accounts, AccountsConformance, Outcome, assert_true, attempt, cause
from batikrfm.testkit.channels.vendor import ChannelVendor, Trouble

OPEN: tuple[type, ...] = (UnknownOutcome, *OPEN_ERRORS)
"""What says of a message that nobody knows whether it went out."""
EXPECTED: Mapping[Trouble, tuple[type, ...]] = {
    Trouble.ACCOUNT: (InvalidCredentialsError,),
    Trouble.THROTTLED: (RetryAfter, RateLimitedError),
    Trouble.DOWN: (RetryAfter, *OPEN),
    Trouble.CUT: OPEN,
    Trouble.SILENT: OPEN,
    Trouble.NONSENSE: OPEN,
}
"""What each trouble may become."""
NOTHING_SENT = "no_connection"
"""The code of an ``UnavailableError`` after which the host may try again."""
WAIT = 7
"""Seconds that the vendor asks for."""
MIDWAY = [trouble for trouble in EXPECTED if trouble is not Trouble.SILENT]


@dataclass(frozen=True)
class Failure:
    """One failure of the vendor's documents: how to bring it about, and what the channel must make of a message then.

    ``becomes`` are receipts' or errors' types; ``reason`` goes with ``Rejected``, ``wait`` with what says when to try again.
    """

    arrange: Callable[[Any], object]
    becomes: type | tuple[type, ...]
    reason: Rejection | None = None
    wait: float | None = None


class FailuresConformance(AccountsConformance):
    """Trouble with the whole account or the whole call."""

    failures: ClassVar[Mapping[str, Failure]] = {}
    """Every failure mode of the vendor's documents, by a name in words."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """A test for each row of the suite's own tables."""
        for name in self.tables & {*metafunc.fixturenames}:
            metafunc.parametrize(name, [*getattr(self, f"{name}s")])

    tables: ClassVar[frozenset[str]] = frozenset({"failure", "webhook"})

    @pytest.mark.parametrize("trouble", EXPECTED)
    async def test_trouble_is_named_by_its_type(self, accounts: Accounts, vendor: ChannelVendor, trouble: Trouble) -> None:
        batch = accounts.messages(min(accounts.channel_class.capabilities.batch_size, 3))
        outcome = await _in_trouble(accounts, vendor, trouble, len(batch))
        assert outcome.kinds <= {*EXPECTED[trouble]}, f"{trouble}: {outcome.kinds}"
        assert_true(vendor, batch, outcome)

    @pytest.mark.parametrize("trouble", EXPECTED)
    async def test_a_call_is_one_attempt(self, accounts: Accounts, vendor: ChannelVendor, trouble: Trouble) -> None:
        await _in_trouble(accounts, vendor, trouble, 1)
        assert vendor.writes <= 1, "the host retries, not the channel"
        assert len(vendor.arrived) <= 1

    @pytest.mark.parametrize("trouble", MIDWAY)
    async def test_what_went_before_the_trouble_is_not_forgotten(self, accounts: Accounts, vendor: ChannelVendor, trouble: Trouble) -> None:
        batch = accounts.messages(min(accounts.channel_class.capabilities.batch_size, 3))
        cause(vendor, trouble)
        vendor.after = 1
        async with accounts.make() as channel:
            outcome = await attempt(channel, batch)
        assert outcome.error is None, "some were taken already: say so in receipts, one by one"
        assert_true(vendor, batch, outcome)
        assert Accepted in outcome.kinds

    async def test_a_wait_is_passed_on(self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor) -> None:
        cause(vendor, Trouble.THROTTLED)
        vendor.wait = WAIT
        outcome = await attempt(channel, accounts.messages(1))
        (waited,) = [_wait_of(outcome.error or receipt) for receipt in outcome.receipts.values() or [None]]
        assert waited == WAIT if vendor.tells_wait else waited is None or waited > 0

    async def test_a_vendor_that_is_not_there_was_sent_nothing(
        self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor
    ) -> None:
        if not await vendor.leave():
            pytest.skip("this vendor is always there")
        outcome = await attempt(channel, accounts.messages(min(channel.capabilities.batch_size, 2)))
        assert outcome.kinds <= {RetryAfter, UnavailableError}
        assert outcome.error is None or outcome.error.code == NOTHING_SENT, "say that nothing was sent, so that it can be tried again"

    async def test_after_trouble_it_works_again(self, accounts: Accounts, vendor: ChannelVendor) -> None:
        async with accounts.make(seconds=MOMENT) as channel:
            for number, trouble in enumerate(trouble for trouble in EXPECTED if trouble in vendor.troubles):
                vendor.trouble = trouble
                await attempt(channel, [accounts.message(number)])
            vendor.trouble = Trouble.NONE
            assert (await attempt(channel, [accounts.message(50)])).kinds == {Accepted}

    async def test_each_failure_of_the_documents_is_told_rightly(
        self, channel: Channel[Any], accounts: Accounts, vendor: ChannelVendor, failure: str
    ) -> None:
        about, message = self.failures[failure], accounts.message(0)
        about.arrange(vendor)
        outcome = await attempt(channel, [message])
        came = outcome.error or outcome.receipts[message.id]
        assert isinstance(came, about.becomes), f"{failure}: {type(came).__name__}"
        assert about.reason is None or not isinstance(came, Rejected) or came.reason is about.reason
        assert about.wait is None or _wait_of(came) == about.wait
        assert_true(vendor, [message], outcome)


async def _in_trouble(accounts: Accounts, vendor: ChannelVendor, trouble: Trouble, size: int) -> Outcome:
    cause(vendor, trouble)
    async with accounts.make(seconds=MOMENT if trouble is Trouble.SILENT else 20) as channel:
        return await attempt(channel, accounts.messages(size))


def _wait_of(came: PluginError | Receipt | None) -> float | None:
    if isinstance(came, RetryAfter):
        return came.seconds
    assert isinstance(came, PluginError), f"{type(came).__name__} says nothing of a wait"
    return came.wait
