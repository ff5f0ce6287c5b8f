"""A shop that sends: customers who agreed, texts that somebody approved, channels on a stage. For tests, and for processes to be killed."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from cryptography.fernet import Fernet

from batikrfm.content.chain import Providers, opened_providers
from batikrfm.content.chain.providers import Means as ChainMeans
from batikrfm.content.model import Copy
from batikrfm.content.review import Approval, approve_one, keep_drafts
from batikrfm.db.keys import uuid7
from batikrfm.delivery import campaigns
from batikrfm.delivery.campaigns import Plan, WantedVariant
from batikrfm.delivery.channels.opening import Channels, Means, opened_channels
from batikrfm.delivery.channels.settings import DeliverySettings
from batikrfm.delivery.links import Links
from batikrfm.delivery.model import Medium
from batikrfm.delivery.options import Options
from batikrfm.delivery.sending.model import Pacing
from batikrfm.delivery.sending.opening import open_run
from batikrfm.delivery.sending.working import Work
from batikrfm.delivery.signing import Signer
from batikrfm.plugins import Plugin, Plugins, Registered
from batikrfm.plugins.http import open_http
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import Extension, PluginContext, Principal, Text
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.fake_channels import ChannelStage, channel_plugins, fake_email, fake_whatsapp
from batikrfm.usage import Permit
from reviewing import generated, somebody

KEY: Final = Fernet.generate_key().decode()
ENVIRON: Final = {"FAKE_CHANNEL_KEY": "acc-1"}
COPY: Final = Copy(
    subject="Kabar baru untuk {nama}",
    preheader="Ada motif yang mungkin Anda suka",
    email="Halo {nama},\n\nAda koleksi baru di **{toko}**. Kalau ada yang cocok, balas saja pesan ini.",
    whatsapp="Halo {nama}, ada koleksi baru di {toko}. Balas pesan ini kalau mau lihat fotonya.",
    call_to_action="Lihat koleksi",
)
TENANT: Final = "current_setting('app.tenant_id')::uuid"
CUSTOMERS: Final = f"""
    insert into customers (tenant_id, id, contact_at, key, name, phone, email)
    select {TENANT}, id, now(), id::text, 'Sari ' || n, '+62812' || lpad((n + $2)::text, 8, '0'), 'sari' || (n + $2) || '@contoh.id'
    from unnest($1::uuid[]) with ordinality as made (id, n)
"""
GRANTED: Final = f"""
    insert into consent_states (tenant_id, id, customer_id, consent_id, at, medium, purpose, state)
    select {TENANT}, uuidv7(), id, uuidv7(), now(), medium, 'marketing', 'granted'
    from unnest($1::uuid[]) as made (id), unnest(array['email', 'whatsapp']) as medium
"""
STATES: Final = "select state, reason, count(*) as many from deliveries where campaign_id = $1 group by 1, 2"
COUNTED: Final = (
    "select what, reason, sum(amount)::int as many from campaign_counts where campaign_id = $1 group by 1, 2 having sum(amount) <> 0"
)
HURRY: Final = "update deliveries set due_at = now() where campaign_id = $1 and state = 'queued' and due_at > now()"
QUICK: Final = Pacing(lease=30.0, call=10.0, first_wait=0.01, look=0.01, nap=1.0)
NO_QUIET: Final = Options(quiet=None, hold_out=0)
ONE_HAND: Final = DeliverySettings(at_once=1)
"""Several hands that claim at once may share a small batch between them. With one, a test knows which batch a vendor's answer meets."""


class Ear(Extension):
    """Hears what owners are told."""

    key = "ear"
    name = Text(id="telinga", en="ear")

    def __init__(self) -> None:
        self.told: list[tuple[Text, Text, str]] = []

    async def tell(self, subject: Text, words: Text, place: str) -> None:
        self.told.append((subject, words, place))


@dataclass
class OpenLimiter:
    """Lets everybody through, and remembers who asked and what a vendor wanted."""

    asked: list[tuple[str, int]] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)
    lessons: list[str] = field(default_factory=list)

    async def acquire(self, key_id: str, requests: int = 1, tokens: int = 0, **_: object) -> Permit:
        self.asked.append((key_id, requests))
        return Permit(None, key_id, tokens)

    async def slow_down(self, key_id: str, seconds: float) -> None:  # noqa: ARG002 - as above
        self.holds.append(seconds)

    async def slower(self, key_id: str) -> None:
        self.lessons.append(key_id)

    async def share(self, key_id: str) -> float:  # noqa: ARG002 - as above
        return 1.0

    async def close(self) -> None:
        """Nobody waits."""


