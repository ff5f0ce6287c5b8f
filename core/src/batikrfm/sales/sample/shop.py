"""The sample shop's buyers and orders. A buyer is of one of a few habits, so that every segment has somebody in it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from batikrfm.sales.sample.catalogue import FIRST_NAMES, LAST_NAMES, PRODUCTS, TOWNS, Product

LAST_DAY = dt.date(2026, 6, 30)
DAYS_A_MONTH = 30
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ0123456789"


class Fate(StrEnum):
    """What became of an order."""

    DONE = "done"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    PARTLY_RETURNED = "partly returned"


@dataclass(frozen=True)
class Buyer:
    """One customer; ``name`` is empty where the marketplace does not say who it was."""

    name: str
    town: str
    province: str


@dataclass(frozen=True)
class Line:
    """One article of an order; ``price`` is what was paid for one piece, in rupiah."""

    product: Product
    variation: str
    price: int
    quantity: int


@dataclass(frozen=True)
class Order:
    """One order of one buyer, at the shop's local time."""

    number: str
    ordered_at: dt.datetime
    buyer: Buyer
    lines: tuple[Line, ...]
    shipping: int
    fate: Fate


@dataclass(frozen=True)
class Habit:
    """How a kind of buyer buys: fewest and most orders, the first not before ``since``, the last within ``until``.

    Times are shares of the shop's: 0 is its first day, 1 its last.
    """

    share: float
    orders: tuple[int, int]
    since: float
    until: tuple[float, float]
    largest_basket: int


HABITS = (
    Habit(0.08, (8, 18), 0.0, (0.96, 1.0), 4),  # cannot pass a week without batik
    Habit(0.15, (4, 8), 0.1, (0.85, 1.0), 3),  # comes back
    Habit(0.22, (1, 2), 0.88, (0.96, 1.0), 2),  # came lately
    Habit(0.13, (4, 10), 0.0, (0.45, 0.7), 3),  # used to come often
    Habit(0.22, (1, 1), 0.0, (0.2, 0.5), 2),  # came once, long ago
    Habit(0.20, (1, 4), 0.1, (0.6, 1.0), 2),  # now and then
)
FATES = {Fate.DONE: 88, Fate.CANCELLED: 8, Fate.RETURNED: 3, Fate.PARTLY_RETURNED: 1}
PRICE_PER_CENT = (100, 100, 100, 100, 90, 85, 80)
STRANGERS = 4
"""Orders whose buyer the export leaves blank."""


def make_orders(*, seed: int, customers: int, months: int, last_day: dt.date = LAST_DAY) -> list[Order]:
    """All orders of the shop, oldest first, over ``months`` of 30 days up to ``last_day``."""
    chance = random.Random(seed)  # noqa: S311 - a sample must come out the same each time, nobody has to guess it
    first = dt.datetime.combine(last_day, dt.time()) - dt.timedelta(days=months * DAYS_A_MONTH - 1)
    habits = chance.choices(HABITS, [habit.share for habit in HABITS], k=customers)
    orders = [
        order
        for habit, buyer in zip(habits, _buyers(chance, customers), strict=True)
        for order in _orders(chance, habit, buyer, first, months)
    ]
    nobody = Buyer("", *TOWNS[0])
    orders += [_order(chance, HABITS[-1], nobody, _moment(chance, first, months, (0.0, 1.0))) for _ in range(STRANGERS)]
    return sorted(orders, key=lambda order: (order.ordered_at, order.number))


def _buyers(chance: random.Random, count: int) -> Iterator[Buyer]:
    """``count`` buyers with a user name each of their own."""
    for number in range(count):
        first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
        yield Buyer(f"{first}{chance.choice(('.', '_', ''))}{last}{number}", *chance.choice(TOWNS))


def _orders(chance: random.Random, habit: Habit, buyer: Buyer, first: dt.datetime, months: int) -> Iterator[Order]:
    """The orders of one buyer: the last one at the end of the habit's time, the others anywhere before."""
    yield _order(chance, habit, buyer, _moment(chance, first, months, habit.until))
    for _ in range(chance.randint(*habit.orders) - 1):
        yield _order(chance, habit, buyer, _moment(chance, first, months, (habit.since, habit.until[0])))


def _moment(chance: random.Random, first: dt.datetime, months: int, between: tuple[float, float]) -> dt.datetime:
    """A minute of the day when people shop, on a day between two shares of the shop's time."""
    day = int(chance.uniform(*between) * (months * DAYS_A_MONTH - 1))
    return first + dt.timedelta(days=day, hours=chance.triangular(6, 23.9, 20), minutes=chance.randrange(60) / 60)


def _order(chance: random.Random, habit: Habit, buyer: Buyer, at: dt.datetime) -> Order:
    lines = tuple(_line(chance, product) for product in chance.sample(PRODUCTS, chance.randint(1, habit.largest_basket)))
    number = f"{at:%y%m%d}" + "".join(chance.choices(LETTERS, k=8))
    fate = chance.choices(list(FATES), list(FATES.values()))[0]
    if fate is Fate.PARTLY_RETURNED and all(line.quantity == 1 for line in lines):
        fate = Fate.RETURNED
    return Order(number, at, buyer, lines, chance.randrange(8, 32) * 1_000, fate)


def _line(chance: random.Random, product: Product) -> Line:
    price = product.price * chance.choice(PRICE_PER_CENT) // 100
    return Line(product, chance.choice(product.variations), price, chance.choices((1, 2, 3, 5), (80, 13, 5, 2))[0])
