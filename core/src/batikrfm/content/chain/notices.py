"""What a shop's owner should know of the models that its texts are written by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from batikrfm.content.chain.model_book import KnownModel, known_models, today
from batikrfm.content.chain.opening import account_keys
from batikrfm.content.chain.providers import KIND, providers
from batikrfm.figures import day as day_text
from batikrfm.plugins.settings import PluginSettings, Standing
from batikrfm.sdk.text import Text

OLD: Final = timedelta(days=8)
"""A finding that no check has repeated for so long is of a model that is no longer in the settings."""
GONE: Final = Text(
    id="Model {model} dari {provider} sudah dimatikan penyedianya ({day}). Tulisan baru memakai model berikutnya. {who}",
    en="{provider} has switched off its model {model} ({day}). New texts are written by the next model. {who}",
)
ENDING: Final = Text(
    id="Model {model} dari {provider} akan dimatikan penyedianya pada {day}. Sesudah itu tulisan memakai model berikutnya. {who}",
    en="{provider} will switch off its model {model} on {day}. After that, texts are written by the next model. {who}",
)
YOURS: Final = Text(id="Pilih penggantinya di pengaturan plugin.", en="Choose another in the plugin's settings.")
THEIRS: Final = Text(id="Pengelola aplikasi ini yang memilih penggantinya.", en="Who runs this installation chooses another.")


@dataclass(frozen=True)
class ModelNotice:
    """One model that is gone or going. ``day`` is when it was switched off or will be; ``text`` says it all."""

    provider: str
    model: str
    state: Literal["gone", "ending"]
    day: date
    text: Text


async def model_notices(settings: PluginSettings | None = None) -> tuple[ModelNotice, ...]:
    """What to tell the tenant of the open scope of its models; empty where all is well. Two statements at most, no vendor is asked.

    ``settings`` where the program's providers are not open.
    """
    settings = settings or providers().settings
    if not any(one.kind == KIND and one.value.capabilities.model_list for one in settings.plugins.objects):
        return ()
    standings = await settings.standings(KIND)
    owners = {key: standing for standing in standings.values() for key in account_keys(standing)}
    known = await known_models(owners)
    recent = (one for one in known.values() if datetime.now(UTC) - one.checked_at < OLD)
    notices = {(owners[one.account].registered.key, one.model): _notice(owners[one.account], one) for one in recent}
    return tuple(notice for _, notice in sorted(notices.items()) if notice is not None)


def _notice(standing: Standing, known: KnownModel) -> ModelNotice | None:
    state = known.state(today())
    if state == "here":
        return None
    provider, words = standing.registered.value.name, GONE if state == "gone" else ENDING
    day = known.gone_on if state == "gone" and known.gone_on is not None else known.shutdown
    assert day is not None  # noqa: S101 - what is gone or ending has a day: a constraint of the table
    who = THEIRS if standing.shared else YOURS
    text = Text(
        id=words.say("id", model=known.model, provider=provider.id, day=day_text(day, "id"), who=who.id),
        en=words.say("en", model=known.model, provider=provider.en, day=day_text(day, "en"), who=who.en),
    )
    return ModelNotice(standing.registered.key, known.model, state, day, text)
