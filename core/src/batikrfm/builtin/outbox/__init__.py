"""Channels without a vendor: what they accept goes to nobody, and the host keeps it to be looked at."""
