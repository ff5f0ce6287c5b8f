"""BatikRFM plugin: every other LLM provider, by LiteLLM."""
