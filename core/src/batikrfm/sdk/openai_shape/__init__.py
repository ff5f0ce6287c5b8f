"""OpenAI's shape of asking and answering, which many vendors speak: requests, answers, errors and batch files, as data.

No network and no vendor's SDK in here: a plugin brings the client, gives what came back to these functions, and gets the SDK's types
or one of its errors. Where a vendor differs, its :class:`Dialect` says so.
"""

from __future__ import annotations

from batikrfm.sdk.openai_shape.answers import completion_of, id_of, json_of, models_of, moderations_of
from batikrfm.sdk.openai_shape.batches import batch_answers, batch_file, batch_id_of, progress_of
from batikrfm.sdk.openai_shape.errors import error_of
from batikrfm.sdk.openai_shape.requests import Dialect, chat_body, strict_schema

__all__ = [
    "Dialect",
    "batch_answers",
    "batch_file",
    "batch_id_of",
    "chat_body",
    "completion_of",
    "error_of",
    "id_of",
    "json_of",
    "models_of",
    "moderations_of",
    "progress_of",
    "strict_schema",
]
