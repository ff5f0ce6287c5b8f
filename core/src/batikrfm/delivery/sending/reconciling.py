"""Messages of which nobody knows whether they went out: the vendor is asked, before anything else is done with them.

Where the vendor can say what became of a message, it is asked, some times. Where it cannot, but drops what it had before, the whole batch
is handed in once more as it was. Where it can do neither, the message ends as not found and is never sent again by itself: better once too
few than twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from batikrfm.delivery.channels.opening import channels
from batikrfm.delivery.sending import ledger
from batikrfm.delivery.sending.handing_in import call, keep
from batikrfm.delivery.sending.judging import judge, judge_look, look_later, not_found
from batikrfm.delivery.sending.looking import last_look
from batikrfm.delivery.sending.model import Batch, Recipient, Run, Said
from batikrfm.delivery.sending.writing import write_all
from batikrfm.sdk.channels import RetryAfter
from batikrfm.sdk.errors import PluginError
from batikrfm.tenancy import tenant_scope


async def reconcile(run: Run) -> bool:
    """Ask about one batch of whose outcome nobody knows. Whether there was one."""
    taken = await ledger.take_unknown(run)
    if taken is None:
        return False
    capabilities = run.account.capabilities
    if capabilities.status_lookup:
        await _look_up(run, taken)
    elif capabilities.idempotent:
        await _hand_in_again(run, taken)
    else:
        await keep(run, taken, [not_found(one) for one in taken.recipients])
    return True


async def _look_up(run: Run, taken: Batch) -> None:
    written, without = write_all(run, taken.recipients)
    said = [not_found(one) for one in without]  # erased since
    size = run.batch_size
    for start in range(0, len(written), size):
        part = written[start : start + size]
        asked = Batch(taken.id, taken.claim, tuple(one for one, _ in part), tuple(message for _, message in part))
        outcome = await call(run, run.account.channel.look_up, asked.messages)
        said += judge_look(asked, outcome, channels().means.now(), run.pacing)
    await keep(run, _with(taken, written), said)


async def _hand_in_again(run: Run, taken: Batch) -> None:
    """The very same batch: a vendor tells it by all of it. If one of them must not be written to any more, nobody of it is."""
    house, lost = channels(), {one.id for one in taken.recipients}
    whole = await ledger.whole_batch(run, taken)
    written, without = write_all(run, whole)
    if without or not lost <= {one.id for one in whole} or await _may_not(run, taken):
        await keep(run, taken, [not_found(one) for one in taken.recipients])
        return
    batch = Batch(taken.id, taken.claim, tuple(one for one, _ in written), tuple(message for _, message in written))
    outcome = await call(run, run.account.channel.send, batch.messages)
    said = [one for one in judge(batch, outcome, house.means.now(), run.pacing, house.means.dice) if one.id in lost]
    if isinstance(outcome, PluginError) or any(isinstance(receipt, RetryAfter) for receipt in outcome):
        said = _still_unknown(run, taken, said)
    await keep(run, batch, said)


def _still_unknown(run: Run, taken: Batch, said: Sequence[Said]) -> list[Said]:
    """What is final stays; nothing else goes back into the queue, where it would be handed in with others."""
    final = {one.id: one for one in said if one.at is None}
    now = channels().means.now()
    return [final.get(one.id) or look_later(one, now, run.pacing) for one in taken.recipients]


async def _may_not(run: Run, taken: Batch) -> bool:
    """Whether the vendor has forgotten the batch by now, or somebody of it wants nothing any more."""
    now, longest = channels().means.now(), dt.timedelta(seconds=run.pacing.again)
    if any(one.handed_in_at is None or now - one.handed_in_at > longest for one in taken.recipients):
        return True
    async with tenant_scope(run.tenant_id):
        return bool(await last_look(run, taken.recipients, now))


def _with(taken: Batch, written: Sequence[tuple[Recipient, object]]) -> Batch:
    return taken if written else Batch(taken.id, taken.claim, taken.recipients)
