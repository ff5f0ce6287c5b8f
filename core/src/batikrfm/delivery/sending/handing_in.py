"""Hand a batch in: wait for its turn, mark it, call the channel outside of any transaction, write down what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from batikrfm.delivery import consent, outbox
from batikrfm.delivery.channels import states
from batikrfm.delivery.channels.opening import Channels, channels
from batikrfm.delivery.events import catch_up
from batikrfm.delivery.model import DeliveryState, Failure, LeftOut, Medium
from batikrfm.delivery.sending import ledger
from batikrfm.delivery.sending.judging import NEED_A_PERSON, judge, later
from batikrfm.delivery.sending.looking import unreachable
from batikrfm.delivery.sending.model import Batch, Row, Run, Said
from batikrfm.delivery.sending.writing import write_all
from batikrfm.sdk.channels import Message, Receipt, RetryAfter
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.plugin_errors import RateLimitedError
from batikrfm.tenancy import tenant_scope

SYSTEM: Final = "BatikRFM"
IN_A_ROW: Final = 3
"""Messages one by one that were told to come later, after which the whole account goes slower."""
LONGEST_HOLD: Final = 300.0
"""Seconds for which a message's own wait holds up its account."""
Call = Callable[[Sequence[Message]], Awaitable[Sequence[Receipt]]]


@dataclass
class Handing:
    """What one job knows while it hands in: which texts are marked as used, how many were put off in a row."""

    run: Run
    used: set[int] = field(default_factory=set)
    put_off: int = 0


async def prepare(run: Run, batch: Batch) -> Batch:
    """Write the messages of a claimed batch; who cannot get one is left out.

    Raises the ``PluginError`` of a gateway that could not be asked whether numbers exist.
    """
    reasons = dict.fromkeys(await unreachable(run, batch.recipients), LeftOut.NOT_REACHABLE)
    written, without = write_all(run, [one for one in batch.recipients if one.id not in reasons])
    reasons |= {one.id: why for one, why in without.items()}
    if reasons:
        async with tenant_scope(run.tenant_id):
            await ledger.leave_out(run, batch.claim, reasons)
    return Batch(batch.id, batch.claim, tuple(one for one, _ in written), tuple(message for _, message in written))


async def call(run: Run, method: Call, messages: Sequence[Message]) -> Sequence[Receipt] | PluginError:
    """One attempt. What went wrong is an outcome like any other."""
    try:
        return await channels().settings.plugins.call(method, list(messages), timeout=run.pacing.call)
    except PluginError as error:
        return error


async def hand_in(handing: Handing, batch: Batch, marked_at: float) -> Sequence[Receipt] | PluginError:
    """Give a marked batch to the channel and keep what came of it; the outcome.

    A process that slept since it marked the batch hands nothing in: somebody else may have taken it for lost.
    """
    run, house = handing.run, channels()
    if house.means.monotonic() - marked_at > run.pacing.lease / 3:
        await keep(run, batch, [later(one, 0, house.means.now()) for one in batch.recipients])
        return []
    outcome = await call(run, run.account.channel.send, batch.messages)
    said = judge(batch, outcome, house.means.now(), run.pacing, house.means.dice)
    await keep(run, batch, said)
    await _learn_pace(handing, house, outcome)
    return outcome


async def keep(run: Run, batch: Batch, said: Sequence[Said]) -> None:
    """Write down what came of messages, in one transaction with all that follows from it."""
    async with tenant_scope(run.tenant_id):
        changed = await ledger.settle(run, batch, said)
        accepted = [row for row in changed if row["is"] == DeliveryState.ACCEPTED]
        failed = [row for row in changed if row["is"] == DeliveryState.FAILED and row["reason"] != Failure.NOT_FOUND]
        await _keep_in_outbox(run, batch, accepted)
        await _stop_addresses(run, batch, failed)
        await catch_up(run.account.key, run.medium, {row["vendor_id"]: row["id"] for row in accepted if row["vendor_id"]})
        await _note(run, changed, len(accepted), len(failed))


async def _note(run: Run, changed: Sequence[Row], accepted: int, failed: int) -> None:
    """What the outcome says of the account itself."""
    back = sum(row["was"] == DeliveryState.SENDING and row["is"] == DeliveryState.QUEUED for row in changed)
    if run.medium is Medium.WHATSAPP:
        if back:
            await states.give_back(run.account.key, channels().means.now().astimezone(run.zone).date(), back)
        await states.note_outcomes(run.account.key, good=accepted, bad=failed)
    if accepted:
        await states.note_well(run.account.key)


async def _keep_in_outbox(run: Run, batch: Batch, accepted: Sequence[Row]) -> None:
    if not run.account.capabilities.kept or not batch.messages:
        return
    handed = {one.id: (one, message) for one, message in zip(batch.recipients, batch.messages, strict=True)}
    kept = [handed[row["id"]] for row in accepted if row["id"] in handed]
    messages = [outbox.Handed(replace(message, id=str(one.id)), one.customer_id) for one, message in kept]
    await outbox.keep(run.account.key, run.medium, messages)


async def _stop_addresses(run: Run, batch: Batch, failed: Sequence[Row]) -> None:
    """Nobody there, or nobody who wants it: the address gets nothing more."""
    customers = {one.id: one.customer_id for one in batch.recipients}
    for row in failed:
        person = consent.Recipient(run.medium, customer_id=customers[row["id"]])
        if row["reason"] == Failure.UNWANTED:
            await consent.suppress(person, consent.Reason.VENDOR, by=SYSTEM)
        elif row["reason"] == Failure.ADDRESS and run.medium is Medium.EMAIL:
            await consent.bounced(person, permanent=True, delivery_id=row["id"], at=channels().means.now())


async def _learn_pace(handing: Handing, house: Channels, outcome: Sequence[Receipt] | PluginError) -> None:
    """A vendor that wants less at a time gets less, at once, from everybody who uses the account."""
    key_id = handing.run.account.key_id
    if isinstance(outcome, RateLimitedError):
        await house.limiter.slower(key_id)
        await house.limiter.slow_down(key_id, outcome.wait or 1.0)
        return
    if isinstance(outcome, PluginError):
        return
    waits = [receipt.seconds for receipt in outcome if isinstance(receipt, RetryAfter)]
    everybody = bool(waits) and len(waits) == len(outcome)
    handing.put_off = handing.put_off + len(waits) if everybody else 0
    if handing.put_off >= IN_A_ROW:  # one message may have to wait for reasons of its own
        handing.put_off = 0
        await house.limiter.slower(key_id)
        await house.limiter.slow_down(key_id, min(*waits, LONGEST_HOLD))


def trouble(outcome: Sequence[Receipt] | PluginError) -> tuple[PluginError | None, bool]:
    """The account's trouble, if there is any, and whether only a person can mend it."""
    if not isinstance(outcome, PluginError) or isinstance(outcome, RateLimitedError):
        return None, False
    return outcome, isinstance(outcome, NEED_A_PERSON)
