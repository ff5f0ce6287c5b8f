"""Every call to a provider, kept for good: what it was for, how it ended, its tokens, and what it cost by which day's price."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.sdk.llm import Tier
from batikrfm.usage import queries
from batikrfm.usage.model import Call, CallOutcome
from batikrfm.usage.prices import ModelPrice, Price, PriceTable, prices_at_hand
from batikrfm.usage.quotas import settle
from batikrfm.usage.rates import in_rupiah, rate_on
from batikrfm.usage.redaction import redacted
from batikrfm.usage.settings import UsageSettings

UNSAID_INPUT: Final = 2_000
UNSAID_OUTPUT: Final = 1_000
"""What a call whose tokens nobody knows is taken for by a budget: more than a prompt and an answer of ours usually have."""
AT_ONCE: Final = 500
MOST: Final = 2_000_000_000
NO_BILL: Final = frozenset({CallOutcome.FAILED, CallOutcome.CACHED})


@dataclass(frozen=True, slots=True)
class _Cost:
    """``cost`` None: unknown. ``counted`` is what a budget counts; ``saved`` what the cache or the Batch API spared, None if unknown."""

    price: ModelPrice | None
    used: Price | None
    cost: int | None
    counted: int
    saved: int | None = None


def prompt_hash(*parts: str) -> str:
    """What stands for a prompt in the ledger once its words are forgotten."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(encoded) + encoded)
    return digest.hexdigest()


async def record(*calls: Call) -> list[UUID]:
    """Write ``calls`` into the ledger, each with its price; the entries' IDs."""
    ids = [uuid7() for _ in calls]
    if calls:
        await current_scope().execute(queries.RECORD, *_columns(ids, calls))
    return ids


async def settle_and_record(calls: Mapping[UUID, Sequence[Call]]) -> None:
    """:func:`~batikrfm.usage.settle` each reservation whole, and :func:`record` what was called for it. Raises as they do."""
    several, settled = [call for those in calls.values() for call in those], set[UUID]()
    if several:
        columns = _columns([uuid7() for _ in several], several)
        settled |= {row["id"] for row in await current_scope().fetch(queries.SETTLE_AND_RECORD, *columns, list(calls))}
    for reservation_id in calls.keys() - settled:
        await settle(reservation_id)


def _columns(ids: Sequence[UUID], calls: Sequence[Call]) -> list[list[object]]:
    """Entries as the statement has them: a list for each column."""
    table, keeps_words = prices_at_hand(), UsageSettings.from_environment().keep_prompts > timedelta()
    entries = [_entry(entry_id, call, table, keeps_words=keeps_words) for entry_id, call in zip(ids, calls, strict=True)]
    return [list(column) for column in zip(*entries, strict=True)]


def _entry(entry_id: UUID, call: Call, table: PriceTable, *, keeps_words: bool) -> tuple[object, ...]:
    """The values of a row, in the order of the statement."""
    cost = _cost(call, table)
    rate = rate_on((call.at or dt.datetime.now(dt.UTC)).date()) if cost.cost else None
    return (
        entry_id,
        call.at,
        call.provider,
        call.model,
        call.tier,
        call.purpose,
        call.segment,
        call.outcome,
        call.error,
        _fitting(call.input_tokens),
        _fitting(call.cached_tokens),
        _fitting(call.output_tokens),
        _fitting(call.reasoning_tokens),
        call.batch,
        _fitting(call.latency_ms),
        *((cost.used.input, cost.used.cached, cost.used.output) if cost.used else (None, None, None)),
        cost.price.date if cost.price else None,
        cost.cost,
        cost.counted,
        cost.saved,
        in_rupiah(cost.cost, rate) if cost.cost else cost.cost,
        rate.date if rate else None,
        call.prompt_hash or (prompt_hash(call.prompt) if call.prompt is not None else None),
        redacted(call.prompt) if keeps_words else None,
        redacted(call.answer) if keeps_words else None,
        call.job_id,
    )


async def record_cache_hit(  # noqa: PLR0913 - what the entry says
    *,
    provider: str,
    model: str,
    purpose: str,
    segment: str | None = None,
    tier: Tier | None = None,
    input_tokens: int = 0,
    output_tokens: int = 0,
    prompt_hash: str | None = None,
    job_id: UUID | None = None,
) -> UUID:
    """Write that an answer came from the cache: free. The tokens are those of the call that made it, to say what was saved."""
    (entry_id,) = await record(
        Call(
            provider=provider,
            model=model,
            purpose=purpose,
            outcome=CallOutcome.CACHED,
            segment=segment,
            tier=tier,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            prompt_hash=prompt_hash,
            job_id=job_id,
        )
    )
    return entry_id


async def forget_prompts(keep: timedelta | None = None) -> int:
    """Forget the words of calls older than ``keep`` (unless said, BATIKRFM_KEEP_PROMPTS_DAYS); of how many. The rest stays."""
    older_than = UsageSettings.from_environment().keep_prompts if keep is None else keep
    done = await current_scope().execute(queries.FORGET_WORDS, older_than, AT_ONCE)
    return int(done.removeprefix("UPDATE "))


def _fitting(figure: int | None) -> int | None:
    """A vendor may say anything of its tokens; the entry is kept all the same."""
    return None if figure is None else min(max(figure, 0), MOST)


def _cost(call: Call, table: PriceTable) -> _Cost:
    price = table.find(call.provider, call.model)
    tokens = _tokens(call, 0, 0)
    if call.outcome in NO_BILL:
        saved = price.live.cost(*tokens) if price and call.outcome is CallOutcome.CACHED else None
        return _Cost(None, None, 0, 0, saved)
    if price is None and call.input_tokens == call.output_tokens == 0:  # moderation: free, whatever the model is called
        return _Cost(None, None, 0, 0)
    known = None if price is None else price.batch if call.batch else price.live
    if price is None or known is None or call.input_tokens is None or call.output_tokens is None:
        return _Cost(None, None, None, _guess(call, price, table))
    cost = known.cost(*tokens)
    return _Cost(price, known, cost, cost, price.live.cost(*tokens) - cost if call.batch else None)


def _guess(call: Call, price: ModelPrice | None, table: PriceTable) -> int:
    """What a call of unknown cost weighs in a budget: never less than it can have been, as far as we know prices."""
    return (price.live if price else table.dearest).cost(*_tokens(call, UNSAID_INPUT, UNSAID_OUTPUT))


def _tokens(call: Call, unsaid_input: int, unsaid_output: int) -> tuple[int, int, int]:
    """Input, cached and output tokens, with something for those that the vendor did not say."""
    given = _fitting(call.input_tokens)
    put_in = unsaid_input if given is None else given
    put_out = _fitting(call.output_tokens)
    return put_in, min(_fitting(call.cached_tokens) or 0, put_in), unsaid_output if put_out is None else put_out
