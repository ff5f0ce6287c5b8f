"""A vendor's verdict on texts, where a provider of the chain gives any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from batikrfm.content.chain.asking import CANCELLED, outcome_of, through
from batikrfm.content.chain.circuits import Gate, said_of
from batikrfm.content.chain.model import Chain, Link, Moderated
from batikrfm.content.chain.policy import wait_after
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.text import Text
from batikrfm.usage import Call, CallOutcome

if TYPE_CHECKING:
    from batikrfm.sdk import Moderation

PURPOSE: Final = "moderation"
TRIES: Final = 2
SECONDS: Final = 10.0
NOT_MODERATED: Final = Text(id="belum diperiksa penyedia AI: {reason}", en="not moderated by a provider: {reason}")
NOBODY: Final = Text(id="tidak ada penyedia di rantai ini yang memeriksa teks.", en="no provider of this chain moderates.")


async def moderate(
    chain: Chain, texts: Sequence[str], *, segment: str | None = None, job_id: UUID | None = None, ledger: list[Call] | None = None
) -> Moderated:
    """Verdicts of the first provider of the chain that moderates and can be reached now.

    Raises nothing for a vendor's sake: without verdicts the result says why. ``ledger`` as in :func:`complete`.
    """
    calls: list[Call] = [] if ledger is None else ledger
    first = len(calls)
    if not texts:
        return Moderated(())
    reason = NOBODY
    for link in chain.links:
        if not link.capabilities.moderation:
            continue
        answer = await _ask(chain, link, texts, _Note(calls, link.key, segment, job_id))
        if not isinstance(answer, Text):
            return Moderated(tuple(answer), link.key, calls=tuple(calls[first:]))
        reason = answer
    said = Text(id=NOT_MODERATED.say("id", reason=reason.id), en=NOT_MODERATED.say("en", reason=reason.en))
    return Moderated(None, reason=said, calls=tuple(calls[first:]))


class _Note:
    """Adds the calls of one provider to a ledger. Moderating is free wherever we know of: of no tokens."""

    def __init__(self, calls: list[Call], provider: str, segment: str | None, job_id: UUID | None) -> None:
        self._calls, self._provider, self._segment, self._job_id = calls, provider, segment, job_id

    def __call__(self, outcome: CallOutcome, seconds: float, error: str | None = None) -> None:
        self._calls.append(
            Call(
                provider=self._provider,
                model=PURPOSE,
                purpose=PURPOSE,
                outcome=outcome,
                segment=self._segment,
                job_id=self._job_id,
                latency_ms=round(seconds * 1000),
                input_tokens=0,
                output_tokens=0,
                error=error,
            )
        )


async def _ask(chain: Chain, link: Link, texts: Sequence[str], note: _Note) -> Sequence[Moderation] | Text:
    """Its verdicts, or why there are none."""
    tools, failures = chain.tools, 0
    gate = tools.circuits.gate(link.key, link.account.keys, PURPOSE)
    while True:
        if (shut := gate.shut()) is not None:
            return shut
        answer = await _ask_once(chain, link, gate, texts, note)
        if not isinstance(answer, PluginError):
            return answer
        failures += 1
        if not answer.retryable or failures == TRIES or (answer.wait or 0.0) > SECONDS:
            return said_of(answer)
        await tools.sleep(wait_after(answer, failures, chain.policy, tools.dice))


async def _ask_once(chain: Chain, link: Link, gate: Gate, texts: Sequence[str], note: _Note) -> Sequence[Moderation] | PluginError:
    tools = chain.tools
    started = tools.monotonic()
    answer = await through(
        gate,
        lambda: tools.plugins.call(link.provider.moderate, texts, timeout=SECONDS),
        lambda: note(CallOutcome.UNANSWERED, tools.monotonic() - started, CANCELLED),
    )
    if isinstance(answer, PluginError):
        note(outcome_of(answer), tools.monotonic() - started, answer.code or type(answer).__name__)
    else:
        note(CallOutcome.COMPLETE, tools.monotonic() - started)
    return answer
