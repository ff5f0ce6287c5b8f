"""Sales files as tables: whatever a merchant exports, with its header found and every row kept."""

from batikrfm.sales.reading.limits import Limits
from batikrfm.sales.reading.sheet import Sheet

__all__ = ["Limits", "Sheet"]
