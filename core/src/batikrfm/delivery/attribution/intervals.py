"""How sure a difference is: 95 % confidence intervals, by the formulas that the literature recommends. Floats and ``math`` only.

- one share: Wilson's score interval (Wilson, JASA 22, 1927), without continuity correction;
- the difference of two shares: Newcombe's hybrid score interval, method 10 of "Interval estimation for the difference between independent
  proportions: comparison of eleven methods" (Statistics in Medicine 17, 873-890, 1998);
- the difference of two means: Welch's t interval with Satterthwaite's degrees of freedom (Welch, Biometrika 34, 1947; Satterthwaite,
  Biometrics Bulletin 2, 1946);
- Student's t: the regularised incomplete beta function by its continued fraction (Abramowitz and Stegun 26.5.8, evaluated by Lentz's
  method), inverted by halving.

The tests compare each with numbers that were published.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

LEVEL: Final = 0.95
Z: Final = 1.959963984540054
"""The normal distribution's 97.5 % point."""
_TINY: Final = 1e-300
_CLOSE: Final = 1e-15
_MOST_STEPS: Final = 500
_HALVINGS: Final = 200
_TWO: Final = 2


@dataclass(frozen=True, slots=True)
class Span:
    """An estimate, and between which values the truth lies at :data:`LEVEL`."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Sample:
    """Amounts of ``size`` people by their sums: ``total``, and ``squares``, the sum of their squares."""

    size: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """The amount for each."""
        return self.total / self.size

    @property
    def variance(self) -> float:
        """Of the amounts, as a sample's (divided by ``size`` - 1)."""
        return max(0.0, self.squares - self.total * self.total / self.size) / (self.size - 1)


def share(successes: int, size: int) -> Span:
    """A share of ``size`` people (Wilson)."""
    p, z2 = successes / size, Z * Z
    middle = (p + z2 / (2 * size)) / (1 + z2 / size)
    half = Z / (1 + z2 / size) * math.sqrt(p * (1 - p) / size + z2 / (4 * size * size))
    return Span(p, 0.0 if successes == 0 else middle - half, 1.0 if successes == size else middle + half)


def difference_of_shares(ours: int, of_ours: int, theirs: int, of_theirs: int) -> Span:
    """How much greater the share ``ours`` of ``of_ours`` is than ``theirs`` of ``of_theirs`` (Newcombe's method 10)."""
    one, two = share(ours, of_ours), share(theirs, of_theirs)
    value = one.value - two.value
    down = math.hypot(one.value - one.low, two.high - two.value)
    up = math.hypot(one.high - one.value, two.value - two.low)
    return Span(value, value - down, value + up)


def difference_of_means(ours: Sample, theirs: Sample) -> Span | None:
    """How much greater the mean of ``ours`` is (Welch). None where a group has less than two people, or nobody differs from anybody."""
    if min(ours.size, theirs.size) < _TWO:
        return None
    one, two = ours.variance / ours.size, theirs.variance / theirs.size
    if one + two <= 0:
        return None
    half = student_t(degrees_of_freedom(ours, theirs)) * math.sqrt(one + two)
    value = ours.mean - theirs.mean
    return Span(value, value - half, value + half)


def degrees_of_freedom(ours: Sample, theirs: Sample) -> float:
    """Satterthwaite's."""
    one, two = ours.variance / ours.size, theirs.variance / theirs.size
    return (one + two) ** 2 / (one * one / (ours.size - 1) + two * two / (theirs.size - 1))


def student_t(freedom: float, level: float = LEVEL) -> float:
    """Between minus and plus this, ``level`` of Student's distribution lies."""
    low, high = 0.0, 1.0
    while _outside(high, freedom) > 1 - level:
        high *= 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _outside(middle, freedom) > 1 - level else (low, middle)
    return (low + high) / 2


def _outside(t: float, freedom: float) -> float:
    """How much of Student's distribution lies further out than ``t``, on both sides."""
    return incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5)


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):  # where the fraction converges fast; the other side by symmetry
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1.0 / _not_zero(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            result *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return result


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
