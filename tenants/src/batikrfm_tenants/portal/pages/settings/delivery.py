"""Kiriman: what every message of the shop says of its sender, how often people are written to, and whether opens and clicks are counted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

from litestar import Response, get, post

from batikrfm.delivery.campaigns import CampaignSettings, read_settings, save_settings
from batikrfm.delivery.campaigns.errors import CampaignPlanError
from batikrfm.delivery.letters.errors import LetterSettingsError
from batikrfm.delivery.letters.settings import LetterSettings, read_letter_settings, save_letter_settings
from batikrfm.delivery.options import Cap
from batikrfm.delivery.tracking import Tracking, change_tracking, read_tracking
from batikrfm.delivery.tracking.errors import WindowError
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.pages.campaigns.asking import Reader
from batikrfm_tenants.portal.pages.settings.tabs import HELP, Tabs, tabs

SAVED = Text(id="Pengaturan kiriman tersimpan.", en="The settings of sending are saved.")
FIELDS = {LetterSettingsError: "link", CampaignPlanError: "messages", WindowError: "window_days"}
"""Which field of the form an error speaks of."""


@dataclass(frozen=True, kw_only=True)
class DeliverySettingsPage(Page):
    """The settings in a form; who may not change them reads them."""

    template: ClassVar[str] = "settings/delivery.html"
    tabs: Tabs = field(metadata=HELP)
    form: Form = field(metadata={"help": "The form as it was sent."})
    letters: LetterSettings = field(metadata={"help": "What messages say of their sender."})
    cap: Cap | None = field(metadata={"help": "How many messages one person gets at most."})
    tracking: Tracking = field(metadata={"help": "What is counted."})


async def page(desk: Desk, form: Form) -> DeliverySettingsPage:
    """The page with ``form``."""
    return DeliverySettingsPage(
        tabs=tabs(desk),
        form=form,
        letters=await read_letter_settings(),
        cap=(await read_settings()).cap,
        tracking=await read_tracking(),
    )


@get("/pengaturan/kiriman", opt=needs(Permission.SETTINGS_READ))
async def delivery(desk: Desk) -> Response[str]:
    """The settings."""
    return desk.show(await page(desk, Form()))


@post("/pengaturan/kiriman", opt=needs(Permission.SETTINGS_WRITE))
async def delivery_sent(desk: Desk) -> Response[str]:
    """Keep all of them or none."""
    form = await desk.form()
    reader = Reader(form)
    cap = Cap(reader.whole("messages") or 0, reader.whole("days") or 0) if form.ticked("capped", "on") else None
    window = reader.whole("window_days") or 0
    if reader.form.problems:
        return desk.refuse(await page(desk, reader.form))
    letters = replace(await read_letter_settings(), link=form["link"], address=form["address"], contact=form["contact"])
    wanted = Tracking(form.ticked("opens", "on"), form.ticked("clicks", "on"), form.ticked("anonymous", "on"), window)
    try:
        await save_letter_settings(letters)
        await save_settings(CampaignSettings(cap))
        await change_tracking(wanted)
    except (LetterSettingsError, CampaignPlanError, WindowError) as error:
        return desk.refuse(await page(desk, form.refused(error, FIELDS[type(error)])), error)
    await audit.record(desk.principal, "campaign.settings_changed")
    return desk.go(f"{desk.shop_path}/pengaturan/kiriman", say=SAVED)


ROUTES = [delivery, delivery_sent]
