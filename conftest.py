"""Fixtures that tests of every distribution share."""

import os

os.environ.setdefault("BATIKRFM_PRIVATE_VENDORS", "yes")  # vendors of tests are played on this machine

pytest_plugins = ["batikrfm.testkit.database", "browsers"]
