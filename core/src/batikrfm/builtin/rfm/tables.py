"""Which segment a customer with scores R and FM is in, for every one of the 25 pairs: total and disjoint by construction.

FM is the rounded mean of the scores F and M: ``(F + M + 1) // 2``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

SegmentTable: TypeAlias = Mapping[int, tuple[str, str, str, str, str]]
"""R (1..5) -> the segment keys of FM = 1, 2, 3, 4, 5."""

RFM5: SegmentTable = {
    5: ("promising", "promising", "loyal", "champions", "champions"),
    4: ("promising", "promising", "loyal", "loyal", "champions"),
    3: ("promising", "promising", "loyal", "loyal", "loyal"),
    2: ("lost", "at_risk", "at_risk", "at_risk", "at_risk"),
    1: ("lost", "lost", "lost", "at_risk", "at_risk"),
}

RFM11: SegmentTable = {
    5: ("new", "potential_loyalist", "potential_loyalist", "champions", "champions"),
    4: ("promising", "potential_loyalist", "potential_loyalist", "loyal", "champions"),
    3: ("about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "at_risk", "at_risk", "cant_lose"),
    1: ("lost", "lost", "at_risk", "at_risk", "cant_lose"),
}
