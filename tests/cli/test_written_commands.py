"""Every command that README and docs show exists, and takes the options it is shown with."""

import re
import shlex

import click
import pytest

from magents.cli.main import main
from tests.cli.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(magents [^`\n]+)`")
ENDS = {"&", ">", "|", "&&", ";"}


def written(text):
    """Return what a page shows of commands, a line each."""
    blocks = "\n".join(FENCED.findall(text)).replace("\\\n", " ").splitlines()
    shown = [line.strip().removeprefix("$ ") for line in blocks]
    lines = [line for line in shown if line.startswith("magents ")]
    return [*lines, *INLINE.findall(FENCED.sub("", text))]


def words_of(line):
    """Return the words of a command, up to where the shell goes on with something else."""
    words = shlex.split(line.replace("\\|", "|"), comments=True)
    end = next((n for n, word in enumerate(words) if word in ENDS), len(words))
    return words[1:end]


COMMANDS = [
    pytest.param(line, id=f"{page.name}: {line[:60]}")
    for page in PAGES
    for line in dict.fromkeys(written(page.read_text("utf-8")))
    if not re.search(r"\.\.\.|…|<", line)
]


def test_there_are_commands_to_look_at():
    assert len(COMMANDS) > 60


@pytest.mark.parametrize("line", COMMANDS)
def test_what_is_written_is_a_command_with_such_options(line):
    command, words, name = main, words_of(line), "magents"
    context = click.Context(main, info_name=name)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, command, words = command.resolve_command(context, words)
        assert command is not None
    if isinstance(command, click.Group):
        return  # with options of its default command, or spoken of as a whole
    needed = sum(isinstance(each, click.Argument) and each.required for each in command.params)
    bare = not [word for word in words if not word.startswith("-")]
    words = [*words, *["1"] * needed] if bare and needed else words  # spoken of without its run
    with command.make_context(name, words, parent=context):
        pass
