"""Who gets a campaign's message, and who does not and why: asked as often as one likes, written down once.

::

    preview = await preview_audience(question)     # counts only, nothing is written
    frozen = await freeze(question, choices, ...)  # one transaction: a delivery for each person of the audience

Runs in the tenant's scope. Reasons are looked at in the order of :class:`~batikrfm.delivery.model.LeftOut`; the first that holds is told.
"""
