"""The web application: the API under ``/api``, what every route stands on, and the doors through which an extension's pages come in.

A request passes, from outside to inside::

    edge            request id, log line, metrics, host allow list, security headers, slow clients
    TenantScope     room for one tenant's unit of work, committed before the answer starts
    door            API: key -> principal, rate limit, tenant   |   an extension's own: session -> principal, tenant
    guard           the route's permission
    handler         parse, call a feature, shape the answer

Nothing here is made on import: :func:`batikrfm.web.app.create_app` is given all that it needs.
"""
