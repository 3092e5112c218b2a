"""The program as a whole: help, names of commands, exit codes."""

import importlib
import subprocess
import sys

import click
import pytest

from magents import __version__
from magents.cli import audit, data, journal
from magents.cli.main import COMMANDS, main
from tests.cli.conftest import ROOT, program

GROUPS = {"": COMMANDS, "journal": journal.COMMANDS, "data": data.COMMANDS, "audit": audit.COMMANDS}
ALL = [(group, name) for group, entries in GROUPS.items() for name in entries]


def test_help_in_a_process_of_its_own_names_every_command():
    answer = program("--help")

    assert answer.returncode == 0
    assert answer.stderr == ""
    assert all(f"\n  {name} " in answer.stdout for name in COMMANDS)


def test_no_arguments_show_the_help(call):
    answer = call()

    assert answer.exit_code == 0
    assert answer.stdout == call("--help").stdout


def test_version_is_said(call):
    assert call("--version").stdout == f"magents, version {__version__}\n"


@pytest.mark.parametrize(("group", "name"), ALL)
def test_help_of_a_group_is_what_the_command_says_of_itself(group, name):
    module, about = GROUPS[group][name]
    command = importlib.import_module(module).command

    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.help
    assert len(about) <= 60


@pytest.mark.parametrize(("group", "name"), ALL)
def test_every_command_explains_itself(call, group, name):
    answer = call(*filter(None, (group, name)), "--help")

    assert answer.exit_code == 0
    assert "Usage: magents" in answer.stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["bactest"], "No such command 'bactest', did you mean backtest?"),
        (["journal", "shwo"], "No such command 'shwo', did you mean show?"),
        (["data", "zzz"], "No such command 'zzz'; there is check, mock."),
    ],
)
def test_unknown_command_suggests_the_nearest(call, args, said):
    answer = call(*args)

    assert answer.exit_code == 2
    assert answer.stderr.splitlines()[-1] == f"Error: {said}"


def test_unknown_flag_without_a_command_is_one_of_backtest(call):
    answer = call("--strategy", "ma")

    assert answer.exit_code == 2
    assert "Usage: magents backtest" in answer.stderr
    assert "--strategies" in answer.stderr


def test_completion_offers_every_command():
    found = main.shell_complete(click.Context(main), "")

    assert {item.value for item in found} >= set(COMMANDS)


def test_commands_load_nothing_heavy_before_they_run():
    modules = [GROUPS[group][name][0] for group, name in ALL]
    source = "import sys, importlib\nfor name in sys.argv[1:]: importlib.import_module(name)\n"
    command = [sys.executable, "-c", source + "print(*sys.modules)", *modules]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)

    heavy = {"numpy", "pandas", "rich", "msgspec", "yaml", "structlog", "asyncio", "sqlite3"}
    assert heavy.intersection(answer.stdout.split()) == set()
