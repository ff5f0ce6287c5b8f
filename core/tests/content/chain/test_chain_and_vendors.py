"""The chain with the real plugins and the vendors' own SDKs, against a server that behaves as the vendors' documents say."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.fernet import Fernet

from batikrfm.content.chain import (
    About,
    NobodyAnsweredError,
    Policy,
    Providers,
    batch_link,
    collect_batch,
    complete,
    hand_in,
    moderate,
    open_chain,
    opened_providers,
    poll_batch,
)
from batikrfm.content.chain.providers import Means
from batikrfm.content.chain.tasks import check_models
from batikrfm.jobs import JobContext
from batikrfm.jobs.context import in_job
from batikrfm.plugins import load_plugins
from batikrfm.plugins.settings import PluginSettings
from batikrfm.plugins.vault import Vault
from batikrfm.sdk import BatchState, CopyBrief, PluginContext
from batikrfm.tenancy import tenant_scope
from batikrfm.testkit.llm_vendor import Answer, VendorServer, troubles
from batikrfm.usage import CallOutcome, budget_state, record
from chain_stage import FreeLimiter, Ticking, request_for, wanted

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

ORDER = ("openai", "groq")
QUICK = Policy(attempt=30.0)
House = Callable[..., Providers]


@pytest.fixture
async def vendor() -> AsyncIterator[VendorServer]:
    async with VendorServer(batch_seconds=10) as vendor:
        yield vendor


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def limiter() -> FreeLimiter:
    return FreeLimiter()


@pytest.fixture
def house_of(vendor: VendorServer, clock: Ticking, limiter: FreeLimiter, plugin_context: PluginContext) -> House:
    """Providers as an installation with these keys has them."""

    def made(openai: str = "sk-house", groq: str = "gsk-house", **more: str) -> Providers:
        environ = {
            "OPENAI_API_KEY": openai,
            "OPENAI_BASE_URL": f"{vendor.url}/v1",
            "GROQ_API_KEY": groq,
            "GROQ_BASE_URL": vendor.url,
            **more,
        }
        settings = PluginSettings(load_plugins(only={"builtin", "openai", "groq"}), Vault([Fernet.generate_key().decode()]), environ)
        return Providers(settings, plugin_context, {}, means=Means(clock, clock.sleep, random.Random(7), limiter))  # noqa: S311 - a test's chance

    return made


async def test_the_installations_keys_are_enough(house_of: House, vendor: VendorServer, tenant: UUID) -> None:
    async with opened_providers(house_of()), open_chain(tenant, order=ORDER, policy=QUICK) as chain:
        assert [(link.key, link.shared) for link in chain.links] == [("openai", True), ("groq", True)]
        outcome = await complete(chain, wanted())
    assert (outcome.provider, outcome.model) == ("openai", "gpt-6-luna")
    assert vendor.requests[-1].key == "sk-house"
    assert outcome.calls[0].input_tokens


@pytest.mark.parametrize(
    ("trouble", "times", "outcome"),
    [
        (troubles.quota_exhausted(), 1, CallOutcome.FAILED),
        (troubles.quota_exhausted(code="credit_balance_exhausted"), 1, CallOutcome.FAILED),
        (troubles.invalid_key(), 1, CallOutcome.FAILED),
        (troubles.not_allowed(), 2, CallOutcome.FAILED),
        (troubles.server_error(), 3, CallOutcome.FAILED),
        (troubles.overloaded(1), 3, CallOutcome.FAILED),
        (troubles.rate_limited(2), 6, CallOutcome.FAILED),
        (troubles.rate_limited(60), 2, CallOutcome.FAILED),
        (troubles.html(), 3, CallOutcome.UNUSABLE),
        (troubles.empty(), 3, CallOutcome.UNUSABLE),
        (troubles.truncated_json(), 3, CallOutcome.UNUSABLE),
        (troubles.missing_fields(), 3, CallOutcome.UNUSABLE),
        (troubles.half(), 3, CallOutcome.UNUSABLE),
        (troubles.hung_up(), 3, CallOutcome.UNANSWERED),
        (troubles.too_long(), 1, CallOutcome.FAILED),
        (troubles.refusal(), 1, CallOutcome.REFUSED),
        (troubles.filtered(), 1, CallOutcome.FILTERED),
        (troubles.cut_off(), 1, CallOutcome.CUT_OFF),
    ],
    ids=[
        *("old quota", "new quota", "key", "country", "500", "overloaded", "limited", "limited for long", "html", "empty", "half a json"),
        *("no fields", "half", "hung up", "too long", "refusal", "filtered", "cut off"),
    ],
)
async def test_every_trouble_of_the_first_leads_to_the_second(
    trouble: Answer, times: int, outcome: CallOutcome, house_of: House, vendor: VendorServer, tenant: UUID
) -> None:
    vendor.script(*[trouble] * times)
    async with opened_providers(house_of()), open_chain(tenant, order=ORDER, policy=QUICK) as chain:
        done = await complete(chain, wanted())
    assert done.provider == "groq"
    assert [call.provider for call in done.calls] == [*["openai"] * times, "groq"]
    assert {call.outcome for call in done.calls[:-1]} == {outcome}


async def test_waits_are_as_long_as_the_vendor_says(
    house_of: House, vendor: VendorServer, clock: Ticking, limiter: FreeLimiter, tenant: UUID
) -> None:
    vendor.script(troubles.rate_limited(7))
    async with opened_providers(house_of()), open_chain(tenant, order=ORDER, policy=QUICK) as chain:
        outcome = await complete(chain, wanted())
    assert outcome.provider == "openai"
    assert clock.slept[0] > 7
    assert limiter.slowed == [7], "other processes are told, too"


async def test_a_slow_answer_is_not_waited_for(house_of: House, vendor: VendorServer, tenant: UUID) -> None:
    vendor.script(troubles.slow(30))
    async with opened_providers(house_of()), open_chain(tenant, order=["openai"], policy=replace(QUICK, attempt=0.2, tries=1)) as chain:
        with pytest.raises(NobodyAnsweredError) as raised:
            await complete(chain, wanted())
    assert [(call.outcome, call.error) for call in raised.value.calls] == [(CallOutcome.UNANSWERED, "TimedOutError")]


async def test_both_down_is_said_in_a_sentence(house_of: House, vendor: VendorServer, tenant: UUID) -> None:
    vendor.always(troubles.server_error(503))
    async with opened_providers(house_of()), open_chain(tenant, order=ORDER, policy=QUICK) as chain:
        with pytest.raises(NobodyAnsweredError) as raised:
            await complete(chain, wanted())
    assert len(raised.value.calls) == len(vendor.asked()) == 6
    assert "sk-house" not in str(raised.value)


async def test_both_down_the_template_writes(house_of: House, vendor: VendorServer, tenant: UUID) -> None:
    vendor.always(troubles.overloaded())
    brief = CopyBrief("Toko Sekar", "batik", "id", "champions", "Juara", "Ucapkan terima kasih.", placeholders=("nama",), variants=2)
    async with opened_providers(house_of()), open_chain(tenant, order=(*ORDER, "template"), policy=QUICK) as chain:
        outcome = await complete(chain, wanted(request_for=lambda model: replace(request_for(model), brief=brief)))
    assert (outcome.provider, [one.provider for one in outcome.skipped]) == ("template", ["openai", "groq"])
    assert len(outcome.completion.data["variants"]) == 2
    async with tenant_scope(tenant):
        for call in outcome.calls:
            await record(call)
        report = await budget_state()
    assert (outcome.calls[-1].input_tokens, report.spent, report.unpriced) == (0, 0, 0), "words that no model wrote cost nothing"


async def test_a_key_that_is_revoked_in_the_middle(house_of: House, vendor: VendorServer, tenant: UUID) -> None:
    async with opened_providers(house_of()), open_chain(tenant, order=ORDER, policy=QUICK) as chain:
        first = await complete(chain, wanted())
        vendor.revoke("sk-house")
        later = [await complete(chain, wanted()) for _ in range(3)]
    assert (first.provider, [one.provider for one in later]) == ("openai", ["groq"] * 3)
    assert sum(request.key == "sk-house" for request in vendor.requests) == 2


async def test_two_keys_overlap_while_one_is_replaced(house_of: House, vendor: VendorServer, tenant: UUID) -> None:
    vendor.revoke("sk-old")
    async with opened_providers(house_of("sk-old", OPENAI_SECOND_API_KEY="sk-new")), open_chain(tenant, order=ORDER, policy=QUICK) as chain:
        assert len(chain.links[0].account.keys) == 2
        assert (await complete(chain, wanted())).provider == "openai"
        vendor.revoke("sk-new")
        assert (await complete(chain, wanted())).provider == "groq"


async def test_a_model_that_is_switched_off_gives_way_and_the_daily_check_knows(
    house_of: House, vendor: VendorServer, tenant: UUID
) -> None:
    vendor.switch_off("gpt-6-luna")
    async with opened_providers(house_of(openai="sk-watched")):
        async with open_chain(tenant, order=ORDER, policy=QUICK) as chain:
            assert (await complete(chain, wanted())).model == "gpt-5.6-luna"
        with in_job(JobContext(tenant, UUID(int=1), 1)):
            await check_models()
        async with open_chain(tenant, order=ORDER, policy=QUICK) as chain:
            assert chain.links[0].models("economy") == ("gpt-5.6-luna",)


async def test_moderation_is_openais(house_of: House, vendor: VendorServer, tenant: UUID) -> None:
    async with opened_providers(house_of()), open_chain(tenant, order=("groq", "openai"), policy=QUICK) as chain:
        good = await moderate(chain, ["Halo Kak {nama}, ada batik baru."])
        assert (good.provider, good.verdicts is not None) == ("openai", True)
        vendor.always(troubles.server_error(), on="moderations")
        bad = await moderate(chain, ["Halo"])
        assert bad.verdicts is None
        assert bad.reason is not None


async def test_a_batch_from_handing_in_to_the_ledger(house_of: House, vendor: VendorServer, tenant: UUID) -> None:
    async with opened_providers(house_of()), open_chain(tenant, order=ORDER, policy=QUICK) as chain:
        found = batch_link(chain, "economy")
        assert found is not None
        link, model = found
        requests = [replace(request_for(model), id=f"r{number}") for number in range(3)]
        batch = await hand_in(chain, link.key, requests, "week-48")
        assert await hand_in(chain, link.key, requests, "week-48") == batch
        assert (await poll_batch(chain, link.key, batch)).state is BatchState.RUNNING
        vendor.pass_time(11)
        assert (await poll_batch(chain, link.key, batch)).state is BatchState.COMPLETED
        about = About("weekly", "economy", "champions")
        collected = await collect_batch(chain, link.key, batch, {one.id: (one, about) for one in requests})
    assert set(collected.answers) == {"r0", "r1", "r2"}
    assert all(call.batch and call.output_tokens for call in collected.calls)
    assert len({call.prompt_hash for call in collected.calls}) == 1
