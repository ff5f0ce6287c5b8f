"""What a person or an API key may do in a shop. Who asks is somebody else's question; these are the words that both sides use.

A permission is ``tenant:<resource>:<action>``: always within one tenant, never across. Another tenant's things are not found.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Permission(StrEnum):
    """One thing that may be done in a shop. Routes name what they need; roles and API keys hold a set of these."""

    IMPORTS_READ = "tenant:imports:read"
    IMPORTS_WRITE = "tenant:imports:write"
    CUSTOMERS_READ = "tenant:customers:read"
    CUSTOMERS_WRITE = "tenant:customers:write"
    CUSTOMERS_EXPORT = "tenant:customers:export"
    SEGMENTS_READ = "tenant:segments:read"
    SEGMENTS_WRITE = "tenant:segments:write"
    RUNS_WRITE = "tenant:runs:write"
    REPORTS_READ = "tenant:reports:read"
    REPORTS_WRITE = "tenant:reports:write"
    CONTENTS_READ = "tenant:contents:read"
    CONTENTS_WRITE = "tenant:contents:write"
    CONTENTS_APPROVE = "tenant:contents:approve"
    PROMPTS_READ = "tenant:prompts:read"
    PROMPTS_WRITE = "tenant:prompts:write"
    USAGE_READ = "tenant:usage:read"
    CAMPAIGNS_READ = "tenant:campaigns:read"
    CAMPAIGNS_WRITE = "tenant:campaigns:write"
    CAMPAIGNS_SEND = "tenant:campaigns:send"
    CONSENTS_READ = "tenant:consents:read"
    CONSENTS_WRITE = "tenant:consents:write"
    REPLIES_READ = "tenant:replies:read"
    JOBS_READ = "tenant:jobs:read"
    JOBS_WRITE = "tenant:jobs:write"
    SETTINGS_READ = "tenant:settings:read"
    SETTINGS_WRITE = "tenant:settings:write"
    TEAM_READ = "tenant:team:read"
    TEAM_WRITE = "tenant:team:write"
    KEYS_READ = "tenant:keys:read"
    KEYS_WRITE = "tenant:keys:write"
    AUDIT_READ = "tenant:audit:read"
    AUDIT_EXPORT = "tenant:audit:export"
    PLUGINS_READ = "tenant:plugins:read"
    PLUGINS_WRITE = "tenant:plugins:write"
    SHOP_DELETE = "tenant:shop:delete"

    @property
    def resource(self) -> str:
        """``imports`` of ``tenant:imports:read``."""
        return self.split(":")[1]

    @property
    def action(self) -> str:
        """``read`` of ``tenant:imports:read``."""
        return self.split(":")[2]


class Role(StrEnum):
    """What somebody is in a shop."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


_VIEWER: Final = frozenset(
    {
        Permission.IMPORTS_READ,
        Permission.CUSTOMERS_READ,
        Permission.SEGMENTS_READ,
        Permission.REPORTS_READ,
        Permission.CONTENTS_READ,
        Permission.PROMPTS_READ,
        Permission.USAGE_READ,
        Permission.CAMPAIGNS_READ,
        Permission.CONSENTS_READ,
        Permission.REPLIES_READ,
        Permission.JOBS_READ,
        Permission.SETTINGS_READ,
        Permission.TEAM_READ,
        Permission.PLUGINS_READ,
    }
)
_EDITOR: Final = _VIEWER | {
    Permission.IMPORTS_WRITE,
    Permission.CUSTOMERS_WRITE,
    Permission.CUSTOMERS_EXPORT,
    Permission.SEGMENTS_WRITE,
    Permission.RUNS_WRITE,
    Permission.REPORTS_WRITE,
    Permission.CONTENTS_WRITE,
    Permission.CONTENTS_APPROVE,
    Permission.PROMPTS_WRITE,
    Permission.CAMPAIGNS_WRITE,
    Permission.CAMPAIGNS_SEND,
    Permission.CONSENTS_WRITE,
    Permission.JOBS_WRITE,
}
_OWNER: Final = frozenset(Permission)
_ADMIN: Final = _OWNER - {Permission.SHOP_DELETE}

PERMISSIONS_OF: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {Role.OWNER: _OWNER, Role.ADMIN: _ADMIN, Role.EDITOR: _EDITOR, Role.VIEWER: _VIEWER}
)
"""What each role may do; each holds all of the next."""
