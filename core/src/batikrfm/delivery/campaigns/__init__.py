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
    cancel(campaign_id, by=principal, reason=None) -> Campaign       # many that wait are cancelled by the job delivery.cancel
    begin_again(campaign_id, by=principal) -> Campaign        # of one that is_late(campaign, now, zone): its job was stopped, or died
    finish_if_done(campaign_id) -> bool                       # sending calls it when it finds nothing due
    resend_failed(campaign_id, by=principal) -> int           # failed rows that may go better are queued again
    results(campaign_id) -> Results
    approve_and_start(campaign_ids, by=principal, at=None) -> list[Outcome]
    prepare_week(batch_id) -> list[UUID]

A delivery that is ``queued`` with ``due_at`` null waits for the winner of its texts: nobody sends it before ``due_at`` is set, and
``delivery.send`` is enqueued for that time. When a message may go out, :func:`batikrfm.delivery.timing.next_allowed` says.
"""

from batikrfm.delivery.campaigns.approving import approve_and_start
from batikrfm.delivery.campaigns.asking import preview
from batikrfm.delivery.campaigns.beginning import begin
from batikrfm.delivery.campaigns.channels import channels_now, medium_of_channel
from batikrfm.delivery.campaigns.checking import tidy_plan
from batikrfm.delivery.campaigns.deciding import decide
from batikrfm.delivery.campaigns.editing import create, duplicate, edit, plan_of
from batikrfm.delivery.campaigns.finding import find_campaign, list_campaigns
from batikrfm.delivery.campaigns.model import (
    Campaign,
    CampaignWish,
    Decision,
    Funnel,
    Outcome,
    Plan,
    Results,
    Tally,
    Variant,
    Verdict,
    WantedVariant,
)
from batikrfm.delivery.campaigns.moving import begin_again, cancel, finish_if_done, is_late, pause, resume, schedule, unschedule
from batikrfm.delivery.campaigns.repeating import resend_failed
from batikrfm.delivery.campaigns.results import results
from batikrfm.delivery.campaigns.settings import CampaignSettings, read_settings, save_settings
from batikrfm.delivery.campaigns.weekly import prepare_week

__all__ = [
    "Campaign",
    "CampaignSettings",
    "CampaignWish",
    "Decision",
    "Funnel",
    "Outcome",
    "Plan",
    "Results",
    "Tally",
    "Variant",
    "Verdict",
    "WantedVariant",
    "approve_and_start",
    "begin",
    "begin_again",
    "cancel",
    "channels_now",
    "create",
    "decide",
    "duplicate",
    "edit",
    "find_campaign",
    "finish_if_done",
    "is_late",
    "list_campaigns",
    "medium_of_channel",
    "pause",
    "plan_of",
    "prepare_week",
    "preview",
    "read_settings",
    "resend_failed",
    "results",
    "resume",
    "save_settings",
    "schedule",
    "tidy_plan",
    "unschedule",
]
