"""Circuit breakers: what keeps failing is left alone for a while. Kept by key and by key and model, in this process, for the latest few.

A circuit is closed (calls go through), open (none does) or half-open (its time is over: one call may try, and says how it goes on). An
error that only a person can mend opens the key's circuit at once and for long; trouble at the vendor's opens that of key and model when it
has come several times in a row, for short, then ever longer. A key that is changed is another key: its circuit is closed.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from batikrfm.sdk.errors import BatikError, PluginError
from batikrfm.sdk.plugin_errors import (
    AccountNotReadyError,
    BadAnswerError,
    BrokenPromiseError,
    CrashedError,
    InvalidCredentialsError,
    ModelGoneError,
    NotAllowedError,
    QuotaExhaustedError,
    RateLimitedError,
    TimedOutError,
    UnavailableError,
)
from batikrfm.sdk.text import Text

logger = logging.getLogger(__name__)

NEED_A_PERSON: Final = (InvalidCredentialsError, QuotaExhaustedError, AccountNotReadyError)
"""Of the whole key: no model of it answers until somebody acts."""
OF_A_MODEL: Final = (ModelGoneError, NotAllowedError)
TROUBLE: Final = (UnavailableError, TimedOutError, BadAnswerError, BrokenPromiseError, CrashedError)

RESTING: Final = Text(
    id="dilewati dulu beberapa saat karena baru saja gagal. {cause}",
    en="it is left out for a while, for it has just failed. {cause}",
)

Name = tuple[str, ...]
"""A key's hash, or a key's hash and a model."""


class CircuitMetrics(Protocol):
    """Takes one figure per event. Labels name providers and kinds of errors, never keys or tenants."""

    def circuit_opened(self, *, provider: str, error: str) -> None:
        """A circuit opened because of an error of this class."""


class NoCircuitMetrics:
    """Counts nothing."""

    def circuit_opened(self, *, provider: str, error: str) -> None:
        """Nobody asked."""


@dataclass(frozen=True)
class Rules:
    """``failures`` in a row open a circuit for ``short`` seconds, doubled each time it fails again, at most ``long``. ``most`` are kept."""

    failures: int = 5
    short: float = 30.0
    long: float = 900.0
    most: int = 10_000


@dataclass
class Circuit:
    """One circuit. ``until`` None: it is closed."""

    cause: PluginError
    failures: int = 0
    openings: int = 0
    until: float | None = None
    probing: bool = False

    def lets_through(self, now: float) -> bool:
        """Whether a call may go now."""
        return self.until is None or self.is_half_open(now)

    def is_half_open(self, now: float) -> bool:
        """Whether its time is over and nobody tries yet."""
        return self.until is not None and now >= self.until and not self.probing


class Circuits:
    """The circuits of a process. A name that is not kept stands for a closed one."""

    def __init__(self, monotonic: Callable[[], float], rules: Rules | None = None, metrics: CircuitMetrics | None = None) -> None:
        self._monotonic, self.rules, self._metrics = monotonic, rules or Rules(), metrics or NoCircuitMetrics()
        self._kept: OrderedDict[Name, Circuit] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def gate(self, provider: str, keys: Sequence[str], model: str = "") -> Gate:
        """The way to one model, or to an account where there is no model. With several keys it is shut when all of them are."""
        account = tuple((key,) for key in keys)
        return Gate(self, provider, account, tuple((key, model) for key in keys) if model else ())

    def cause(self, names: Iterable[Name]) -> PluginError | None:
        """Why no call may go through any of ``names``; None if one may."""
        last, now = None, self._monotonic()
        for name in names:
            circuit = self._kept.get(name)
            if circuit is None or circuit.lets_through(now):
                return None
            last = circuit.cause
        return last

    def try_half_open(self, names: Iterable[Name]) -> Iterator[Circuit]:
        """Take the one try of each that is half-open."""
        now = self._monotonic()
        for name in names:
            circuit = self._kept.get(name)
            if circuit is not None and circuit.is_half_open(now):
                circuit.probing = True
                yield circuit

    def close(self, names: Iterable[Name]) -> None:
        """Close them: a call went well."""
        for name in names:
            self._kept.pop(name, None)

    def count(self, provider: str, name: Name, error: PluginError, seconds: float | None = None) -> None:
        """Count ``error`` against ``name``; open it for ``seconds``, or by the rules where it says none."""
        circuit = self._kept.setdefault(name, Circuit(error))
        circuit.failures, circuit.cause = circuit.failures + 1, error
        self._kept.move_to_end(name)
        if len(self._kept) > self.rules.most:
            self._kept.popitem(last=False)
        if seconds is None:
            if circuit.failures < self.rules.failures and not circuit.openings:
                return
            seconds = min(self.rules.long, self.rules.short * 2.0 ** min(circuit.openings, 16))
        circuit.openings += 1
        circuit.until = max(circuit.until or 0.0, self._monotonic() + seconds)
        self._metrics.circuit_opened(provider=provider, error=type(error).__name__)
        logger.warning("%s is left out for %d seconds after %s", provider, seconds, type(error).__name__)


@dataclass
class Gate:
    """The way to one model through its circuits. Ask :meth:`shut`, then :meth:`begin`, say how it went, and :meth:`end` in any case."""

    circuits: Circuits
    provider: str
    account: tuple[Name, ...]
    model: tuple[Name, ...]
    probes: list[Circuit] = field(default_factory=list)

    def shut(self) -> Text | None:
        """Why no call may go through now; None if one may."""
        cause = self.circuits.cause(self.account) or self.circuits.cause(self.model)
        return None if cause is None else resting(cause)

    def begin(self) -> None:
        """A call goes through; where a circuit is half-open, it is the one that tries."""
        self.probes = [*self.circuits.try_half_open((*self.account, *self.model))]

    def succeeded(self) -> None:
        """The vendor answered."""
        self.circuits.close((*self.account, *self.model))

    def failed(self, error: PluginError) -> None:
        """It did not. What is wrong with the request alone says nothing against the vendor."""
        rules = self.circuits.rules
        if isinstance(error, NEED_A_PERSON):
            self._count(self.account, error, rules.long)
        elif isinstance(error, OF_A_MODEL):
            self._count(self.model or self.account, error, rules.long)
        elif isinstance(error, TROUBLE):
            self._count(self.model or self.account, error)
        elif not isinstance(error, RateLimitedError):
            self.succeeded()
        elif error.wait is not None and error.wait >= rules.short:  # a shorter wait is waited for by who met it
            self._count(self.model or self.account, error, min(error.wait, rules.long))

    def end(self) -> None:
        """The call is over: if nobody said how it went, another may try."""
        for circuit in self.probes:
            circuit.probing = False
        self.probes = []

    def _count(self, names: tuple[Name, ...], error: PluginError, seconds: float | None = None) -> None:
        for name in names:
            self.circuits.count(self.provider, name, error, seconds)


def resting(cause: PluginError) -> Text:
    """The sentence of a circuit that is open because of ``cause``."""
    said = said_of(cause)
    return Text(id=RESTING.say("id", cause=said.id), en=RESTING.say("en", cause=said.en))


def said_of(error: BatikError) -> Text:
    """What ``error`` says, without the plugin's name in front."""
    return Text(id=BatikError.say(error, "id"), en=BatikError.say(error, "en")) if isinstance(error, PluginError) else _said(error)


def _said(error: BatikError) -> Text:
    return Text(id=error.say("id"), en=error.say("en"))
