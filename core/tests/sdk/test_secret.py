"""A secret is not shown: not by printing, formatting, JSON, errors, logs or pickling; and it survives what a plugin does with it."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable

import pytest
from pydantic import ValidationError
from rich.pretty import pretty_repr

from batikrfm.sdk import MASK, PluginConfig, Secret

TEXT = "sk-sangat-rahasia-42"


class Config(PluginConfig):
    token: Secret
    spare: Secret | None = None
    device: str = "main"


@pytest.fixture
def config() -> Config:
    return Config(token=Secret(TEXT))


WAYS: dict[str, Callable[[Config], object]] = {
    "str": lambda config: f"{config} {config.token}",
    "repr": lambda config: f"{config!r} {config.token!r}",
    "format": lambda config: f"{config.token} {config.token:>40} %s" % config.token,
    "dump": lambda config: config.model_dump(),
    "json dump": lambda config: config.model_dump(mode="json"),
    "json": lambda config: config.model_dump_json(),
    "dict": dict,
    "vars": vars,
    "rich": pretty_repr,
    "dir": lambda config: dir(config.token),
    "json of str": lambda config: json.dumps(config.model_dump(), default=str),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_showing_shows_it(way: str, config: Config) -> None:
    assert TEXT not in str(WAYS[way](config))


def test_json_has_the_mask(config: Config) -> None:
    assert json.loads(config.model_dump_json()) == {"token": MASK, "spare": None, "device": "main"}


def test_only_reveal_gives_it(config: Config) -> None:
    assert config.token.reveal() == TEXT


def test_it_is_made_from_a_text_or_a_secret() -> None:
    assert Config.model_validate({"token": TEXT}) == Config(token=Secret(TEXT))
    assert Config.model_validate_json(json.dumps({"token": TEXT})).token.reveal() == TEXT


@pytest.mark.parametrize("wrong", [42, None, "", b"x", [TEXT], {"a": TEXT}])
def test_anything_else_is_refused_once_and_not_repeated(wrong: object) -> None:
    with pytest.raises(ValidationError) as raised:
        Config.model_validate({"token": wrong, "spare": TEXT, "device": []})
    said = "".join(traceback.format_exception(raised.value))
    assert TEXT not in said
    assert [error["loc"] for error in raised.value.errors()] == [("token",), ("device",)]


def test_equal_secrets_are_equal_and_a_text_is_not_one() -> None:
    assert Secret(TEXT) == Secret(TEXT)
    assert Secret(TEXT) != Secret(TEXT + "x")
    assert Secret("ünïcode") == Secret("ünïcode")
    assert Secret(TEXT) != TEXT
    assert len({Secret(TEXT), Secret(TEXT), Secret("other")}) == 2


def test_it_does_not_change_and_is_not_empty(config: Config) -> None:
    with pytest.raises(AttributeError):
        config.token._text = "other"  # noqa: SLF001 - what a careless plugin would do
    with pytest.raises(ValueError, match="not empty"):
        Secret("")
    with pytest.raises(ValidationError):
        config.token = Secret("other")


def test_copies_are_the_same_and_pickles_are_refused(config: Config) -> None:
    assert copy.deepcopy(config).token is config.token
    assert copy.copy(config.token) is config.token
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(config, protocol)


def test_logs_have_the_mask(config: Config, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("plugin").error("%s %r %s", config, config.token, {"c": config})
    assert TEXT not in caplog.text
    assert MASK in caplog.text


def test_the_json_schema_marks_it() -> None:
    schema = Config.model_json_schema()
    marked = {"type": "string", "minLength": 1, "format": "password", "writeOnly": True}
    assert schema["properties"]["token"].items() >= marked.items()
    assert schema["properties"]["spare"]["anyOf"][0].items() >= marked.items()
    assert "writeOnly" not in schema["properties"]["device"]


def test_settings_refuse_what_they_do_not_know_and_have_one_name_a_field() -> None:
    from pydantic import Field

    class Aliased(PluginConfig):
        device: str = Field(default="main", alias="Device")

    with pytest.raises(ValidationError):
        Config.model_validate({"token": TEXT, "tokn": "x"})
    with pytest.raises(ValidationError):
        Aliased.model_validate({"Device": "x"})
    assert Aliased.model_validate({"device": "x"}).device == "x"
