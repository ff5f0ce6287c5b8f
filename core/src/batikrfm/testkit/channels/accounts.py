"""What every channel promises as an account: a class, an instance for each tenant's settings, nothing shared, nothing shown."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import pytest

from batikrfm.plugins.http import open_http
from batikrfm.plugins.kinds import KINDS, check_object
from batikrfm.sdk import (
    Accepted,
    BadAnswerError,
    Channel,
    Check,
    InvalidCredentialsError,
    Message,
    PluginContext,
    PluginError,
    Receipt,
    Template,
    TimedOutError,
    UnavailableError,
    UnknownOutcome,
)
from batikrfm.testkit.channels.vendor import ChannelVendor, Trouble, plain, settle
from batikrfm.testkit.conformance import Conformance

ONE, OTHER = "kunci-toko-pertama", "kunci-toko-kedua"
MOMENT = 0.4
"""Seconds that a test waits for an answer which does not come."""
OPEN_ERRORS = (TimedOutError, UnavailableError, BadAnswerError)
"""After which the host takes it that a message may have gone out."""
CANARY = "Kanaria Wulandari"
"""A customer's name, which no log and no error may hold."""
BATCHES = UUID("5c1f3a4e-0000-4000-8000-000000000000")


@dataclass
class Accounts:
    """Makes accounts with the vendor, with the suite's ``settings``."""

    suite: AccountsConformance
    channel_class: type[Channel[Any]]
    vendor: ChannelVendor

    def make(self, key: str = ONE, seconds: float = 20) -> Channel[Any]:
        """An account that is not open yet."""
        values = json.dumps(dict(self.suite.settings(self.vendor, key, seconds)))
        context = PluginContext(language="id", log=logging.getLogger("plugin"), http=open_http)
        return self.channel_class(self.channel_class.config_model.model_validate_json(values), context)

    def message(self, number: int, **more: Any) -> Message:  # noqa: ANN401 - any field of a message
        """The ``number``-th message, as the host makes it for this channel; ``more`` are fields of it."""
        able = self.channel_class.capabilities
        fields: dict[str, Any] = {"id": str(uuid5(BATCHES, str(number))), "to": self.suite.address(number), "text": f"Halo {mark(number)}"}
        if able.addresses == "email":
            fields |= {"subject": f"Kabar {number}", "headers": {"List-Unsubscribe": f"<https://toko.example/berhenti/{number}>"}}
        if able.html:
            fields |= {"html": f"<p>Halo <b>{mark(number)}</b></p>"}
        if able.needs_template:
            fields |= {"template": Template("sapaan", "id", (mark(number),))}
        return Message(**{**fields, **more})

    def messages(self, count: int) -> list[Message]:
        """The first ``count`` messages."""
        return [self.message(number) for number in range(count)]


@dataclass(frozen=True)
class Outcome:
    """What a call of ``send`` ended in: receipts by our ids, or an error."""

    receipts: Mapping[str, Receipt]
    error: PluginError | None = None

    @property
    def kinds(self) -> set[type]:
        """The types of what came of it."""
        return {type(self.error)} if self.error else {type(receipt) for receipt in self.receipts.values()}


async def attempt(channel: Channel[Any], batch: Sequence[Message]) -> Outcome:
    """Send ``batch``: exactly one receipt for each message, or a ``PluginError`` and nothing else."""
    try:
        receipts = await channel.send(batch)
    except PluginError as error:
        return Outcome({}, error)
    assert all(isinstance(receipt, Receipt) for receipt in receipts), "a receipt is one of the four"
    assert sorted(receipt.id for receipt in receipts) == sorted(message.id for message in batch), "one receipt for each message, by its id"
    return Outcome({receipt.id: receipt for receipt in receipts})


def assert_true(vendor: ChannelVendor, batch: Sequence[Message], outcome: Outcome) -> None:
    """Receipts say what is true: what arrived is accepted or unknown, what did not arrive is not accepted."""
    there = {plain(arrived.to) for arrived in vendor.arrived}
    if outcome.error is not None and there & {plain(message.to) for message in batch}:
        assert isinstance(outcome.error, OPEN_ERRORS), f"it went out, and {type(outcome.error).__name__} says that it did not"
        assert outcome.error.code != "no_connection", "it went out: something was sent"
    for message in batch if outcome.error is None else ():
        receipt = outcome.receipts[message.id]
        if plain(message.to) in there:
            assert isinstance(receipt, Accepted | UnknownOutcome), f"it went out, and the receipt says {type(receipt).__name__}"
        else:
            assert not isinstance(receipt, Accepted), "accepted, and nobody has it"


def mark(number: int) -> str:
    """What the text of the ``number``-th message holds, and no other's."""
    return f"TEKS-{number}-{CANARY}"


def needs(able: Channel[Any] | type[Channel[Any]], capability: str) -> None:
    """Skip the test where the channel does not declare ``capability``."""
    if not getattr(able.capabilities, capability):
        pytest.skip(f"{able.key} does not declare {capability}")


def needs_vendor(able: Channel[Any] | type[Channel[Any]]) -> None:
    """Skip the test where messages go to nobody, so that there is no account and no key."""
    if able.capabilities.kept:
        pytest.skip(f"{able.key} has no vendor")


