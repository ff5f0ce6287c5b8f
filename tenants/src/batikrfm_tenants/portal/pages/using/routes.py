"""The addresses of Pemakaian AI."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromQuery

from batikrfm.content.chain import model_notices
from batikrfm.plugins.settings import PluginSettings
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.usage import MICRO, BudgetError, BudgetMode, list_calls, measured_tokens, set_budget, usage_report
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.contents.showing import latest
from batikrfm_tenants.portal.pages.using.showing import LedgerPage, UsagePage, ledger_page, usage_page

MONTH: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
PAGE: Final = 50
BUDGET_SET = Text(id="Anggaran AI tersimpan.", en="The AI budget is kept.")
NO_MONEY = Text(id="Tulis angka dalam dolar, seperti 5 atau 2,50.", en="Write a number of dollars, like 5 or 2.50.")


@get("/pemakaian", opt=needs(Permission.USAGE_READ))
async def usage(desk: Desk, bulan: FromQuery[str | None] = None, toko: FromQuery[str | None] = None) -> Response[str]:
    """Quota, budget and a month's cost."""
    return desk.show(await _page(desk, Form(), bulan, toko))


@post("/pemakaian/anggaran", opt=needs(Permission.SETTINGS_WRITE))
async def budget(desk: Desk) -> Response[str]:
    """Set the month's budget; an empty one is none."""
    form = await desk.form()
    mode: BudgetMode = "warn" if form["mode"] == "warn" else "stop"
    try:
        await set_budget(_micro(form["limit"]), mode)
    except InvalidOperation:
        return desk.refuse(await _page(desk, form.refused(NO_MONEY, "limit"), None, None))
    except BudgetError as error:
        return desk.refuse(await _page(desk, form.refused(error, "limit"), None, None))
    await audit.record(desk.principal, "usage.budget_set", details={"limit": form["limit"], "mode": mode})
    return desk.go(f"{desk.shop_path}/pemakaian", say=BUDGET_SET)


@get("/pemakaian/catatan", opt=needs(Permission.USAGE_READ))
async def ledger(desk: Desk, after: FromQuery[UUID | None] = None) -> Response[str]:
    """Every call, fifty at a time."""
    found, run = await list_calls(after=after, limit=PAGE + 1), await latest()
    page: LedgerPage = ledger_page(found, PAGE, run.strategy if run else "", desk.formats.language)
    return desk.show(page)


async def _page(desk: Desk, form: Form, month: str | None, shops: str | None) -> UsagePage:
    wanted = dt.date.fromisoformat(f"{month}-01") if month and MONTH.fullmatch(month) else None
    report, run = await usage_report(wanted), await latest()
    notices = await model_notices(PluginSettings(desk.plugins, desk.services.office.vault))
    counted = int(shops) if shops and shops.isascii() and shops.isdecimal() and len(shops) < 7 else 1  # noqa: PLR2004 - a million shops
    return usage_page(
        desk,
        form,
        report,
        strategy=run.strategy if run else "",
        segments=sum(one.customers > 0 for one in run.results) if run else 0,
        shops=max(1, counted),
        tokens=await measured_tokens("content"),
        notices=tuple(notice.text for notice in notices),
    )


def _micro(text: str) -> int | None:
    """``2,50`` dollars in micro-USD; None for nothing. Raises ``InvalidOperation`` where it is no number."""
    if not text:
        return None
    amount = Decimal(text.replace(",", "."))
    if not amount.is_finite():
        raise InvalidOperation
    return int(amount * MICRO)


ROUTES: list[Any] = [usage, budget, ledger]
