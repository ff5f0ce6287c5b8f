"""The weekly batch ends in prepared campaigns that one press approves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from batikrfm.content.chain import open_providers
from batikrfm.content.review import State, find_content, reject
from batikrfm.content.weekly import tasks as weekly_tasks
from batikrfm.content.weekly.following import FOLLOWERS
from batikrfm.db.engine import current_scope
from batikrfm.db.keys import uuid7
from batikrfm.delivery import campaigns
from batikrfm.delivery.campaigns.errors import CampaignPlanError, CampaignStateError, TextsBlockedError
from batikrfm.delivery.model import CampaignState, Medium
from batikrfm.plugins import Plugins, load_plugins
from batikrfm.plugins.registry import Plugin, Registered
from batikrfm.sdk import Text
from batikrfm.tenancy import tenant_scope
from batikrfm.tenancy.permissions import PERMISSIONS_OF, Permission, Role
from channels_for_campaigns import a_channel
from reviewing import BLOCKING, somebody

if TYPE_CHECKING:
    from core.tests.delivery.campaigns.conftest import Shop

BATCH = "insert into weekly_batches (tenant_id, id, week) values (current_setting('app.tenant_id')::uuid, $1, $2)"
ITEM = """
    insert into weekly_items (tenant_id, id, batch_id, segment, state, due, revenue_e4, contents, written_at)
    values (current_setting('app.tenant_id')::uuid, uuidv7(), $1, $2, 'written', $3, $4, $5, now())
"""
MONDAY = dt.date(2026, 11, 23)
