"""The way from a number to the rows behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from batikrfm.segmentation.tracing import Trace


def traced(shop_path: str, trace: Trace) -> str:
    """The address of the page that shows the rows of ``trace``."""
    return f"{shop_path}/telusur?{urlencode(trace.to_query())}"
