"""The fourth step: everything on one page, what to mind, a try on oneself, and the button that sends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from batikrfm.content.review import State
from batikrfm.delivery.campaigns.model import Campaign, Variant
from batikrfm.delivery.campaigns.texts import READY
from batikrfm.delivery.model import Medium
from batikrfm.delivery.timing import next_allowed
from batikrfm.sdk.text import Text
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.frame import Tone
from batikrfm_tenants.portal.pages.campaigns.channels import Channel
from batikrfm_tenants.portal.pages.campaigns.counting import Counted, Names
from batikrfm_tenants.portal.pages.contents.drafts import Shown

NOW: Final = "sekarang"
GONE: Final = Text(
    id="Salurannya sudah tidak terpasang. Kembali ke langkah pertama dan pilih yang lain.", en="The channel is gone. Choose another one."
)
NOT_SET_UP: Final = Text(
    id="Salurannya belum siap. Periksa dulu pengaturannya.", en="The channel is not ready. Look at its settings first."
)
NO_TEXTS: Final = Text(id="Belum ada pesan yang dipilih.", en="No message has been chosen.")
NO_TEXT_FOR: Final = Text(id="Segmen {name} belum punya pesan.", en="The segment {name} has no message.")
TEXT_REJECTED: Final = Text(id="Salah satu pesan sudah ditolak. Pilih lagi pesannya.", en="One of the messages was rejected. Choose again.")
UNAPPROVED: Final = Text(
    id="Ada pesan yang belum disetujui. Bacalah di bawah: dengan mengirim, Anda menyetujuinya.",
    en="Some messages are not approved yet. Read them below: by sending you approve them.",
)
NOBODY: Final = Text(
    id="Tidak ada yang akan menerima pesan ini. Lihat alasannya di bawah.", en="Nobody would get this. The reasons are below."
)
KEPT: Final = Text(
    id="Saluran percobaan: pesannya berhenti di Kotak keluar, tidak ada pelanggan yang menerimanya.",
    en="A channel for trying: messages stay in the Outbox, and no customer gets one.",
)
MANY_LEFT_OUT: Final = Text(
    id="Lebih dari separuh pelanggan tidak ikut. Biasanya karena belum memberi izin; kumpulkan izin dulu kalau bisa.",
    en="More than half of the customers are left out, mostly for want of consent. Collect consents first if you can.",
)
NO_HOLD_OUT: Final = Text(
    id="Kurang dari 200 orang: tidak ada yang disisihkan, jadi nanti tidak bisa dikatakan berapa yang belanja karena kampanye ini.",
    en="Fewer than 200 people: nobody is held out, so it cannot be said later how many bought because of this.",
)
QUIET_NOW: Final = Text(
    id="Sekarang jam tenang. Pesan pertama berangkat {when}.", en="These are quiet hours. The first message leaves {when}."
)
TESTED: Final = Text(id="Pesan percobaan dikirim ke {to}.", en="The trial went to {to}.")


@dataclass(frozen=True)
class Warning:  # noqa: A001 - what it is called on the page
    """Something to mind. ``stops``: it cannot be sent like this."""

    words: Text
    tone: Tone = "warning"
    stops: bool = False


@dataclass(frozen=True)
class Spoken:
    """One of the campaign's texts: for whom, and to how many of them at first."""

    group: Text | None
    share: int
    draft: Shown
    template: str | None

    @property
    def approved(self) -> bool:
        """Whether somebody approved it; else who sends it does."""
        return self.draft.content.state in READY


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    """All of a draft."""

    template: ClassVar[str] = "campaigns/check.html"
    form: Form = field(metadata={"help": "The form that was sent, with its problems."})
    campaign: Campaign = field(metadata={"help": "The draft."})
    channel: Channel | None = field(metadata={"help": "What it goes by."})
    counted: Counted | None = field(metadata={"help": "The audience in numbers."})
    segments: tuple[Text, ...] = field(metadata={"help": "Whom it is for; empty: all customers."})
    spoken: tuple[Spoken, ...] = field(metadata={"help": "The texts, with how they will look."})
    at: dt.datetime | None = field(metadata={"help": "When it begins; None: as soon as it is sent."})
    at_text: str = field(metadata={"help": "The same as an address carries it."})
    warnings: tuple[Warning, ...] = field(metadata={"help": "What to mind."})
    to: str = field(metadata={"help": "Where a trial goes unless somebody says otherwise."})


def moment_of(text: str, time_zone: str, now: dt.datetime) -> dt.datetime | None:
    """The time that an address says on the shop's clock; None for now, for what is over and for what is no time."""
    try:
        moment = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(time_zone))
    except ValueError:
        return None
    return moment if moment > now else None


def text_of(moment: dt.datetime | None, time_zone: str) -> str:
    """A time as an address has it."""
    return NOW if moment is None else moment.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%dT%H:%M")


def spoken(variants: Sequence[Variant], drafts: Mapping[UUID, Shown], names: Names) -> tuple[Spoken, ...]:
    """The campaign's texts, as they are now."""
    return tuple(
        Spoken(names(one.segment) if one.segment else None, one.share, drafts[one.content_id], one.template.name if one.template else None)
        for one in variants
    )


def warnings_of(  # noqa: PLR0913, PLR0917 - all that is looked at
    campaign: Campaign, channel: Channel | None, counted: Counted, said: Sequence[Spoken], names: Names, first: str | None
) -> Iterator[Warning]:
    """What to mind before it is sent; ``first`` is when the first message leaves if these are quiet hours."""
    yield from _of_channel(channel)
    yield from _of_texts(campaign, said, names)
    if not counted.receiving:
        yield Warning(NOBODY, "error", stops=True)
    elif counted.left_out * 2 > counted.people:
        yield Warning(MANY_LEFT_OUT)
    if campaign.options.hold_out and counted.no_hold_out and counted.receiving:
        yield Warning(NO_HOLD_OUT, "info")
    if first:
        yield Warning(Text(id=QUIET_NOW.say("id", when=first), en=QUIET_NOW.say("en", when=first)), "info")


def first_leaves(campaign: Campaign, at: dt.datetime | None, time_zone: str, now: dt.datetime) -> dt.datetime | None:
    """When the first message leaves, where quiet hours hold it back."""
    moment = at or now
    allowed = next_allowed(moment, campaign.options, ZoneInfo(time_zone))
    return allowed if allowed > moment else None


def _of_channel(channel: Channel | None) -> Iterator[Warning]:
    if channel is None:
        yield Warning(GONE, "error", stops=True)
    elif not channel.usable:
        yield Warning(NOT_SET_UP, "error", stops=True)
    elif channel.outbox:
        yield Warning(KEPT, "info")


def _of_texts(campaign: Campaign, said: Sequence[Spoken], names: Names) -> Iterator[Warning]:
    if not campaign.variants:
        yield Warning(NO_TEXTS, "error", stops=True)
        return
    if any(one.draft.content.state is State.REJECTED for one in said):
        yield Warning(TEXT_REJECTED, "error", stops=True)
    elif not all(one.approved for one in said):
        yield Warning(UNAPPROVED)
    spoken_to = {one.segment for one in campaign.variants}
    for key in campaign.segments:
        if None not in spoken_to and key not in spoken_to:
            name = names(key)
            yield Warning(Text(id=NO_TEXT_FOR.say("id", name=name.id), en=NO_TEXT_FOR.say("en", name=name.en)), "error", stops=True)


def own_address(medium: Medium, email: str) -> str:
    """Where a trial goes first: to the person's own e-mail; their phone we do not know."""
    return email if medium is Medium.EMAIL else ""
