"""Difference with confidence interval: our few lines against numbers that others published."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batikrfm.delivery.attribution.intervals import (
    Sample,
    degrees_of_freedom,
    difference_of_means,
    difference_of_shares,
    incomplete_beta,
    share,
    student_t,
)

# Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 857-872 (1998), table I, method 3.
WILSON = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
# Newcombe, Statistics in Medicine 17, 873-890 (1998), table II, method 10.
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0),
    (10, 10, 0, 10, 0.6075, 1.0),
]
# Abramowitz and Stegun, table 26.10; any textbook's table of t.
STUDENT = [(1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (20, 2.086), (30, 2.042), (60, 2.000), (120, 1.980), (1e7, 1.960)]


@pytest.mark.parametrize(("successes", "size", "low", "high"), WILSON)
def test_a_share_as_wilson_has_it(successes: int, size: int, low: float, high: float) -> None:
    found = share(successes, size)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("a", "m", "b", "n", "low", "high"), NEWCOMBE)
def test_a_difference_of_shares_as_newcombe_has_it(a: int, m: int, b: int, n: int, low: float, high: float) -> None:
    found = difference_of_shares(a, m, b, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("freedom", "t"), STUDENT)
def test_students_t_as_the_tables_have_it(freedom: float, t: float) -> None:
    assert student_t(freedom) == pytest.approx(t, abs=5e-4)


def test_students_t_at_other_levels() -> None:
    assert student_t(10, 0.90) == pytest.approx(1.812, abs=5e-4)
    assert student_t(10, 0.99) == pytest.approx(3.169, abs=5e-4)


def _sample(values: list[float]) -> Sample:
    return Sample(len(values), math.fsum(values), math.fsum(value * value for value in values))


def test_a_difference_of_means_as_welch_has_it() -> None:
    """Example 1 of the English Wikipedia's article on Welch's t-test: t = -2.46, 25.0 degrees of freedom, p = 0.021."""
    one = _sample([27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4])
    two = _sample([27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4])
    found, freedom = difference_of_means(one, two), degrees_of_freedom(one, two)
    assert found is not None
    error = math.sqrt(one.variance / one.size + two.variance / two.size)
    assert found.value / error == pytest.approx(-2.46, abs=0.005)
    assert freedom == pytest.approx(25.0, abs=0.05)
    assert found.high - found.value == pytest.approx(student_t(freedom) * error)


def test_welch_on_the_cars_of_nist() -> None:
    """NIST's engineering statistics handbook 1.3.5.3, AUTO83B.DAT by its summary: n 249 and 79, means 20.14458 and 30.48101, standard
    deviations 6.41470 and 6.10771; t = -12.94627 and 136.8750 degrees of freedom without equal variances.
    """
    one, two = _summary(249, 20.14458, 6.41470), _summary(79, 30.48101, 6.10771)
    assert degrees_of_freedom(one, two) == pytest.approx(136.8750, abs=0.01)
    found = difference_of_means(one, two)
    assert found is not None
    t = found.value / ((found.high - found.value) / student_t(136.8750))
    assert t == pytest.approx(-12.94627, abs=1e-3)


def _summary(size: int, mean: float, deviation: float) -> Sample:
    return Sample(size, size * mean, (size - 1) * deviation**2 + size * mean * mean)


def test_the_incomplete_beta_function_where_it_is_known_exactly() -> None:
    assert incomplete_beta(0.3, 1, 1) == pytest.approx(0.3)
    assert incomplete_beta(0.4, 2, 3) == pytest.approx(0.5248)  # 6x^2 - 8x^3 + 3x^4
    assert (incomplete_beta(0, 2, 3), incomplete_beta(1, 2, 3)) == (0.0, 1.0)


@given(st.floats(0.01, 0.99), st.floats(0.5, 50), st.floats(0.5, 50))
def test_the_incomplete_beta_function_is_symmetric(x: float, a: float, b: float) -> None:
    assert incomplete_beta(x, a, b) + incomplete_beta(1 - x, b, a) == pytest.approx(1.0, abs=1e-9)


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_a_difference_lies_within_its_interval_and_the_interval_within_reason(m: int, n: int, data: st.DataObject) -> None:
    a, b = data.draw(st.integers(0, m)), data.draw(st.integers(0, n))
    found, back = difference_of_shares(a, m, b, n), difference_of_shares(b, n, a, m)
    assert -1 - 1e-9 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1 + 1e-9
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))


def test_nobody_to_compare_is_no_difference() -> None:
    assert difference_of_means(Sample(1, 5, 25), Sample(10, 50, 300)) is None
    assert difference_of_means(Sample(10, 0, 0), Sample(10, 0, 0)) is None
