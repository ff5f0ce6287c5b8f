"""What the host asks of ``plugin_settings``, in the tenant's scope."""

SWITCHED = "select plugin, enabled from plugin_settings where enabled is not null"

ALL = "select plugin, enabled, settings from plugin_settings"

SWITCH = """
insert into plugin_settings (tenant_id, id, plugin, enabled) values (current_setting('app.tenant_id')::uuid, $1, $2, $3)
on conflict (tenant_id, plugin) do update set enabled = excluded.enabled, updated_at = now()
"""

# Makes the row, or locks the one there is until the scope ends: two writers take turns. Says nothing of whether the plugin is on.
HOLD = """
insert into plugin_settings (tenant_id, id, plugin) values (current_setting('app.tenant_id')::uuid, $1, $2)
on conflict (tenant_id, plugin) do update set updated_at = now()
"""

# Always one row.
SETTINGS = """
select current_setting('app.tenant_id') as tenant, (select settings -> $2::text from plugin_settings where plugin = $1) as settings
"""

WRITE = "update plugin_settings set settings = jsonb_set(settings, array[$2::text], $3::jsonb) where plugin = $1"

ALL_LOCKED = "select plugin, settings from plugin_settings order by plugin for update"

REPLACE = "update plugin_settings set settings = $2::jsonb where plugin = $1"
