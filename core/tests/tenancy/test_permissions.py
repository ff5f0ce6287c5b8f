"""Who may do what: each role holds all of the next, and reading never writes."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from batikrfm.tenancy.permissions import PERMISSIONS_OF, Permission, Role


def test_every_permission_names_a_resource_and_an_action() -> None:
    for permission in Permission:
        assert re.fullmatch(r"tenant:[a-z]+:(read|write|approve|send|export|delete)", permission)
        assert permission.name == f"{permission.resource}_{permission.action}".upper()


def test_each_role_may_do_all_that_the_next_one_may() -> None:
    for more, less in pairwise((Role.OWNER, Role.ADMIN, Role.EDITOR, Role.VIEWER)):
        assert PERMISSIONS_OF[more] > PERMISSIONS_OF[less]
    assert PERMISSIONS_OF[Role.OWNER] == set(Permission)
    assert set(PERMISSIONS_OF) == set(Role)


def test_a_viewer_only_reads_and_an_editor_changes_no_people_and_no_settings() -> None:
    assert {permission.action for permission in PERMISSIONS_OF[Role.VIEWER]} == {"read"}
    changed = {permission.resource for permission in PERMISSIONS_OF[Role.EDITOR] if permission.action != "read"}
    assert changed.isdisjoint({"settings", "team", "keys", "audit", "plugins", "shop"})
    assert PERMISSIONS_OF[Role.OWNER] - PERMISSIONS_OF[Role.ADMIN] == {Permission.SHOP_DELETE}


def test_what_a_role_may_do_is_nobodys_to_change() -> None:
    with pytest.raises(TypeError):
        PERMISSIONS_OF[Role.VIEWER] = frozenset(Permission)  # type: ignore[index] # that it is refused is the test
