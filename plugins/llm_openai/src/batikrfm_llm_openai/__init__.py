"""BatikRFM plugin: OpenAI as a provider of words."""
