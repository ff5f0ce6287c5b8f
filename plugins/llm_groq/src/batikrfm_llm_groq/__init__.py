"""BatikRFM plugin: Groq as a provider of words."""
