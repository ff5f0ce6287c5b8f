"""Words for each segment: what is asked of a model, what may not leave the shop, what came back.

From a segment to drafts, one way::

    variables -> prompt -> cache -> privacy gate -> quota -> provider chain -> checks -> drafts

Everything that reads or writes runs in the tenant's scope, except :func:`batikrfm.content.generating.generate` and, for several orders of
one shop, :mod:`batikrfm.content.together` (:mod:`batikrfm.content.company` where each has a job), which open their own: no provider is
called while a transaction is open.
"""
