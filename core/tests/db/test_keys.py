"""Keys that the client makes."""

from __future__ import annotations

import time
from itertools import pairwise

from batikrfm.db.keys import uuid7


def test_a_key_is_a_uuid_of_version_7_and_of_now() -> None:
    before, key, after = time.time_ns() // 1_000_000, uuid7(), time.time_ns() // 1_000_000
    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert before <= key.int >> 80 <= after


def test_keys_are_different_and_in_the_order_in_which_they_were_made() -> None:
    keys = [uuid7() for _ in range(10_000)]
    assert len(set(keys)) == len(keys)
    assert all(first.int >> 64 <= second.int >> 64 for first, second in pairwise(keys))
    assert sum(first < second for first, second in pairwise(keys)) > 9_900  # the clock's steps may be wider than the fraction's
