"""A group of commands that imports a command only when it is named."""

import importlib
from collections.abc import Mapping
from typing import Any, NoReturn

import click

from magents.cli.exits import FAILED, INTERRUPTED, NOT_FOUND, USAGE, RunNotFoundError
from magents.model.errors import MagentsError, UserError

Entry = tuple[str, str]
"""A module that has the command as ``command``, and one line about it for the help."""


class LazyGroup(click.Group):
    """A group that knows its commands by name, and imports the one that is named.

    Args:
        entries: the commands by name, in the order of the help.
        default: the command meant when the arguments begin with an option.
    """

    def __init__(
        self,
        *args: Any,
        entries: Mapping[str, Entry],
        default: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._entries = entries
        self._default = default

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command, or return ``None`` where there is none by that name."""
        if cmd_name not in self._entries:
            return None
        module = importlib.import_module(self._entries[cmd_name][0])
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        if args[0] not in self._entries and not ctx.resilient_parsing:
            raise click.UsageError(self._unknown(args[0]), ctx)
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in the default command; show the help where there is nothing at all."""
        if not args and not ctx.resilient_parsing:
            args = ["--help"]
        if self._default and args and self._means_default(ctx, args[0]):
            args = [self._default, *args]
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in self._entries.items()])

    def _means_default(self, ctx: click.Context, first: str) -> bool:
        own = {option for param in self.get_params(ctx) for option in param.opts}
        return first.startswith("-") and first not in own

    def _unknown(self, name: str) -> str:
        import difflib

        near = difflib.get_close_matches(name, self._entries, n=1)
        hint = f", did you mean {near[0]}?" if near else f"; there is {', '.join(self._entries)}."
        return f"No such command {name!r}{hint}"


class RootGroup(LazyGroup):
    """The outermost group: turns errors into one sentence on stderr and the stated exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run the command."""
        try:
            return super().invoke(ctx)
        except RunNotFoundError as error:
            _stop(error, NOT_FOUND)
        except UserError as error:
            _stop(error, USAGE)
        except MagentsError as error:
            _stop(error, FAILED)
        except KeyboardInterrupt:
            raise click.exceptions.Exit(INTERRUPTED) from None


def _stop(error: MagentsError, code: int) -> NoReturn:
    raise _Stopped(str(error), code) from error


class _Stopped(click.ClickException):
    """An error as click shows it, with an exit code of ours."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.exit_code = code  # type: ignore[misc]
