"""Ask one provider after the other, one model after the other, until an answer can be used.

The number of calls is bounded: for each provider at most ``models * tries + 1``, by its policy. So is the time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from batikrfm.content.chain.asking import About, ask
from batikrfm.content.chain.circuits import Gate, said_of
from batikrfm.content.chain.errors import NobodyAnsweredError, UnusableAnswerError
from batikrfm.content.chain.model import Chain, Link, Outcome, Skipped, Wanted
from batikrfm.content.chain.policy import Next, after, tries_for, wait_after
from batikrfm.sdk.errors import PluginError
from batikrfm.sdk.llm import Completion, CompletionRequest, Finish
from batikrfm.sdk.plugin_errors import ModelGoneError
from batikrfm.sdk.text import Text
from batikrfm.usage import Call, CallOutcome, KeyBusyError

T = TypeVar("T")

REPAIR: Final = "repair"
NO_MODEL: Final = Text(
    id="belum ada model yang bisa dipakai untuk tingkat ini.",
    en="no model that can be used is set for this tier.",
)
REFUSED: Final = Text(id="modelnya menolak menulis ini.", en="its model declined to write this.")
CUT_OFF: Final = Text(id="jawabannya terpotong karena terlalu panjang.", en="the answer was cut off, for it was too long.")
NOT_USABLE: Final = Text(id="jawabannya belum bisa dipakai.", en="its answer could not be used.")
NO_TIME: Final = Text(id="waktunya habis.", en="there was no time left.")


async def complete(chain: Chain, wanted: Wanted[T], *, ledger: list[Call] | None = None) -> Outcome[T]:
    """A usable answer. No scope may be open: it takes as long as the vendors take.

    ``ledger`` gets every call as it ends, also the one that a cancellation interrupts; what is returned or raised holds the same ones.

    Raises:
        NobodyAnsweredError: every provider was passed over or gave nothing usable.
    """
    calls = [] if ledger is None else ledger
    return await _Completing(chain, wanted, calls, len(calls)).run()


@dataclass
class _Completing(Generic[T]):
    """One answer on its way."""

    chain: Chain
    wanted: Wanted[T]
    calls: list[Call]
    first: int  # where its own calls begin
    skipped: list[Skipped] = field(default_factory=list)
    repaired: bool = False
    until: float = 0.0  # by the tools' clock: the end of the current provider's time

    async def run(self) -> Outcome[T]:
        policy, links = self.chain.policy, self.chain.links
        end = self.now() + policy.total
        for after_this, link in zip(reversed(range(len(links))), links, strict=True):
            self.until = max(end - policy.share * after_this, self.now() + policy.share)
            self.repaired = False
            found = await self.ask_provider(link)
            if found is not None:
                return found
        raise NobodyAnsweredError(calls=self.calls[self.first :], skipped=(*self.chain.skipped, *self.skipped))

    async def ask_provider(self, link: Link) -> Outcome[T] | None:
        """Its models in turn. None: no answer, and the reason is kept."""
        reason = NO_MODEL
        for model in link.models(self.wanted.tier)[: self.chain.policy.models]:
            found = await self.ask_model(link, model)
            if isinstance(found, Outcome):
                return found
            goes_on, reason = found
            if goes_on is Next.PROVIDER:
                break
        self.skipped.append(Skipped(link.key, reason))
        return None

    async def ask_model(self, link: Link, model: str) -> Outcome[T] | tuple[Next, Text]:
        """Try until it answers well, or until trying again makes no sense; then where to go on, and the reason."""
        gate = self.chain.tools.circuits.gate(link.key, link.account.keys, model)
        request, purpose, failures = self.wanted.request_for(model), self.wanted.purpose, 0
        while True:
            answer = await self.ask_once(link, gate, request, purpose)
            if isinstance(answer, Text):
                return Next.MODEL, answer
            if isinstance(answer, KeyBusyError):
                return Next.PROVIDER, said_of(answer)
            if isinstance(answer, PluginError):
                failures += 1
                if not await self.tries_again(answer, failures):
                    return after(answer), said_of(answer)
                continue
            found = self.accepted(link, model, answer)
            if isinstance(found, Outcome):
                return found
            mended = self.mended(request, answer, found)
            if mended is None:
                return Next.PROVIDER, _reason(answer)
            request, purpose = mended, REPAIR

    async def ask_once(
        self, link: Link, gate: Gate, request: CompletionRequest, purpose: str
    ) -> Completion | PluginError | KeyBusyError | Text:
        """One call, if there is time and its circuit lets it through; else the reason why not."""
        seconds = min(self.chain.policy.attempt, self.until - self.now())
        if seconds <= 0:
            return NO_TIME
        if (reason := gate.shut()) is not None:
            return reason
        about = About(purpose, self.wanted.tier, self.wanted.segment, self.wanted.job_id, self.wanted.redact(request))
        answer = await ask(self.chain, link, gate, request, about, seconds, self.calls)
        if isinstance(answer, ModelGoneError):
            await self.chain.tools.models.gone(link.account, request.model)
        return answer

    async def tries_again(self, error: PluginError, failures: int) -> bool:
        """Wait, if the same model is to be asked once more and the wait is worth it."""
        policy, tools = self.chain.policy, self.chain.tools
        if failures >= tries_for(error, policy):
            return False
        wait = wait_after(error, failures, policy, tools.dice)
        if (error.wait or 0.0) > policy.longest_wait or self.now() + wait >= self.until:
            return False
        await tools.sleep(wait)
        return True

    def accepted(self, link: Link, model: str, completion: Completion) -> Outcome[T] | UnusableAnswerError:
        """The answer if it can be used; the ledger is told if not."""
        if completion.finish is Finish.COMPLETE:
            try:
                answer = self.wanted.accept(completion)
            except UnusableAnswerError as error:
                self.calls[-1] = replace(self.calls[-1], outcome=CallOutcome.UNUSABLE)
                return error
            return Outcome(answer, completion, link.key, model, tuple(self.calls[self.first :]), (*self.chain.skipped, *self.skipped))
        return UnusableAnswerError([CUT_OFF], hopeless=completion.finish is not Finish.CUT_OFF)

    def mended(self, request: CompletionRequest, completion: Completion, error: UnusableAnswerError) -> CompletionRequest | None:
        """The request that asks to mend an answer: once for each provider, where that can help."""
        if self.repaired or error.hopeless or self.wanted.repair is None:
            return None
        self.repaired = True
        return self.wanted.repair(request, completion, error.problems)

    def now(self) -> float:
        return self.chain.tools.monotonic()


def _reason(completion: Completion) -> Text:
    match completion.finish:
        case Finish.COMPLETE:
            return NOT_USABLE
        case Finish.CUT_OFF:
            return CUT_OFF
        case _:
            return REFUSED
