"""A mapped sheet becomes lines with real times, exact money and clean contacts; what cannot be understood is rejected with a reason."""

from batikrfm.sales.lines import LINES
from batikrfm.sales.parsing.model import REJECTED, Parsed
from batikrfm.sales.parsing.parse import parse
from batikrfm.sales.parsing.reasons import REASON_TEXTS, Reason

__all__ = ["LINES", "REASON_TEXTS", "REJECTED", "Parsed", "Reason", "parse"]
