"""One call of a provider: leave from the limiter, through the boundary, its end told to circuit, limiter and ledger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from batikrfm.content.chain.circuits import Gate
from batikrfm.content.chain.model import Chain, Link
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.plugin_errors import BadAnswerError, BrokenPromiseError, CrashedError, RateLimitedError, TimedOutError, UnavailableError
from batikrfm.usage import Call, CallOutcome, KeyBusyError, Limits, Permit, prompt_hash

if TYPE_CHECKING:
    from batikrfm.sdk import Completion, CompletionRequest, Tier

AnswerT = TypeVar("AnswerT")

CANCELLED: Final = "cancelled"
NO_ANSWER: Final = (None, "no_connection")
"""The codes of an ``UnavailableError`` where the vendor said nothing at all, as our plugins have them."""
BYTES_PER_TOKEN: Final = 3
"""Indonesian text has three to four bytes to a token: rather a few tokens too many are asked of the limiter than too few."""


@dataclass(frozen=True)
class About:
    """What the ledger is told of a call beyond what happened."""

    purpose: str
    tier: Tier | None = None
    segment: str | None = None
    job_id: UUID | None = None
    prompt: str = ""


async def ask(  # noqa: PLR0913, PLR0917 - who, through what, what, what for, how long, and where it is noted
    chain: Chain, link: Link, gate: Gate, request: CompletionRequest, about: About, seconds: float, calls: list[Call]
) -> Completion | PluginError | KeyBusyError:
    """What came of ``request``, within ``seconds`` or little more; its call is added to ``calls``. A key that is busy for longer gets none.

    Raises nothing but a cancellation, whose call is added, too.
    """
    tools = chain.tools
    arrived = tools.monotonic()
    permits = await _permits(chain, link, tokens_of(request), seconds)
    if isinstance(permits, KeyBusyError):
        return permits
    started = tools.monotonic()
    left = max(min(seconds, chain.policy.share), seconds - (started - arrived))

    def note(outcome: Completion | PluginError | None) -> None:
        calls.append(call_of(link.key, request, about, outcome, round((tools.monotonic() - started) * 1000)))

    answer = await through(gate, lambda: tools.plugins.call(link.provider.complete, request, timeout=left), lambda: note(None))
    note(answer)
    await _tell_limiter(chain, link, permits, answer)
    return answer


async def through(
    gate: Gate, call: Callable[[], Awaitable[AnswerT]], cancelled: Callable[[], None] = lambda: None
) -> AnswerT | PluginError:
    """The answer of ``call`` or its error, told to ``gate``. ``cancelled`` is called where it is interrupted."""
    gate.begin()
    try:
        answer = await call()
    except PluginError as error:
        gate.failed(error)
        return error
    except BaseException:
        cancelled()
        raise
    else:
        gate.succeeded()
        return answer
    finally:
        gate.end()


def call_of(provider: str, request: CompletionRequest, about: About, outcome: Completion | PluginError | None, latency_ms: int) -> Call:
    """The ledger's entry. ``outcome`` None: the call was interrupted."""
    common: dict[str, Any] = {
        "provider": provider,
        "model": request.model,
        "purpose": about.purpose,
        "tier": about.tier,
        "segment": about.segment,
        "job_id": about.job_id,
        "latency_ms": latency_ms,
        "prompt": about.prompt,
        "prompt_hash": prompt_hash(request.system, request.prompt),
    }
    if outcome is None:
        return Call(**common, outcome=CallOutcome.UNANSWERED, error=CANCELLED)
    if isinstance(outcome, PluginError):
        return Call(**common, outcome=outcome_of(outcome), error=outcome.code or type(outcome).__name__)
    return Call(**common, **answered(outcome))


def answered(completion: Completion) -> dict[str, Any]:
    """What an answer adds to an entry."""
    usage = completion.usage
    return {
        "outcome": CallOutcome(completion.finish.value),
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_input_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "answer": completion.text,
    }


def outcome_of(error: PluginError) -> CallOutcome:
    """Whether the vendor said no, which is free, or nobody knows: its own errors have its code, a lost connection has none of its."""
    if isinstance(error, BadAnswerError | BrokenPromiseError):
        return CallOutcome.UNUSABLE
    if isinstance(error, TimedOutError | CrashedError) or (isinstance(error, UnavailableError) and error.code in NO_ANSWER):
        return CallOutcome.UNANSWERED
    return CallOutcome.FAILED


def tokens_of(request: CompletionRequest) -> int:
    """About how many tokens a request may take, its answer included."""
    return (len(request.system.encode()) + len(request.prompt.encode())) // BYTES_PER_TOKEN + request.max_output_tokens


async def _permits(chain: Chain, link: Link, tokens: int, patience: float) -> list[Permit] | KeyBusyError:
    """Leave for each of the account's keys, of which a plugin uses whichever is good while one is replaced by the other."""
    if not link.account.keyed:
        return []
    per_minute = chain.tools.limits.get(link.key, Limits())
    try:
        return [
            await chain.tools.limiter.acquire(
                key,
                tokens=tokens,
                tenant_id=chain.tenant_id,
                per_minute=per_minute,
                patience=min(patience, chain.policy.longest_wait),
            )
            for key in link.account.keys
        ]
    except KeyBusyError as error:
        return error


async def _tell_limiter(chain: Chain, link: Link, permits: list[Permit], answer: Completion | PluginError) -> None:
    limiter = chain.tools.limiter
    if isinstance(answer, PluginError):
        if isinstance(answer, RateLimitedError) and answer.wait and permits:
            for key in link.account.keys:
                await limiter.slow_down(key, answer.wait)
        return
    used = answer.usage.input_tokens + answer.usage.output_tokens
    for permit in permits:
        await limiter.correct(permit, used)
