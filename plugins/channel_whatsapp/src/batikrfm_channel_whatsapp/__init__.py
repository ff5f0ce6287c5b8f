"""BatikRFM plugin: WhatsApp by Fonnte, Wablas or the Meta Cloud API."""