def plugins_of(stage: ChannelStage, ear: Ear | None = None, **changed: Any) -> Plugins:  # noqa: ANN401 - fields of Capabilities
    """Fake channels for both media; ``changed`` are capabilities of both."""
    made = channel_plugins(fake_email(stage, **changed), fake_whatsapp(stage, **changed))
    heard = Plugin("ear", "acme-ear", "1.0", "ear", objects=(Registered("extensions", "ear", ear, "ear"),)) if ear else None
    return Plugins((*made.all, *([heard] if heard else [])))


@contextlib.asynccontextmanager
async def sending(plugins: Plugins, means: Means | None = None, delivery: DeliverySettings = ONE_HAND) -> AsyncIterator[Channels]:
    """The channels of ``plugins``, open, with providers beside them as in a program."""
    settings = PluginSettings(plugins, Vault([KEY]), ENVIRON)
    context = PluginContext(language="id", log=logging.getLogger("vendor"), http=open_http)
    links = Links("https://batik.example", Signer(Vault([KEY])))
    opened = Channels(settings, context, links, delivery=delivery, means=means or Means(limiter=OpenLimiter()))
    async with opened_providers(Providers(settings, context, {}, means=ChainMeans())), opened_channels(opened):
        yield opened


@dataclass
class Sender:
    """Makes campaigns of a shop and sends them."""

    tenant: UUID
    made: int = 0
    pacing: Pacing = QUICK

    @property
    def boss(self) -> Principal:
        """Who presses send."""
        return somebody(self.tenant)

    async def people(self, many: int, *, consent: bool = True) -> list[UUID]:
        """So many customers with addresses, who agreed."""
        ids = [uuid7() for _ in range(many)]
        async with tenant_scope(self.tenant) as scope:
            await scope.execute(CUSTOMERS, ids, self.made)
            if consent:
                await scope.execute(GRANTED, ids)
        self.made += many
        return ids

    async def campaign(self, *copies: Copy, medium: Medium = Medium.EMAIL, **changed: Any) -> UUID:  # noqa: ANN401 - fields of a plan
        """A campaign that has begun, to every customer."""
        channel = f"fake_{medium}"
        async with tenant_scope(self.tenant):
            texts = await keep_drafts(await generated(*(copies or (COPY,))))
            for one in texts:
                await approve_one(Approval(one, 1, acknowledged="Sudah dibaca."), by=self.boss)
            variants = tuple(WantedVariant(one, share=100 // len(texts)) for one in texts)
            plan = Plan("Kain baru", medium, channel, variants=variants, **({"options": NO_QUIET} | changed))
            campaign = await campaigns.create(plan, by=self.boss)
            await campaigns.schedule(campaign.id, campaign.version, None, by=self.boss)
            assert await campaigns.begin(campaign.id)
        return campaign.id

    async def send(self, campaign_id: UUID) -> Work | None:
        """What a job does, here and now; None if the campaign is not being sent."""
        async with open_run(self.tenant, campaign_id, self.pacing) as run:
            if run is None:
                return None
            work = Work(run)
            await work.until_done()
            return work

    async def states(self, campaign_id: UUID) -> dict[str, int]:
        """How many deliveries are where, ``failed:given_up`` and the like; the counts say the same."""
        async with tenant_scope(self.tenant) as scope:
            found = {_named(*row): row["many"] for row in await scope.fetch(STATES, campaign_id)}
            counted = {_named(*row): row["many"] for row in await scope.fetch(COUNTED, campaign_id)}
        assert counted == found
        return found

    async def one(self, sql: str, *values: object) -> Any:  # noqa: ANN401 - whatever it is
        """The first column of the first row."""
        async with tenant_scope(self.tenant) as scope:
            return await scope.fetchval(sql, *values)

    async def rows(self, sql: str, *values: object) -> list[Any]:
        """Rows."""
        async with tenant_scope(self.tenant) as scope:
            return list(await scope.fetch(sql, *values))


def _named(state: str, reason: str | None, _many: int) -> str:
    return f"{state}:{reason}" if reason else state


def still_means(now: Callable[[], dt.datetime], sleep: Callable[[float], Any]) -> Means:
    """Clocks of a test."""
    return Means(now=now, sleep=sleep, dice=random.Random(7), limiter=OpenLimiter())  # noqa: S311 - a test's chance
