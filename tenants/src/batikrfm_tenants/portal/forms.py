"""What a form sent, and what is wrong with it: templates show both, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Text
from batikrfm.tenancy.errors import TenantNameError, UnknownCurrencyError, UnknownTimeZoneError
from batikrfm_tenants import errors

FIELDS_OF: Final[Mapping[type, tuple[str, ...]]] = {
    errors.EmailError: ("email",),
    errors.PersonNameError: ("name",),
    errors.WeakPasswordError: ("password",),
    errors.WrongProofError: ("code", "proof", "password"),
    errors.AlreadyMemberError: ("email",),
    errors.KeyNameError: ("name",),
    errors.KeyExpiryError: ("expires",),
    errors.NoPermissionsError: ("permissions",),
    TenantNameError: ("name",),
    UnknownTimeZoneError: ("time_zone",),
    UnknownCurrencyError: ("currency",),
}
"""Which field of a form an error speaks of: the first that the form has."""


@dataclass(frozen=True)
class Problem:
    """One thing to put right: in ``field``, or (empty) in the form as a whole."""

    field: str
    words: Text | BatikError


@dataclass(frozen=True)
class Form:
    """A form's values as they were sent, and its problems. An empty one is a form that nobody has filled in yet."""

    sent: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, object]]) -> Form:
        """From the names and texts of a request's body; files are not texts and are left out."""
        sent: dict[str, tuple[str, ...]] = {}
        for name, value in pairs:
            if isinstance(value, str):
                sent[name] = (*sent.get(name, ()), value)
        return cls(sent)

    def __getitem__(self, name: str) -> str:
        """What was sent as ``name``, without blanks around it; empty if nothing was."""
        return self.exactly(name).strip()

    def exactly(self, name: str) -> str:
        """What was sent as ``name``, to the letter: a password."""
        return self.sent[name][0] if self.sent.get(name) else ""

    def all(self, name: str) -> tuple[str, ...]:
        """Everything sent as ``name``: ticked boxes."""
        return self.sent.get(name, ())

    def value(self, name: str, default: str = "") -> str:
        """What a field shows: what was sent, else ``default``."""
        return self.sent[name][0] if self.sent.get(name) else ("" if self.sent else default)

    def ticked(self, name: str, value: str, default: bool = False) -> bool:  # noqa: FBT001, FBT002 - templates give it by place
        """Whether a box is ticked: as it was sent, else ``default``."""
        return value in self.all(name) if self.sent else default

    def problem(self, name: str) -> Text | BatikError | None:
        """What is wrong with the field ``name``."""
        return next((problem.words for problem in self.problems if problem.field == name), None)

    def refused_by(self, error: BatikError) -> Form:
        """The same with what ``error`` says, beside the field that it speaks of if the form has that."""
        names = next((FIELDS_OF[kind] for kind in type(error).__mro__ if kind in FIELDS_OF), ())
        return self.refused(error, next((name for name in names if name in self.sent), ""))

    def refused(self, words: Text | BatikError, name: str = "") -> Form:
        """The same with one more problem."""
        return replace(self, problems=(*self.problems, Problem(name, words)))
