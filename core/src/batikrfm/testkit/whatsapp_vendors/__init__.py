"""WhatsApp gateways to test with: real HTTP servers that behave as Fonnte's, Wablas's and Meta's documents say, and misbehave as told.

::

    async with FonnteVendor() as vendor:
        context = PluginContext("id", log, vendor.http)  # the plugin's own address of the vendor leads to this machine
        ...
        vendor.script.append(fonnte.refused("insufficient quota"))
"""

from __future__ import annotations

from batikrfm.testkit.whatsapp_vendors import fonnte, meta, wablas
from batikrfm.testkit.whatsapp_vendors.fonnte import FonnteVendor
from batikrfm.testkit.whatsapp_vendors.gateway import News, WhatsAppVendor
from batikrfm.testkit.whatsapp_vendors.meta import MetaVendor
from batikrfm.testkit.whatsapp_vendors.wablas import WablasVendor

__all__ = ["FonnteVendor", "MetaVendor", "News", "WablasVendor", "WhatsAppVendor", "fonnte", "meta", "wablas"]
