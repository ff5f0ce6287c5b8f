"""The copywriter that needs no vendor: fixed sentences for every segment, with the shop's own facts put in."""
