"""The providers of a tenant, one after the other until one gives a usable answer.

::

    async with open_chain(tenant_id) as chain:                            # no scope is open from here on
        outcome = await complete(chain, wanted)                           # or NobodyAnsweredError
        verdicts = await moderate(chain, [text, ...])                     # never raises for a vendor's sake
    async with tenant_scope(tenant_id):
        await usage.record(*outcome.calls, *verdicts.calls)               # also those of NobodyAnsweredError.calls

A program opens its providers once (:func:`open_providers`); everything else here needs that.
"""

from batikrfm.content.chain.asking import About
from batikrfm.content.chain.batches import Described, batch_link, cancel_batch, collect_batch, find_batch, hand_in, poll_batch
from batikrfm.content.chain.completing import complete
from batikrfm.content.chain.errors import LimitsError, NobodyAnsweredError, NotInChainError, ProvidersClosed, UnusableAnswerError
from batikrfm.content.chain.model import ORDER, Chain, Collected, Link, Moderated, Outcome, Policy, Skipped, Wanted
from batikrfm.content.chain.moderating import moderate
from batikrfm.content.chain.notices import ModelNotice, model_notices
from batikrfm.content.chain.opening import ChainPlan, chain_plan, open_chain
from batikrfm.content.chain.providers import Providers, open_providers, opened_providers

__all__ = [
    "ORDER",
    "About",
    "Chain",
    "ChainPlan",
    "Collected",
    "Described",
    "LimitsError",
    "Link",
    "ModelNotice",
    "Moderated",
    "NobodyAnsweredError",
    "NotInChainError",
    "Outcome",
    "Policy",
    "Providers",
    "ProvidersClosed",
    "Skipped",
    "UnusableAnswerError",
    "Wanted",
    "batch_link",
    "cancel_batch",
    "chain_plan",
    "collect_batch",
    "complete",
    "find_batch",
    "hand_in",
    "model_notices",
    "moderate",
    "open_chain",
    "open_providers",
    "opened_providers",
    "poll_batch",
]
