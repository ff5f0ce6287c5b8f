"""BatikRFM: a sales file becomes segments, words and deliveries."""
