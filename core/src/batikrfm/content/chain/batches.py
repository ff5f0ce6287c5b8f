"""The chain's Batch API: half the price, some hours later. The same error mapping, circuits and ledger as live calls.

One batch goes to one provider and one model. What is kept of it between calls (provider, model, the vendor's id) is the caller's to keep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from batikrfm.content.chain.model import Chain, Collected, Link

if TYPE_CHECKING:
    from batikrfm.sdk import BatchProgress, CompletionRequest, Tier


@dataclass(frozen=True)
class Described:
    """What the ledger is told of one request of a batch."""

    purpose: str
    tier: Tier
    model: str
    segment: str | None = None
    job_id: UUID | None = None
    prompt: str = ""


def batch_link(chain: Chain, tier: Tier) -> tuple[Link, str] | None:
    """The first provider of the chain that takes batches and whose circuit is closed, and its model for ``tier``; None if there is none."""
    raise NotImplementedError


async def hand_in(chain: Chain, provider: str, requests: Sequence[CompletionRequest], reference: str) -> str:
    """Hand in a batch under ``reference`` unless it was handed in before; the vendor's id. Safe to repeat.

    Raises a ``PluginError``.
    """
    raise NotImplementedError


async def find_batch(chain: Chain, provider: str, reference: str) -> str | None:
    """The vendor's id of the batch that was handed in under ``reference``. Raises a ``PluginError``."""
    raise NotImplementedError


async def poll_batch(chain: Chain, provider: str, batch: str) -> BatchProgress:
    """How far it is. Raises a ``PluginError``."""
    raise NotImplementedError


async def collect_batch(chain: Chain, provider: str, batch: str, described: Mapping[str, Described]) -> Collected:
    """The answers of a batch that is over, those to requests that are in ``described`` only. Raises a ``PluginError``."""
    raise NotImplementedError


async def cancel_batch(chain: Chain, provider: str, batch: str) -> None:
    """Stop a batch. Raises a ``PluginError``."""
    raise NotImplementedError