def cause(vendor: ChannelVendor, trouble: Trouble) -> None:
    """Let ``vendor`` be in ``trouble`` from now on, or skip the test where it never is."""
    if trouble not in vendor.troubles:
        pytest.skip(f"this vendor has no such trouble: {trouble}")
    vendor.trouble = trouble


@contextmanager
def logged() -> Iterator[list[str]]:
    """All that is logged meanwhile, by anybody."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.exc_info} {record.__dict__}")

    root, handler = logging.getLogger(), Keeping()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(before)
        root.removeHandler(handler)


class AccountsConformance(Conformance):
    """What a suite is told, and what it makes of it."""

    @pytest.fixture
    def channel_class(self) -> type[Channel[Any]]:
        raise NotImplementedError("override the fixture channel_class()")

    @pytest.fixture
    def vendor(self) -> ChannelVendor:
        raise NotImplementedError("override the fixture vendor(), which may be async and yield")

    def settings(self, vendor: ChannelVendor, key: str, seconds: float) -> Mapping[str, Any]:
        """Settings that lead to ``vendor`` with ``key`` and wait ``seconds`` for an answer, as a form would send them.

        Whatever proves a webhook's origin is another one for another key.
        """
        raise NotImplementedError("override settings()")

    def address(self, number: int) -> str:
        """An address that the vendor delivers to, another one for each number."""
        raise NotImplementedError("override address()")

    @pytest.fixture
    def accounts(self, channel_class: type[Channel[Any]], vendor: ChannelVendor) -> Accounts:
        return Accounts(self, channel_class, vendor)

    @pytest.fixture
    async def channel(self, accounts: Accounts) -> AsyncIterator[Channel[Any]]:
        async with accounts.make() as channel:
            yield channel

    def test_the_host_lets_it_in(self, channel_class: type[Channel[Any]]) -> None:
        assert check_object(KINDS["register_channels"], channel_class) == channel_class.key

    def test_its_limits_can_be_kept(self, channel_class: type[Channel[Any]]) -> None:
        able = channel_class.capabilities
        assert able.batch_size >= 1
        assert able.per_second > 0
        assert able.max_length is None or able.max_length >= 1
        assert able.html <= (able.addresses == "email"), "html is for e-mail"
        assert all("/" in kind for kind in able.media), "media are content types"

    def test_a_key_is_never_shown(self, accounts: Accounts) -> None:
        account = accounts.make()
        assert ONE not in f"{account.config!r} {account.config} {account.config.model_dump_json()} {account!r} {account.context!r}"

    async def test_opening_calls_nobody(self, accounts: Accounts, vendor: ChannelVendor) -> None:
        async with accounts.make():
            assert not vendor.asked
            assert vendor.connections == 0

    async def test_closing_is_never_an_error(self, accounts: Accounts) -> None:
        await accounts.make().close()
        async with accounts.make() as channel:
            await channel.send(accounts.messages(1))
        await channel.close()

    async def test_a_check_does_nothing_but_look(self, channel: Channel[Any], vendor: ChannelVendor) -> None:
        check = await channel.check()
        assert isinstance(check, Check)
        assert vendor.asked or channel.capabilities.kept, "a check asks the vendor"
        assert vendor.writes == 0
        assert not vendor.arrived
        assert ONE not in str(check.facts)

    async def test_a_check_finds_a_key_that_is_refused(self, channel: Channel[Any], vendor: ChannelVendor) -> None:
        cause(vendor, Trouble.ACCOUNT)
        with pytest.raises(InvalidCredentialsError):
            await channel.check()

    async def test_two_accounts_never_share_a_key(self, accounts: Accounts, vendor: ChannelVendor) -> None:
        needs_vendor(accounts.channel_class)
        async with accounts.make(ONE) as one, accounts.make(OTHER) as other:
            turns = [(one, 2 * turn) if turn % 2 else (other, 2 * turn) for turn in range(8)]
            await asyncio.gather(*(account.send([accounts.message(number)]) for account, number in turns))
        wanted = {(ONE if account is one else OTHER, plain(accounts.suite.address(number))) for account, number in turns}
        assert {(arrived.key, plain(arrived.to)) for arrived in vendor.arrived} == wanted

    async def test_closing_one_account_leaves_the_other_open(self, accounts: Accounts) -> None:
        async with accounts.make(OTHER) as other:
            async with accounts.make(ONE) as one:
                await one.send(accounts.messages(1))
            assert (await attempt(other, accounts.messages(1))).kinds == {Accepted}

    async def test_nothing_stays_open(self, accounts: Accounts, vendor: ChannelVendor) -> None:
        async with accounts.make() as channel:
            await channel.check()
            await channel.send(accounts.messages(1))
        await settle(vendor)
        assert vendor.connections == 0

    async def test_a_call_that_is_cancelled_leaves_nothing_open(self, accounts: Accounts, vendor: ChannelVendor) -> None:
        async with accounts.make() as channel:
            cause(vendor, Trouble.SILENT)
            sending = asyncio.create_task(channel.send(accounts.messages(1)))
            while not vendor.arrived:  # noqa: ASYNC110 - the vendor is the plugin author's, who should not have to set events
                await asyncio.sleep(0.01)
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
            vendor.trouble = Trouble.NONE
            assert (await attempt(channel, [accounts.message(1)])).kinds == {Accepted}, "the next message goes its way"
        await settle(vendor)
        assert vendor.connections == 0
