"""Handing messages in, once: see ADR 28.

::

    queued --claim--> queued (claimed) --mark--> sending ==call==> accepted | failed | queued (later) | unknown --look--> ...

The job ``delivery.send`` (arguments: ``campaign_id``) sends what is due of one campaign; any number of them, on any number of workers, may
run for one campaign. It ends when nothing is due, and comes back when something will be. Seams for the other rooms::

    order_sending(campaign_id, at=None) -> UUID   # in the tenant's scope: enqueue the job, once
    send_test(tenant_id, Test(...), by=principal) # one message to oneself
"""
