"""Settings forms from a plugin's own description, and back."""

from __future__ import annotations

import enum
from typing import Literal

from pydantic import BaseModel, Field

from batikrfm.plugins import forms as plugin_forms
from batikrfm.sdk.config import MASK, PluginConfig, Secret
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.schema_forms import PREFIX, SettingField, fields, sent_values


class Speed(enum.Enum):
    SLOW = "slow"
    FAST = "fast"


class Sender(BaseModel):
    name: str = Field(title="Nama pengirim")
    token: Secret | None = None


class Settings(PluginConfig):
    key: Secret = Field(title="Kunci", description="Dari dasbor Anda.")
    tries: int = Field(default=3, ge=1)
    share: float | None = None
    loud: bool = False
    mode: Literal["a", "b"] = "a"
    speed: Speed | None = None
    tags: list[str] = Field(default_factory=list)
    limits: list[int] = Field(default_factory=list)
    extra: dict[str, int] = Field(default_factory=dict)
    sender: Sender | None = None


SCHEMA = plugin_forms.schema(Settings)


def by_name(values: dict[str, object] | None = None) -> dict[str, SettingField]:
    return {one.name: one for one in fields(SCHEMA, values or {})}


def sent(**values: str) -> dict[str, object]:
    return sent_values(SCHEMA, Form.of((PREFIX + name.replace("__", "."), value) for name, value in values.items()))


def test_each_setting_gets_the_field_that_fits() -> None:
    kinds = {name: one.kind for name, one in by_name().items()}
    assert kinds == {
        "key": "secret",
        "tries": "number",
        "share": "number",
        "loud": "tick",
        "mode": "choice",
        "speed": "choice",
        "tags": "lines",
        "limits": "lines",
        "extra": "json",
        "sender.name": "text",
        "sender.token": "secret",
    }
    assert by_name()["key"].label == "Kunci"
    assert by_name()["key"].help == "Dari dasbor Anda."
    assert by_name()["tries"].default == "3"
    assert by_name()["speed"].choices == (("", ""), ("slow", "slow"), ("fast", "fast"))
    assert by_name()["mode"].value == "a"


def test_what_was_set_is_shown_and_a_secret_is_not() -> None:
    shown = by_name({"key": MASK, "tags": ["satu", "dua"], "sender": {"name": "Toko", "token": MASK}, "loud": True})
    assert shown["key"].value == MASK
    assert shown["tags"].value == "satu\ndua"
    assert shown["sender.name"].value == "Toko"
    assert shown["sender.token"].value == MASK
    assert shown["loud"].value == "true"


def test_a_filled_form_is_what_the_model_takes() -> None:
    values = sent(
        key="rahasia", tries="5", share="0.5", loud="on", mode="b", speed="fast", tags="satu\r\n dua \r\n\r\n", limits="1\n2",
        extra='{"x": 1}', sender__name="Toko", sender__token=MASK,
    )  # fmt: skip
    assert values == {
        "key": "rahasia",
        "tries": 5,
        "share": 0.5,
        "loud": True,
        "mode": "b",
        "speed": "fast",
        "tags": ["satu", "dua"],
        "limits": [1, 2],
        "extra": {"x": 1},
        "sender": {"name": "Toko", "token": MASK},
    }


def test_empty_fields_are_settings_that_nobody_made() -> None:
    assert sent(key="", tries="", share="", tags=" ", extra="") == {"loud": False}


def test_what_cannot_be_read_is_handed_on_for_the_model_to_refuse() -> None:
    assert sent(tries="banyak", extra="{rusak", limits="satu", share="NaN")["tries"] == "banyak"
    assert sent(extra="{rusak")["extra"] == "{rusak"
    assert sent(share="NaN")["share"] == "NaN"


def test_what_the_installation_sets_is_marked_and_need_not_be_entered() -> None:
    schema = plugin_forms.schema(Settings, optional={"key"})
    given = {one.name: one for one in fields(schema, {}, {"key", "tries"})}
    assert (given["key"].given, given["key"].required, given["key"].value) == (True, False, "")
    assert (given["tries"].given, given["tries"].default) == (True, ""), "the plugin's default is not what counts"
    assert not given["share"].given
    assert sent_values(schema, Form()) == {"loud": False}
