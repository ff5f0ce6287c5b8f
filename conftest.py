"""Fixtures that tests of every distribution share."""

import os

from hypothesis import settings

settings.register_profile("untimed", settings.default, deadline=None)  # no test asserts a time: machines are busy
settings.load_profile("untimed")

os.environ.setdefault("BATIKRFM_PRIVATE_VENDORS", "yes")  # vendors of tests are played on this machine

pytest_plugins = ["batikrfm.testkit.database", "browsers"]
