"""Run a strategy over a shop's customers, sum the segments up, store the run and record who moved."""

from batikrfm.sales.orders import Returns
from batikrfm.segmentation.analysis import Analysis, as_json
from batikrfm.segmentation.scoring import Scored, score
from batikrfm.segmentation.summary import SegmentSummary

__all__ = ["Analysis", "Returns", "Scored", "SegmentSummary", "as_json", "score"]
