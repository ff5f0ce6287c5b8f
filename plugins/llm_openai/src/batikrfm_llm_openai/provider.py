"""OpenAI as a provider: chat completions, batches, moderation and the list of models."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from batikrfm.sdk import (
    BatchAnswer,
    BatchLimits,
    BatchProgress,
    BatchState,
    Check,
    Completion,
    CompletionRequest,
    LLMCapabilities,
    LLMProvider,
    Model,
    ModelGoneError,
    Moderation,
    RefusedError,
    Text,
    Tier,
    TooLongError,
)
from batikrfm.sdk.openai_shape import (
    batch_answers,
    batch_file,
    batch_id_of,
    chat_body,
    completion_of,
    id_of,
    json_of,
    models_of,
    moderations_of,
    progress_of,
)
from batikrfm_llm_openai.config import OpenAIConfig
from batikrfm_llm_openai.models import DIALECT
from batikrfm_llm_openai.wire import Streamed, Wire

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.file_create_params import ExpiresAfter

BATCH = BatchLimits(requests=50_000, size=200_000_000, hours=24, price=Decimal("0.5"))
KEPT_SECONDS = 7 * 86_400
"""For how long OpenAI keeps the files of a batch: until nobody can want to collect them again."""
PAGE, PAGES = 100, 20
"""How far back a batch is looked for."""


class OpenAIProvider(LLMProvider[OpenAIConfig]):
    """OpenAI."""

    key = "openai"
    name = Text(id="OpenAI", en="OpenAI")
    config_model = OpenAIConfig
    capabilities: ClassVar[LLMCapabilities] = LLMCapabilities(json_schema=True, batch=BATCH, moderation=True, model_list=True)
    _wire: Wire

    async def open(self) -> None:
        """Make clients of this account's own."""
        self._wire = await Wire.open(self.config)

    async def close(self) -> None:
        """Close their connections."""
        await self._wire.close()

    def models(self, tier: Tier) -> Sequence[str]:
        return self.config.models(tier)

    async def check(self) -> Check:
        """Asks for the list of models, which costs nothing: whether the key is good, and the model of every tier still there."""
        offered = {model.id for model in await self.list_models()}
        chosen = {tier: next((one for one in self.models(tier) if one in offered), None) for tier in TIERS}
        for tier, model in chosen.items():
            if model is None and self.models(tier):
                raise ModelGoneError(model=self.models(tier)[0])
        return Check({tier: model for tier, model in chosen.items() if model})

    async def complete(self, request: CompletionRequest) -> Completion:
        body = self._body(request)
        answer = await self._wire.ask(lambda client: client.chat.completions.with_streaming_response.create(**body), model=request.model)
        return completion_of(json_of(answer.body), wants_json=request.answer_schema is not None, request_id=answer.id)

    async def submit(self, requests: Sequence[CompletionRequest], reference: str) -> str:
        """Hand in a batch. All its requests are for one model, for OpenAI takes no other."""
        if len({request.model for request in requests}) != 1:
            raise RefusedError(code="one_model_per_batch")
        content = batch_file((request.id, self._body(request)) for request in requests)
        if len(requests) > BATCH.requests or len(content) > BATCH.size:
            raise TooLongError(code="batch_too_large")
        file = id_of((await self._wire.move(lambda client: _uploaded(client, content))).body)
        made = await self._wire.ask(
            lambda client: client.batches.with_streaming_response.create(
                input_file_id=file,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                metadata={"reference": reference},
                output_expires_after={"anchor": "created_at", "seconds": KEPT_SECONDS},
            ),
            model=requests[0].model,
        )
        return id_of(made.body)

    async def find_batch(self, reference: str) -> str | None:
        """Looks through the account's newest batches."""
        after: dict[str, object] = {}
        for _ in range(PAGES):
            page = await self._page(after)
            found = batch_id_of(page, reference)
            if found or not page.get("has_more"):
                return found
            after = {"after": page.get("last_id")}
        return None

    async def poll(self, batch: str) -> BatchProgress:
        return progress_of(await self._batch(batch))

    async def collect(self, batch: str) -> Sequence[BatchAnswer]:
        """Reads the file of answers and the file of errors, where there are any."""
        about = await self._batch(batch)
        files = [await self._file(about[name]) for name in ("output_file_id", "error_file_id") if about.get(name)]
        return batch_answers(*files, model=str(about.get("model") or ""))

    async def cancel(self, batch: str) -> None:
        if (await self.poll(batch)).state is not BatchState.RUNNING:
            return
        try:
            await self._wire.ask(lambda client: client.batches.with_streaming_response.cancel(batch))
        except RefusedError:
            if (await self.poll(batch)).state is BatchState.RUNNING:
                raise

    async def moderate(self, texts: Sequence[str]) -> Sequence[Moderation]:
        if not texts:
            return ()
        model, given = self.config.moderation_model, list(texts)
        answer = await self._wire.ask(
            lambda client: client.moderations.with_streaming_response.create(input=given, model=model), model=model
        )
        return moderations_of(json_of(answer.body), texts)

    async def list_models(self) -> Sequence[Model]:
        answer = await self._wire.ask(lambda client: client.models.with_streaming_response.list())
        return models_of(json_of(answer.body))

    def _body(self, request: CompletionRequest) -> dict[str, Any]:
        return chat_body(request, DIALECT, most_tokens=self.config.max_tokens, temperature=self.config.temperature)

    async def _page(self, after: dict[str, object]) -> dict[str, Any]:
        answer = await self._wire.ask(lambda client: client.batches.with_streaming_response.list(limit=PAGE, extra_query=after))
        return json_of(answer.body)

    async def _batch(self, batch: str) -> dict[str, Any]:
        return json_of((await self._wire.ask(lambda client: client.batches.with_streaming_response.retrieve(batch))).body)

    async def _file(self, file: str) -> bytes:
        return (await self._wire.move(lambda client: client.files.with_streaming_response.content(file))).body


def _uploaded(client: AsyncOpenAI, content: bytes) -> AbstractAsyncContextManager[Streamed]:
    kept: ExpiresAfter = {"anchor": "created_at", "seconds": KEPT_SECONDS}
    return client.files.with_streaming_response.create(file=("batch.jsonl", content), purpose="batch", expires_after=kept)


TIERS: tuple[Tier, ...] = ("economy", "standard", "best")
