"""Fixtures that tests of every distribution share."""

import os

import pytest
from hypothesis import settings

settings.register_profile("untimed", settings.default, deadline=None)  # no test asserts a time: machines are busy
settings.load_profile("untimed")

os.environ.setdefault("BATIKRFM_PRIVATE_VENDORS", "yes")  # vendors of tests are played on this machine

pytest_plugins = ["batikrfm.testkit.database", "browsers"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that ask for more time than others go first: a long one at the end keeps one core busy while the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)
