"""Sales files as tables: whatever a merchant exports, with its header found and every row kept."""

from batikrfm.sales.reading.errors import ReadingError
from batikrfm.sales.reading.files import read_bytes, read_files
from batikrfm.sales.reading.limits import Limits
from batikrfm.sales.reading.sheet import Sheet
from batikrfm.sales.reading.source import Source

__all__ = ["Limits", "ReadingError", "Sheet", "Source", "read_bytes", "read_files"]
