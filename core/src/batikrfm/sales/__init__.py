"""Sales files become orders: read, mapped, parsed, understood, and loaded.

Loading needs the database's libraries, so it is imported by its name: :mod:`batikrfm.sales.importing`.
"""

from batikrfm.sales.orders import Orders, Returns, Revenue
from batikrfm.sales.reading_orders import read_orders

__all__ = ["Orders", "Returns", "Revenue", "read_orders"]
