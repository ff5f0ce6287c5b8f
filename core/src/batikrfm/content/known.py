"""What a shop has to be known by before anything is asked for it, read in one journey. Runs in the tenant's scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from batikrfm.content.facts import Facts, count_products, facts_of, kept_facts
from batikrfm.content.model import Order
from batikrfm.content.prompts import Prompt, Used, prompts_for, used_prompts
from batikrfm.content.settings import ContentSettings
from batikrfm.db.lookups import Rows, look_up_all
from batikrfm.plugins.settings import kept_settings
from batikrfm.sdk.text import Language
from batikrfm.segmentation.history import latest_run_lookup
from batikrfm.tenancy.profile import tenant_with_voice


@dataclass(frozen=True)
class Known:
    """``facts`` of the orders' segments, as far as the latest run has them; ``prompts`` that were used before.

    ``plugins`` are for the chain, sealed as they are.
    """

    facts: Mapping[str, Facts]
    settings: ContentSettings
    prompts: Used
    plugins: Rows

    async def prompts_of(self, orders: Collection[Order]) -> dict[tuple[str, Language], Prompt]:
        """The prompts of ``orders``, whose language is filled in. The product's are written down when a shop first uses them."""
        found: dict[tuple[str, Language], Prompt] = {}
        for language in {order.language for order in orders if order.language}:
            segments = {order.segment for order in orders if order.language == language}
            used = self.prompts.get(language, {})
            prompts = used if segments <= used.keys() else await prompts_for(segments, language)
            found |= {(segment, language): prompts[segment] for segment in segments}
        return found


async def read_known(orders: Collection[Order]) -> Known:
    """What is known of the shop now. Raises ``NoRunsError``."""
    segments = {order.segment for order in orders}
    run, (shop, voice), kept, prompts, plugins = await look_up_all(
        latest_run_lookup(),
        tenant_with_voice(),
        kept_facts(),
        used_prompts(segments),
        kept_settings(),
    )
    if kept.of_all is None:
        kept = await count_products(run, kept)
    return Known(facts_of(segments, run, shop, voice, kept), kept.settings, prompts, plugins)
