"""Circuit breakers: what keeps failing is left alone for a while. Kept by key and by key and model, in this process, for the latest few.

A circuit is closed (calls go through), open (none does) or half-open (its time is over: one call may try, and says how it goes on). An error
that only a person can mend opens the key's circuit at once and for long; one at the vendor's opens that of key and model when it has come
several times in a row, for short, then ever longer. A key that is changed is another key: its circuit is closed.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from batikrfm.sdk.errors import PluginError
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

RESTING = Text(
    id="sedang diistirahatkan setelah gagal beberapa kali. Terakhir: {cause}",
    en="it is left alone for a while after it failed. Last: {cause}",
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
class _Circuit:
    failures: int = 0
    openings: int = 0
    until: float | None = None
    probing: bool = False
    cause: PluginError | None = None


class Circuits:
    """The circuits of a process."""

    def __init__(self, monotonic: Callable[[], float], rules: Rules | None = None, metrics: CircuitMetrics | None = None) -> None:
        self._monotonic, self._rules, self._metrics = monotonic, rules or Rules(), metrics or NoCircuitMetrics()
        self._circuits: OrderedDict[Name, _Circuit] = OrderedDict()

    def __len__(self) -> int:
        return len(self._circuits)

    def gate(self, provider: str, keys: Sequence[str], model: str = "") -> Gate:
        """The gate to one model, or to an account where there is no model. With several keys it is shut when all of them are."""
        return Gate(self, provider, tuple((key,) for key in keys), tuple((key, model) for key in keys) if model else ())

    def _at(self, name: Name) -> _Circuit | None:
        return self._circuits.get(name)

    def _made(self, name: Name) -> _Circuit:
        circuit = self._circuits.setdefault(name, _Circuit())
        self._circuits.move_to_end(name)
        while len(self._circuits) > self._rules.most:
            self._circuits.popitem(last=False)
        return circuit

    def _shut(self, names: Iterable[Name]) -> PluginError | None:
        """Why no call may go through any of ``names`` now; None if one may."""
        cause = None
        for name in names:
            circuit = self._at(name)
            if circuit is None or circuit.until is None or (self._monotonic() >= circuit.until and not circuit.probing):
                return None
            cause = circuit.cause
        return cause

    def _begin(self, names: Iterable[Name]) -> Iterator[_Circuit]:
        """Take the one try of those that are half-open."""
        for name in names:
            circuit = self._at(name)
            if circuit is not None and circuit.until is not None and not circuit.probing and self._monotonic() >= circuit.until:
                circuit.probing = True
                yield circuit

    def _closed(self, names: Iterable[Name]) -> None:
        for name in names:
            self._circuits.pop(name, None)

    def _broke(self, provider: str, name: Name, error: PluginError, *, seconds: float | None = None) -> None:
        """Count ``error``; open for ``seconds``, or by the rules where it says nothing."""
        circuit, rules = self._made(name), self._rules
        circuit.failures += 1
        circuit.cause = error
        if seconds is None and circuit.failures < rules.failures and not circuit.openings:
            return
        wait = min(rules.long, rules.short * 2.0 ** min(circuit.openings, 16)) if seconds is None else seconds
        circuit.openings += 1
        circuit.until = max(circuit.until or 0.0, self._monotonic() + wait)
        self._metrics.circuit_opened(provider=provider, error=type(error).__name__)
        logger.warning("calls of %s are left out for %d seconds after %s", provider, wait, type(error).__name__)


class Gate:
    """The way to one model. Ask :meth:`shut`, then :meth:`begin`, say how it went, and :meth:`end` in any case."""

    def __init__(self, circuits: Circuits, provider: str, account: tuple[Name, ...], model: tuple[Name, ...]) -> None:
        self._circuits, self._provider = circuits, provider
        self._account, self._model = account, model
        self._probes: list[_Circuit] = []

    def shut(self) -> Text | None:
        """Why no call may go through now; None if one may."""
        cause = self._circuits._shut(self._account) or (self._circuits._shut(self._model) if self._model else None)  # noqa: SLF001 - one thing in two classes
        return None if cause is None else resting(cause)

    def begin(self) -> None:
        """A call goes through; where a circuit is half-open, it is the one that tries."""
        self._probes = [*self._circuits._begin(self._account), *self._circuits._begin(self._model)]  # noqa: SLF001 - see shut

    def succeeded(self) -> None:
        """The vendor answered."""
        self._circuits._closed((*self._account, *self._model))  # noqa: SLF001 - see shut

    def failed(self, error: PluginError) -> None:
        """It did not. An error of the request's own says nothing of the vendor."""
        rules = self._circuits._rules  # noqa: SLF001 - see shut
        if isinstance(error, NEED_A_PERSON):
            self._open(self._account, error, rules.long)
        elif isinstance(error, OF_A_MODEL):
            self._open(self._model, error, rules.long)
        elif isinstance(error, RateLimitedError):
            if error.wait is not None and error.wait >= rules.short:  # a shorter one is waited for by who met it
                self._open(self._model, error, min(error.wait, rules.long))
        elif isinstance(error, TROUBLE):
            self._open(self._model or self._account, error, None)
        else:
            self.succeeded()

    def end(self) -> None:
        """The call is over: if nobody said how it went, another may try."""
        for circuit in self._probes:
            circuit.probing = False
        self._probes = []

    def _open(self, names: tuple[Name, ...], error: PluginError, seconds: float | None) -> None:
        for name in names:
            self._circuits._broke(self._provider, name, error, seconds=seconds)  # noqa: SLF001 - see shut


def resting(cause: PluginError) -> Text:
    """The sentence of a circuit that is open because of ``cause``."""
    said = {language: type(cause).say(_nameless(cause), language) for language in ("id", "en")}  # type: ignore[arg-type] # both are languages
    return Text(id=RESTING.say("id", cause=said["id"]), en=RESTING.say("en", cause=said["en"]))


def _nameless(error: PluginError) -> PluginError:
    return error
