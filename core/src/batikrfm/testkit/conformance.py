"""What every conformance suite shares."""

from __future__ import annotations

import inspect


class Conformance:
    """A contract as a test class. Subclass it as ``Test...`` and override its fixtures, never its tests.

    A test that cannot hold yet is overridden with ``@pytest.mark.xfail(reason=...)``, so that the gap is named where all can see it.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        inherited = {name for base in cls.__mro__[1:] for name in vars(base) if name.startswith("test_")}
        for name, test in vars(cls).items():
            if name in inherited and not _excused(test):
                raise TypeError(f"{cls.__name__} overrides {name}: mark it xfail with a reason, or leave it as it is")


def _excused(test: object) -> bool:
    marks = getattr(inspect.unwrap(test) if callable(test) else test, "pytestmark", [])
    return any(mark.name == "xfail" and mark.kwargs.get("reason") for mark in marks)
