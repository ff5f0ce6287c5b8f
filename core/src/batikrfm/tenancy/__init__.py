"""What a tenant is, and the walls around it: scopes, the policy's guard, the directory."""

from batikrfm.tenancy.opening import open_database
from batikrfm.tenancy.scope import current_tenant, system_scope, tenant_scope
from batikrfm.tenancy.tenants import Tenant, create_tenant, delete_tenant, find_tenant, list_tenants, scoped_tenant

__all__ = [
    "Tenant",
    "create_tenant",
    "current_tenant",
    "delete_tenant",
    "find_tenant",
    "list_tenants",
    "open_database",
    "scoped_tenant",
    "system_scope",
    "tenant_scope",
]
