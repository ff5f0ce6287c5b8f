"""What an owner does with a channel by a press: stop it, let it go on, set its number's limits or take ours again."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, post
from litestar.params import FromPath

from batikrfm.delivery.channels import (
    ChannelInfo,
    ChannelNotFoundError,
    PausedBy,
    forget_rules,
    pause_channel,
    resume_channel,
    set_rules,
    state_of,
)
from batikrfm.delivery.numbers.rules import rules_of
from batikrfm.sdk.text import Text
from batikrfm.tenancy.permissions import Permission
from batikrfm.web.guards import needs
from batikrfm_tenants import audit
from batikrfm_tenants.portal.desk import Desk
from batikrfm_tenants.portal.pages.settings.channels import STEP, Asked, channel_page, info_of
from batikrfm_tenants.portal.pages.settings.limits import rules_said, warning_of

LONGEST_REASON: Final = 120
WHY: Final = Text(
    id="Tulis alasannya dalam satu baris, paling panjang 120 huruf, supaya yang membaca nanti mengerti.",
    en="Say why in one line of 120 characters at most, so that whoever reads it later understands.",
)
STOPPED: Final = Text(
    id="Saluran dihentikan dulu. Kampanye yang memakainya berhenti sebelum pesan berikutnya.",
    en="The channel is stopped. Campaigns that use it stop before their next message.",
)
STOPPED_BEFORE: Final = Text(id="Saluran ini memang sudah dihentikan.", en="The channel was stopped already.")
RESUMED: Final = Text(
    id="Saluran dipakai lagi. Kampanye yang tadi terhenti dilanjutkan dari halamannya.",
    en="The channel is in use again. Campaigns that it stopped are resumed on their own pages.",
)
LIMITED: Final = Text(id="Batas nomor tersimpan.", en="The number's limits are saved.")
LIMITED_LOOSER: Final = Text(
    id="Batas nomor tersimpan, tetapi lebih longgar dari saran kami. Di bawah tertulis apa saja.",
    en="The number's limits are saved, but they are less careful than we suggest. It says below in what.",
)
USUAL: Final = Text(id="Batas nomor kembali seperti saran kami.", en="The number's limits are as we suggest again.")


@post(f"{STEP}/hentikan", opt=needs(Permission.PLUGINS_WRITE))
async def stop(desk: Desk, channel: FromPath[str]) -> Response[str]:
    """Send nothing by it for now, for a reason."""
    await info_of(channel)
    form = await desk.form()
    reason = form["reason"]
    if not 0 < len(reason) <= LONGEST_REASON or not reason.isprintable():
        return desk.refuse(await channel_page(desk, channel, Asked(stop=form.refused(WHY, "reason"))))
    if not await pause_channel(channel, Text(id=reason, en=reason), by=PausedBy.PERSON):
        return desk.go(_address(desk, channel), say=STOPPED_BEFORE, tone="warning")
    await audit.record(desk.principal, "channel.paused", channel)
    return desk.go(_address(desk, channel), say=STOPPED)


@post(f"{STEP}/lanjut", opt=needs(Permission.PLUGINS_WRITE))
async def go_on(desk: Desk, channel: FromPath[str]) -> Response[str]:
    """Let a channel that was stopped send again."""
    await info_of(channel)
    await resume_channel(channel)
    await audit.record(desk.principal, "channel.resumed", channel)
    return desk.go(_address(desk, channel), say=RESUMED)


@post(f"{STEP}/batas", opt=needs(Permission.SETTINGS_WRITE))
async def limit(desk: Desk, channel: FromPath[str]) -> Response[str]:
    """How fast its number may go, and when it stops by itself. Less careful than ours is allowed, and said."""
    info = await _number(channel)
    form = await desk.form()
    rules, form = rules_said(form, (await state_of(channel)).rules_for(info.capabilities))
    if form.problems:
        return desk.refuse(await channel_page(desk, channel, Asked(limits=form)))
    await set_rules(channel, rules)
    await audit.record(desk.principal, "channel.limits", channel)
    if warning_of(rules, rules_of(info.capabilities)):  # the page itself says in what, as long as it is so
        return desk.go(_address(desk, channel), say=LIMITED_LOOSER, tone="warning")
    return desk.go(_address(desk, channel), say=LIMITED)


@post(f"{STEP}/batas/saran", opt=needs(Permission.SETTINGS_WRITE))
async def usual(desk: Desk, channel: FromPath[str]) -> Response[str]:
    """Our own limits for such a number again."""
    await _number(channel)
    await forget_rules(channel)
    await audit.record(desk.principal, "channel.limits", channel, {"usual": True})
    return desk.go(_address(desk, channel), say=USUAL)


async def _number(channel: str) -> ChannelInfo:
    """A channel that has a number of which we take care."""
    info = await info_of(channel)
    if not info.capabilities.unofficial:
        raise ChannelNotFoundError(channel=channel)
    return info


def _address(desk: Desk, channel: str) -> str:
    return f"{desk.shop_path}/pengaturan/saluran/{channel}"


ROUTES: list[Any] = [stop, go_on, limit, usual]
