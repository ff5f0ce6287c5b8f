"""Handing messages in, once: see ADR 28.

::

    queued --claim--> queued (claimed) --mark--> sending ==call==> accepted | failed | queued (later) | unknown --look--> ...

The job ``delivery.send`` (arguments: ``campaign_id``) sends what is due of one campaign; any number of them, on any number of workers, may
run for one campaign. It ends when nothing is due, and comes back when something will be. Seams for the other rooms::

    campaigns.waking.wake(SEND, campaign_id, at)          # in the tenant's scope: have it sent
    testing.send_test(tenant_id, Trial(...), by=principal)    # one message to oneself
"""
