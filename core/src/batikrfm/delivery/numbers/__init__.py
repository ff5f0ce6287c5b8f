"""What keeps a WhatsApp number from being banned: a slow start, a daily cap, pauses, hours, only people who know the shop, and a stop."""
