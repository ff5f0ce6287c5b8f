"""Sales files become orders: read, mapped, parsed, understood, and loaded.

Each step is imported by its name, so that the next ones can be loaded while files are read: :mod:`batikrfm.sales.reading`, then
:func:`batikrfm.sales.reading_orders.orders_in` for orders in memory, or :mod:`batikrfm.sales.importing`, which needs a database.
"""
