"""The two ways to treat what came back."""

from __future__ import annotations

from typing import Final, Literal

Returns = Literal["net", "ignore"]
"""``net``: refunds lower the money, an order counts while its net is positive. ``ignore``: they are left out altogether."""

MONEY: Final[dict[Returns, str]] = {"net": "net_e4", "ignore": "gross_e4"}
"""The column of orders that holds their money."""
