"""Fixtures that tests of every distribution share."""

pytest_plugins = ["batikrfm.testkit.database", "browsers"]
