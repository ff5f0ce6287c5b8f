"""Review: nothing that a model wrote reaches a customer before a person approved that very text.

Everything here runs in the tenant's scope, and is part of its transaction. Who may ask is the caller's question, with one exception:
:func:`approve` looks at the approver's permissions itself. The database holds drafts to their steps, whoever asks (ADR 23).

::

    ids = await keep_drafts(generated, by=principal)              # in generate(..., keep=...)
    verdicts = await approve([Approval(id, version)], by=principal)
    content = await mark_used(id, hash)                           # delivery, before the first message: raises if it is not approved
"""

from batikrfm.content.review.comparing import compare, differences, versions
from batikrfm.content.review.deciding import approve, approve_one, mark_used, reject
from batikrfm.content.review.drafts import count_contents, find_content, keep_drafts, keep_each, list_contents
from batikrfm.content.review.editing import edit, submit
from batikrfm.content.review.model import (
    Approval,
    Comment,
    Comparison,
    Content,
    ContentFilter,
    Deed,
    Origin,
    Piece,
    State,
    Verdict,
    Version,
)
from batikrfm.content.review.talking import comment, comments
from batikrfm.content.review.words import STANDS

__all__ = [
    "STANDS",
    "Approval",
    "Comment",
    "Comparison",
    "Content",
    "ContentFilter",
    "Deed",
    "Origin",
    "Piece",
    "State",
    "Verdict",
    "Version",
    "approve",
    "approve_one",
    "comment",
    "comments",
    "compare",
    "count_contents",
    "differences",
    "edit",
    "find_content",
    "keep_drafts",
    "keep_each",
    "list_contents",
    "mark_used",
    "reject",
    "submit",
    "versions",
]
