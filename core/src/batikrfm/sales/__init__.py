"""Sales files become orders: read, mapped, parsed, understood, and loaded.

Loading needs the database's libraries, so it is imported by its name: :mod:`batikrfm.sales.importing`. The names below are loaded when
they are first used: whoever only lists uploads does not pay for polars.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from batikrfm.sales.orders import Orders, Revenue
    from batikrfm.sales.reading_orders import read_orders
    from batikrfm.sales.returns import Returns

__all__ = ["Orders", "Returns", "Revenue", "read_orders"]

_HOME_OF = {"Orders": "orders", "Returns": "returns", "Revenue": "orders", "read_orders": "reading_orders"}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
