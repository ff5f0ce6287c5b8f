"""LiteLLM as one account uses it: one attempt a call, every trouble as one of the SDK page's errors."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from batikrfm.sdk import BadAnswerError, PluginError, TimedOutError, UnavailableError
from batikrfm.sdk.openai_shape import error_of

if TYPE_CHECKING:
    from types import ModuleType

QUIET = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else importing it asks a server for prices
    "LITELLM_MODE": "PRODUCTION",  # else importing it reads a file .env into the environment
}
QUOTA = re.compile(
    r"insufficient_quota|credit_balance_exhausted|(?:organization|project)_(?:spend|usage)_limit_exceeded|billing_hard_limit"
)
SAID_NOTHING = 500
"""LiteLLM's status for an answer that it cannot read."""
CODES = {"ContextWindowExceededError": "context_length_exceeded", "BudgetExceededError": "insufficient_quota"}
"""LiteLLM's classes that say more than their status."""


async def load() -> ModuleType:
    """LiteLLM, told to be quiet. Importing takes seconds, so that is done beside the loop."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    return await asyncio.to_thread(_load)


def _load() -> ModuleType:
    import litellm

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    litellm.turn_off_message_logging = True
    return litellm


@asynccontextmanager
async def typed(model: str, seconds: float) -> AsyncIterator[None]:
    """Whatever LiteLLM raises as one of ours. Its exceptions are those of OpenAI's SDK or pass for them: they have a status."""
    try:
        yield
    except PluginError:
        raise
    except TimeoutError:
        raise TimedOutError(seconds=seconds) from None
    except Exception as error:  # noqa: BLE001 - it raises its own, the vendor's SDK's, httpx's and plain ones
        raise _typed(error, model, seconds) from None


def _typed(error: Exception, model: str, seconds: float) -> PluginError:
    kind, status = type(error).__name__, _status(error)
    if "Timeout" in kind:
        return TimedOutError(seconds=seconds)
    if kind == "APIConnectionError" or "Connection error" in str(error):
        return UnavailableError(code="no_connection")
    body = _body(error, kind)
    if status is None or (status == SAID_NOTHING and not body):
        return BadAnswerError(code=kind)
    return error_of(status, body, _headers(error), model=model)


def _status(error: Exception) -> int | None:
    """The vendor's status. LiteLLM turns some into others (413 into 429); what it raised in place of is kept as the context."""
    statuses = (getattr(one, "status_code", None) for one in (error.__context__, error))
    return next((status for status in statuses if isinstance(status, int)), None)


def _body(error: Exception, kind: str) -> object:
    """The vendor's own body where it is kept, else what the class or the message says, else nothing."""
    content = getattr(getattr(error, "response", None), "content", b"")
    if isinstance(content, bytes) and b'"error"' in content:
        return content
    found = QUOTA.search(str(error))
    code = CODES.get(kind) or (found[0] if found else None)
    return {"error": {"code": code, "type": kind}} if code else content


def _headers(error: Exception) -> Mapping[str, Any]:
    headers = getattr(getattr(error, "response", None), "headers", None)
    return headers if isinstance(headers, Mapping) else {}
