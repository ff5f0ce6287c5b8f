"""The contract of an LLM provider, as tests: against a real server, with the vendor's real SDK.

::

    class TestMine(LLMProviderConformance):
        @pytest.fixture
        def provider_class(self):
            return Mine

        def settings(self, vendor, key, seconds):
            return {"api_key": key, "base_url": vendor.url, "timeout": seconds}

The tests are ``async``: set ``asyncio_mode = "auto"`` for pytest-asyncio.
"""

from __future__ import annotations

from batikrfm.testkit.llm.accounts import Accounts, AccountsConformance
from batikrfm.testkit.llm.batches import BatchesConformance
from batikrfm.testkit.llm.extras import ExtrasConformance
from batikrfm.testkit.llm.troubles import TroublesConformance
from batikrfm.testkit.llm.words import WordsConformance

__all__ = ["Accounts", "LLMProviderConformance"]


class LLMProviderConformance(WordsConformance, TroublesConformance, BatchesConformance, ExtrasConformance, AccountsConformance):
    """Override ``provider_class`` and ``settings``; ``model`` where no economy model is set by default.

    The vendor of the tests speaks as OpenAI does. For one that speaks otherwise, override ``vendor`` with a server of your own, whose
    ``shape`` has the functions of :mod:`batikrfm.testkit.llm_vendor.troubles` in its words.
    What is not declared in ``capabilities`` is skipped.
    """
