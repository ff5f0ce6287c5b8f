"""Reports to take away: ordered here, made in the background, kept for a while."""
