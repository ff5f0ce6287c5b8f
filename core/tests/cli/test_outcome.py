"""What happened becomes an exit code and one sentence, never a traceback."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from batikrfm.cli import COMMANDS, SUMMARIES, cli, main
from batikrfm.cli.outcome import DONE, INPUT, INTERRUPTED, USAGE, exit_with, language
from batikrfm.sdk.errors import InputError
from batikrfm.sdk.text import Text


class NoSuchShop(InputError):
    text = Text(id="Toko {name} tidak ada.", en="There is no shop {name}.")


def raising(error: BaseException) -> int:
    def run() -> None:
        raise error

    return exit_with(run)


def test_success_is_0() -> None:
    assert exit_with(lambda: None) == DONE


@pytest.mark.parametrize(("lang", "sentence"), [("id", "Toko Melati tidak ada.\n"), ("en", "There is no shop Melati.\n")])
def test_an_input_error_is_1_and_one_sentence_in_the_readers_language(lang: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    token = language.set("id" if lang == "id" else "en")
    try:
        assert raising(NoSuchShop(name="Melati")) == INPUT
    finally:
        language.reset(token)
    assert capsys.readouterr() == ("", sentence)


def test_a_usage_error_is_2_and_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nosuchcommand"])
    assert ended.value.code == USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "nosuchcommand" in err


def test_ctrl_c_is_130_and_silent(capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(KeyboardInterrupt()) == INTERRUPTED
    assert raising(click.Abort()) == INTERRUPTED
    assert capsys.readouterr() == ("", "")


def test_a_bug_is_kept_in_a_file_and_said_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(ZeroDivisionError("by zero")) == INPUT
    sentence = capsys.readouterr().err
    assert sentence.count("\n") == 1
    assert "Traceback" not in sentence
    kept = Path(next(word for word in sentence.split() if word.strip(";").endswith(".txt")).strip(";"))
    assert "ZeroDivisionError: by zero" in kept.read_text()
    kept.unlink()


def test_out_of_memory_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert raising(MemoryError()) == INPUT
    assert capsys.readouterr().err.count("\n") == 1


def test_every_command_can_be_imported_and_has_its_summary() -> None:
    assert COMMANDS.keys() == SUMMARIES.keys()
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert isinstance(command, click.Command)
        assert command.name == name


def test_help_lists_every_command_without_importing_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)
