"""The plugin SDK: the one page that a plugin author reads."""
