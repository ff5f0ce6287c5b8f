"""The files that a shop takes away: the segments as a workbook, its customers and the rejected rows as CSV."""

from batikrfm.reports.writing import write_reports

__all__ = ["write_reports"]
