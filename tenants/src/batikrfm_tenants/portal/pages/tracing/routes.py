"""The addresses of the rows behind numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from batikrfm.sdk.text import Text
from batikrfm.segmentation.history import past_runs
from batikrfm.segmentation.summing import find_order, sum_of_customers, sum_of_orders
from batikrfm.segmentation.tracing import CustomersPage, OrdersPage, Trace, traced_customers, traced_orders
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.pages.links import traced
from batikrfm_tenants.portal.pages.tracing.sentences import money_rule, sentence
from batikrfm_tenants.portal.pages.tracing.showing import CustomerLine, LineOfFile, OrderLine, OrderPage, TracePage

PAGE = 50


@get("/telusur", opt=needs(Permission.CUSTOMERS_READ))
async def trace(desk: Desk, after: FromQuery[str | None] = None) -> Response[str]:
    """The rows behind the number whose trace the address has."""
    wanted = Trace.from_query(dict(desk.request.query_params))
    customers, orders = CustomersPage((), None), OrdersPage((), None)
    if wanted.of == "customers":
        customers, total = await traced_customers(wanted, after, PAGE), await sum_of_customers(wanted)
    else:
        orders, total = await traced_orders(wanted, after, PAGE), await sum_of_orders(wanted)
    page = TracePage(
        sentence=sentence(wanted, await _names(desk)),
        money_rule=money_rule(wanted),
        of_customers=wanted.of == "customers",
        count=total.count,
        money=total.money,
        customers=tuple(CustomerLine(one, traced(desk.shop_path, one.trace)) for one in customers.rows),
        orders=tuple(OrderLine(one, f"{desk.shop_path}/telusur/pesanan/{one.id}") for one in orders.rows),
        other=traced(desk.shop_path, replace(wanted, of="orders")) if wanted.of == "customers" and total.count else "",
        after=_page(desk, wanted, customers.next or orders.next),
        first=traced(desk.shop_path, wanted) if after else "",
    )
    return desk.show(page)


@get("/telusur/pesanan/{order_id:uuid}", opt=needs(Permission.CUSTOMERS_READ))
async def order(desk: Desk, order_id: FromPath[UUID]) -> Response[str]:
    """One order with the lines of the file that it came from."""
    found = await find_order(order_id)
    entry = found.entry
    page = OrderPage(
        key=entry.key,
        ordered_at=entry.ordered_at,
        channel=entry.channel,
        money=entry.money,
        sold=entry.sold,
        customer=found.customer,
        customer_href=f"{desk.shop_path}/pelanggan/{found.customer_id}" if found.customer_id else "",
        imported_at=found.imported_at,
        upload_href=f"{desk.shop_path}/unggah/{found.upload_id}" if found.upload_id else "",
        lines=tuple(
            LineOfFile(item.product, item.quantity, item.amount, item.net, item.status, item.file, item.line) for item in entry.items
        ),
    )
    return desk.show(page)


def _page(desk: Desk, trace: Trace, after: str | None) -> str:
    return f"{desk.shop_path}/telusur?{urlencode({**trace.to_query(), 'after': after})}" if after else ""


async def _names(desk: Desk) -> dict[str, Text]:
    """What the segments of the latest run are called."""
    runs = await past_runs(1)
    strategies: Mapping[str, Any] = desk.plugins.segmentation_strategies
    return {one.key: one.name for run in runs if run.strategy in strategies for one in strategies[run.strategy].segments}


ROUTES: list[Any] = [trace, order]
