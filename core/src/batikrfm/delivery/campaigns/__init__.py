"""Campaigns: a draft that a person sends, an audience that is frozen when it begins, and every state on the way.

Everything here runs in the tenant's scope and is part of its transaction, but where it says otherwise. Seams for the other rooms::

    create(plan, by=principal) -> Campaign                    # a draft
    edit(campaign_id, version, plan, by=principal) -> Campaign
    duplicate(campaign_id, by=principal) -> Campaign
    find_campaign(campaign_id) -> Campaign                    # CampaignNotFoundError
    list_campaigns(CampaignWish(), after=None, limit=50) -> list[Campaign]
    schedule(campaign_id, version, at, by=principal) -> Campaign   # at None: now. The job delivery.begin freezes the audience and begins
    unschedule(campaign_id, by=principal) -> Campaign         # back to a draft
    pause(campaign_id, reason: Text, by=principal | None) -> Campaign   # by None: the program itself; again is harmless
    resume(campaign_id, by=principal) -> Campaign             # and enqueues delivery.send
    cancel(campaign_id, by=principal, reason=None) -> Campaign
    finish_if_done(campaign_id) -> bool                       # sending calls it when it finds nothing due
    resend_failed(campaign_id, by=principal) -> int           # failed rows that may go better are queued again
    results(campaign_id) -> Results
    approve_and_start(campaign_ids, by=principal, at=None) -> list[Outcome]
    prepare_week(batch_id) -> list[UUID]

A delivery that is ``queued`` with ``due_at`` null waits for the winner of its texts: nobody sends it before ``due_at`` is set, and
``delivery.send`` is enqueued for that time. When a message may go out, :func:`batikrfm.delivery.timing.next_allowed` says.
"""
