"""``batikrfm demo --with-fake-llm``: chain, cache, failover and a week by the Batch API, with vendors that are only played."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from batikrfm.cli import cli


@pytest.mark.timeout(120)
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_demo_shows_every_act_and_a_week_by_batch() -> None:
    done = CliRunner().invoke(cli, ["demo", "--with-fake-llm", "--lang", "en"])
    assert done.exit_code == 0, done.output
    for said in ("1. OpenAI answers", "from the cache", "groq", "template", "5. A whole week by the Batch API"):
        assert said in done.output
    assert " 0 segments written" not in done.output
