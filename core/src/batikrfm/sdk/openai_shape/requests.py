"""A request in OpenAI's shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from batikrfm.sdk.llm import CompletionRequest

STRENGTH = {"none": 0, "minimal": 1, "low": 2, "medium": 3, "default": 3, "high": 4}
"""Words for how long a model may think, from the least to the most."""

UNSUPPORTED = frozenset({"$schema", "default", "examples", "maxLength", "minLength", "title"})
"""What a strict schema may not say. What depends on it is checked by whoever asked."""


@dataclass(frozen=True)
class Dialect:
    """Where vendors of this shape differ. All of it is data: models come and go.

    ``efforts``: pairs of the beginning of a model's name and the efforts that it takes, the first that fits counts; a model without any
    does not think, and is told nothing. ``thoughtful_sampling``: a temperature is taken by a model that thinks, too. ``strict``:
    beginnings of the names of models that keep to a schema without fail; the others are asked to try. ``store``, ``cache_key``,
    ``safety_id``: the parameters store, prompt_cache_key and safety_identifier exist.
    """

    efforts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    thoughtful_sampling: bool = True
    strict: tuple[str, ...] = ("",)
    store: bool = False
    cache_key: bool = False
    safety_id: bool = False

    def effort(self, model: str, wanted: str) -> str | None:
        """The effort to ask ``model`` for: the least that it takes which is not less than ``wanted``, else the most that it takes."""
        taken = next((efforts for start, efforts in self.efforts if model.startswith(start)), ())
        enough = [effort for effort in taken if STRENGTH[effort] >= STRENGTH[wanted]]
        return next(iter(enough), taken[-1] if taken else None)


def chat_body(
    request: CompletionRequest, dialect: Dialect, *, most_tokens: int | None = None, temperature: float | None = None
) -> dict[str, Any]:
    """The body of a chat completion. ``most_tokens`` bounds what is asked for; ``temperature`` counts where the request has none."""
    effort = dialect.effort(request.model, request.effort)
    sampled = dialect.thoughtful_sampling or effort in (None, "none")
    warmth = request.temperature if request.temperature is not None else temperature
    parameters = {
        "model": request.model,
        "messages": _messages(request),
        "max_completion_tokens": min(request.max_output_tokens, most_tokens or request.max_output_tokens),
        "reasoning_effort": effort,
        "temperature": warmth if sampled else None,
        "response_format": _format(request.answer_schema, strict=request.model.startswith(dialect.strict)),
        "store": False if dialect.store else None,
        "prompt_cache_key": request.cache_key if dialect.cache_key else None,
        "safety_identifier": request.safety_id if dialect.safety_id else None,
    }
    return {name: value for name, value in parameters.items() if value is not None}


def strict_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """``schema`` as strict mode wants it: every object closed, every property required, no keyword that is not supported."""
    closed = {name: _strict_part(name, value) for name, value in schema.items() if name not in UNSUPPORTED}
    if "properties" in closed:
        closed |= {"required": list(closed["properties"]), "additionalProperties": False}
    return closed


def _strict_part(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if name in ("properties", "$defs"):
        return {key: strict_schema(part) for key, part in value.items()}
    if name in ("anyOf", "allOf", "oneOf"):
        return [strict_schema(part) for part in value]
    return strict_schema(value) if name == "items" else value


def _messages(request: CompletionRequest) -> list[dict[str, str]]:
    spoken = (("system", request.system), ("user", request.prompt))
    return [{"role": role, "content": content} for role, content in spoken if content]


def _format(schema: Mapping[str, Any] | None, *, strict: bool) -> dict[str, Any] | None:
    if schema is None:
        return None
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": strict, "schema": strict_schema(schema)}}
