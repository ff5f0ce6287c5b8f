"""The way from a number to the rows behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from batikrfm.segmentation.customers import CustomerFilter
from batikrfm.segmentation.tracing import Trace


def traced(shop_path: str, trace: Trace) -> str:
    """The address of the page that shows the rows of ``trace``."""
    return f"{shop_path}/telusur?{urlencode(trace.to_query())}"


def listed(shop_path: str, wanted: CustomerFilter) -> str:
    """The address of the list of customers that ``wanted`` filters. A search is not part of an address: it may be somebody's name."""
    asked = {"segmen": wanted.segment, "r": wanted.r, "f": wanted.f, "m": wanted.m, "fm": wanted.fm}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"{shop_path}/pelanggan{'?' if query else ''}{query}"
