"""The demonstration's shop has words for its segments, and some of them are decided about."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from batikrfm.cli.demo_contents import write_demo_contents
from batikrfm.cli.demo_shop import open_demo_shop
from batikrfm.content.review import State, comments, list_contents
from batikrfm.segmentation.history import latest_run
from batikrfm.tenancy import tenant_scope
from batikrfm.usage import GENERATIONS, standing

pytestmark = pytest.mark.usefixtures("demo_database")


async def test_every_segment_has_drafts_of_the_template_and_a_second_start_changes_nothing(tmp_path: Path) -> None:
    shop = await open_demo_shop(customers=300)
    assert await write_demo_contents(shop, tmp_path) > 0
    async with tenant_scope(shop.id):
        drafts = await list_contents(limit=200)
        run = await latest_run()
        states = Counter(draft.state for draft in drafts)
        left = (await standing(GENERATIONS)).left
        said = [one for draft in drafts for one in await comments(draft.id)]
    assert {draft.segment for draft in drafts} == {one.segment for one in run.results if one.customers >= 5}
    assert {draft.origin.kind for draft in drafts} == {"template"}
    assert (states[State.APPROVED], states[State.REJECTED]) == (2, 1)
    assert states[State.DRAFT] > 0
    assert len(said) == 1
    assert left >= 10
    assert await write_demo_contents(shop, tmp_path) == 0
    async with tenant_scope(shop.id):
        assert [draft.id for draft in await list_contents(limit=200)] == [draft.id for draft in drafts]
