"""Run a strategy over a shop's customers, sum the segments up, store the run and record who moved; and read what that left.

The names below are loaded when they are first used: whoever only reads what runs left does not pay for polars.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from batikrfm.sales.returns import Returns
    from batikrfm.segmentation.analysis import Analysis, as_json
    from batikrfm.segmentation.scoring import Scored, score
    from batikrfm.segmentation.summary import SegmentSummary

__all__ = ["Analysis", "Returns", "Scored", "SegmentSummary", "as_json", "score"]

_HOME_OF = {
    "Analysis": "batikrfm.segmentation.analysis",
    "Returns": "batikrfm.sales.returns",
    "Scored": "batikrfm.segmentation.scoring",
    "SegmentSummary": "batikrfm.segmentation.summary",
    "as_json": "batikrfm.segmentation.analysis",
    "score": "batikrfm.segmentation.scoring",
}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
