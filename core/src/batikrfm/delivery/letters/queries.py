"""SQL of letters."""

from __future__ import annotations

from typing import Final

READ: Final = "select link, address, contact, fallbacks from letter_settings"

SAVE: Final = """
insert into letter_settings (tenant_id, id, fallbacks, link, address, contact)
values ((select current_setting('app.tenant_id')::uuid), $1, $2, $3, $4, $5)
on conflict (tenant_id) do update
set fallbacks = excluded.fallbacks, link = excluded.link, address = excluded.address, contact = excluded.contact
"""

SHOP: Final = """
select name, language, (select domains[1] from content_settings) as domain
from tenants where id = (select current_setting('app.tenant_id')::uuid)
"""
