"""What a provider promises of moderation and of its list of models, where it has them."""

from __future__ import annotations

from datetime import date
from typing import Any

from batikrfm.sdk import LLMProvider
from batikrfm.testkit.llm.accounts import AccountsConformance, needs
from batikrfm.testkit.llm_vendor import Answer, VendorServer


class ExtrasConformance(AccountsConformance):
    """Moderation and the list of models."""

    async def test_each_text_gets_its_verdict_in_order(self, provider: LLMProvider[Any]) -> None:
        needs(provider, "moderation")
        verdicts = await provider.moderate(["Halo, ada motif baru.", "Akan kubunuh kau, I will kill you", "Terima kasih."])
        assert [bool(verdict.flagged) for verdict in verdicts] == [False, True, False]
        assert verdicts[1].flagged == ("violence",)
        assert verdicts[1].scores["violence"] > verdicts[0].scores["violence"]

    async def test_nothing_to_judge_costs_no_request(self, provider: LLMProvider[Any], vendor: VendorServer) -> None:
        needs(provider, "moderation")
        assert not await provider.moderate([])
        assert not vendor.requests

    async def test_the_models_of_today_are_listed(self, provider: LLMProvider[Any], vendor: VendorServer, model: str) -> None:
        needs(provider, "model_list")
        assert model in {one.id for one in await provider.list_models()}
        vendor.switch_off(model)
        assert model not in {one.id for one in await provider.list_models()}

    async def test_the_day_on_which_a_model_goes_is_told(self, provider: LLMProvider[Any], vendor: VendorServer) -> None:
        needs(provider, "model_list")
        data = [{"id": "old", "shutdown_date": "2027-01-14"}, {"id": "new", "shutdown_date": None}, {"id": "other"}]
        vendor.script(Answer.json({"object": "list", "data": data}), on="models")
        days = {one.id: one.shutdown for one in await provider.list_models()}
        assert days == {"old": date(2027, 1, 14), "new": None, "other": None}
