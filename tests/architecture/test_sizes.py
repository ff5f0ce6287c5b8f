"""``make sizes`` counts what it says it counts."""

from __future__ import annotations

import pytest

import sizes

SAMPLE = '''
def public(a: int) -> int:
    """Says what it does."""
    def nested():
        return a
    return nested()

async def _private() -> None:
    pass
'''


def test_it_measures_functions_with_what_is_inside_them() -> None:
    measured = sizes.measure("sample", [SAMPLE, ""])
    assert measured.functions == (2, 5, 5)
    assert measured.files == (9, 9, 9)
    assert measured.annotated == pytest.approx(200 / 3)
    assert measured.explained == pytest.approx(50)
    assert measured.long == 0


def test_a_long_function_is_counted_as_long() -> None:
    assert sizes.measure("sample", ["def f():\n" + "    pass\n" * sizes.LONG]).long == pytest.approx(100)


def test_the_spread_takes_the_nearest_rank() -> None:
    assert sizes.spread(range(1, 101)) == (50, 95, 100)
    assert sizes.spread([]) == (0, 0, 0)


def test_it_prints_ours_beside_the_models(capsys: pytest.CaptureFixture[str]) -> None:
    sizes.main()
    printed = capsys.readouterr().out
    assert all(name in printed for name in ("core", "tests", "tox", "where we want to be"))
