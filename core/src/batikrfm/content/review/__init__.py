"""Review: nothing that a model wrote reaches a customer before a person approved that very text.

Everything here runs in the tenant's scope, and is part of its transaction. Who may ask is the caller's question, with one exception:
:func:`approve` looks at the approver's permissions itself. The database holds drafts to their steps, whoever asks (ADR 23).

::

    ids = await keep_drafts(generated, by=principal)              # in generate(..., keep=...)
    verdicts = await approve([Approval(id, version)], by=principal)
    content = await mark_used(id, hash)                           # delivery, before the first message: raises if it is not approved
"""
