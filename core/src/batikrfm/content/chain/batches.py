"""The chain's Batch API: half the price, some hours later. The same error mapping, circuits and ledger as live calls.

One batch goes to one provider and one model. What is kept of it between calls (provider, model, the vendor's id) is the caller's to keep.
All of these raise a ``PluginError``; one that is ``retryable`` was tried again a few times before, where that does no harm.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from batikrfm.content.chain.asking import About, call_of, through
from batikrfm.content.chain.circuits import Gate
from batikrfm.content.chain.errors import NotInChainError
from batikrfm.content.chain.model import Chain, Collected, Link
from batikrfm.content.chain.policy import wait_after
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.plugin_errors import BadAnswerError, ModelGoneError, TimedOutError, UnavailableError

if TYPE_CHECKING:
    from batikrfm.sdk import BatchProgress, CompletionRequest, Tier

AnswerT = TypeVar("AnswerT")

SECONDS: Final = 120.0
"""For one call: files of many requests go over the wire."""
UNKNOWN_END: Final = (TimedOutError, UnavailableError, BadAnswerError)
"""After these nobody knows whether the vendor has the batch."""

Described = tuple["CompletionRequest", About]
"""A request of a batch, as it was handed in, and what the ledger is told of it."""


def batch_link(chain: Chain, tier: Tier) -> tuple[Link, str] | None:
    """The first provider of the chain that takes batches and can be asked now, and its model for ``tier``; None if there is none."""
    for link in chain.links:
        if link.capabilities.batch is None:
            continue
        for model in link.models(tier):
            if chain.tools.circuits.gate(link.key, link.account.keys, model).shut() is None:
                return link, model
    return None


async def hand_in(chain: Chain, provider: str, requests: Sequence[CompletionRequest], reference: str) -> str:
    """Hand in a batch under ``reference`` unless the vendor has it already; the vendor's id. Safe to repeat.

    All requests are for one model. When it is not known whether the vendor took it, the vendor is asked before the error is raised.
    """
    link = _link(chain, provider)
    there = await find_batch(chain, provider, reference)
    if there is not None:
        return there
    gate = _gate(chain, link, requests[0].model)
    answer = await through(gate, lambda: chain.tools.plugins.call(link.provider.submit, requests, reference, timeout=SECONDS))
    if isinstance(answer, UNKNOWN_END):
        there = await find_batch(chain, provider, reference)
        if there is not None:
            return there
    if isinstance(answer, ModelGoneError):
        await chain.tools.models.gone(link.account, requests[0].model)
    return _raised(answer)


async def find_batch(chain: Chain, provider: str, reference: str) -> str | None:
    """The vendor's id of the batch that was handed in under ``reference``, or None."""
    link = _link(chain, provider)
    return await _asked(chain, link, lambda: chain.tools.plugins.call(link.provider.find_batch, reference, timeout=SECONDS))


async def poll_batch(chain: Chain, provider: str, batch: str) -> BatchProgress:
    """How far it is."""
    link = _link(chain, provider)
    return await _asked(chain, link, lambda: chain.tools.plugins.call(link.provider.poll, batch, timeout=SECONDS))


async def collect_batch(chain: Chain, provider: str, batch: str, described: Mapping[str, Described]) -> Collected:
    """The answers of a batch that is over to the requests in ``described`` (by id), and a call for each. Can be asked again.

    Requests that the vendor never came to have no answer and no call: they cost nothing.
    """
    link = _link(chain, provider)
    answers = await _asked(chain, link, lambda: chain.tools.plugins.call(link.provider.collect, batch, timeout=SECONDS))
    ours = {one.id: one for one in answers if one.id in described}
    calls = (replace(call_of(link.key, *described[name], one.outcome, 0), batch=True) for name, one in ours.items())
    return Collected(ours, tuple(calls))


async def cancel_batch(chain: Chain, provider: str, batch: str) -> None:
    """Stop a batch. Stopping one that is over is no error."""
    link = _link(chain, provider)
    await _asked(chain, link, lambda: chain.tools.plugins.call(link.provider.cancel, batch, timeout=SECONDS))


async def _asked(chain: Chain, link: Link, call: Callable[[], Awaitable[AnswerT]]) -> AnswerT:
    """The answer of a call that may be repeated."""
    gate, policy, tools = _gate(chain, link), chain.policy, chain.tools
    for failures in range(1, policy.tries + 1):
        answer = await through(gate, call)
        retryable = isinstance(answer, PluginError) and answer.retryable and (answer.wait or 0.0) <= policy.longest_wait
        if not retryable or failures == policy.tries:
            return _raised(answer)
        assert isinstance(answer, PluginError)  # noqa: S101 - for the type checker
        await tools.sleep(wait_after(answer, failures, policy, tools.dice))
    raise AssertionError("a policy tries at least once")


def _raised(answer: AnswerT | PluginError) -> AnswerT:
    if isinstance(answer, PluginError):
        raise answer
    return answer


def _gate(chain: Chain, link: Link, model: str = "") -> Gate:
    """Batches are rare and cheap to ask for: a circuit is told of them, but does not hold them up."""
    return chain.tools.circuits.gate(link.key, link.account.keys, model)


def _link(chain: Chain, provider: str) -> Link:
    """Raises :class:`NotInChainError`: the tenant has taken the provider out, or its settings are gone."""
    link = chain.link(provider)
    if link is None:
        raise NotInChainError(provider=provider)
    return link
